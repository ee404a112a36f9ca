import { describe, expect, it } from '@jest/globals';
import { accepts, postProblem } from './headers.ts';

describe('accepts', () => {
  it.each([
    [undefined, true],
    ['*/*', true],
    ['text/event-stream', true],
    ['application/json, text/event-stream', true],
    ['TEXT/Event-Stream; q=0.5', true],
    ['text/*', true],
    ['text/html, */*;q=0.1', true],
    ['', false],
    ['application/json', false],
    ['text/event-stream;q=0', false],
    ['text/event-stream; q=0.000', false],
    ['text/event-streams', false],
    ['event-stream', false],
  ])('%s: %s', (accept, allowed) => {
    expect(accepts(accept, 'text/event-stream')).toBe(allowed);
  });
});

describe('postProblem', () => {
  const good = { 'content-type': 'application/json; charset=utf-8', accept: '*/*' };

  it('finds none where there is none', () => {
    expect(postProblem(good, ['2025-11-25'])).toBeUndefined();
    expect(postProblem({ ...good, 'mcp-protocol-version': '2025-11-25' }, ['2025-11-25'])).toBeUndefined();
  });

  it('cuts a version that is none', () => {
    const problem = postProblem({ ...good, 'mcp-protocol-version': 'x'.repeat(9000) }, ['2025-11-25']);
    expect(problem).toMatchObject({ status: 400, error: { code: 'PROTOCOL_VERSION_REFUSED' } });
    expect(problem!.error.message.length).toBeLessThan(100);
  });
});

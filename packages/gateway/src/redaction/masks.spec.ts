import { describe, expect, it } from '@jest/globals';
import {
  parsePayload,
  payloadOf,
  SwitchyardError,
  type Outcome,
  type ServerView,
} from '@switchyard/plugin-api';
import { maskError } from './mask-error.ts';
import { maskOutcome } from './mask-outcome.ts';
import { viewMask } from './mask-view.ts';
import { createRedactor, redactNothing } from './redactor.ts';

const CANARY = 'canary "4711"';
const redact = createRedactor([CANARY]);

describe('a masked error', () => {
  it('is the same error, with nothing of it in its texts, its details or its causes', () => {
    const cause = new AggregateError([new Error(CANARY)], CANARY, { cause: new TypeError(`x ${CANARY}`) });
    const error = new SwitchyardError(
      'BUG',
      { what: CANARY, n: 1 },
      { where: 'a:1', why: CANARY, remedy: `do ${CANARY}`, cause },
    );
    expect(maskError(error, redact)).toBe(error);
    expect(error.message).toContain('[redacted]');
    expect(error.why).toBe('[redacted]');
    for (const each of [error, cause, cause.errors[0] as Error, cause.cause as Error])
      expect([each.message, each.stack, JSON.stringify(each)].join()).not.toContain('4711');
  });

  it.each([undefined, null, 'text', { message: CANARY }, Object.freeze(new Error('frozen'))])(
    'may be %p',
    (error) => {
      expect(maskError(error, redact)).toBe(error);
    },
  );

  it('may be its own cause', () => {
    const error = new Error(CANARY);
    error.cause = error;
    maskError(error, redact);
    expect(error.message).toBe('[redacted]');
  });
});

describe('a masked outcome', () => {
  const errorFrom = (from: 'gateway' | 'upstream'): Outcome => ({
    kind: 'error',
    from,
    executed: 'no',
    error: payloadOf({ code: -32_000, message: `it said ${CANARY}`, data: { [CANARY]: [CANARY, 1, null] } }),
  });

  it('has no secret in what the gateway itself says', () => {
    const masked = maskOutcome(errorFrom('gateway'), redact);
    expect(masked.kind === 'error' && parsePayload(masked.error)).toEqual({
      code: -32_000,
      message: 'it said [redacted]',
      data: { '[redacted]': ['[redacted]', 1, null] },
    });
  });

  it.each<[string, Outcome]>([
    ['what a server answers', errorFrom('upstream')],
    ['a result', { kind: 'result', result: payloadOf({ text: CANARY }) }],
    ['an error without secrets', { ...errorFrom('gateway'), error: payloadOf({ code: 1 }) } as Outcome],
  ])('is the same for %s', (_name, outcome) => {
    expect(maskOutcome(outcome, redact)).toBe(outcome);
  });
});

describe('a masked view', () => {
  const transition = {
    seq: 1,
    from: 'ready',
    to: 'backoff',
    event: 'lost',
    at: 1,
    run: 1,
    cause: CANARY,
  } as const;
  const view = {
    name: 'files',
    phase: 'backoff',
    problem: { code: 'SWY-E301', message: CANARY, why: CANARY, where: 'a:1', remedy: 'wait' },
    target: `/bin/x ${CANARY}`,
    serverInfo: { name: CANARY, version: '1' },
    capabilities: { experimental: { [CANARY]: {} } },
    instructions: CANARY,
    transitions: [transition, { ...transition, seq: 2, cause: undefined }],
  } as unknown as ServerView;

  it('has nothing of it anywhere, and all else as it was', () => {
    const masked = viewMask(redact)(view);
    expect(JSON.stringify(masked)).not.toContain('4711');
    expect(masked).toMatchObject({
      name: 'files',
      problem: { code: 'SWY-E301', where: 'a:1', message: '[redacted]' },
    });
    expect(Object.keys(masked)).toEqual(Object.keys(view));
  });

  it('is made anew only where something is new', () => {
    const mask = viewMask(redact);
    expect(mask({ ...view, inFlight: 1 }).transitions).toBe(mask(view).transitions);
    expect(mask({ ...view, transitions: [transition] }).transitions).not.toBe(mask(view).transitions);
    for (let i = 0; i < 3_000; i += 1) mask({ ...view, target: `/bin/${i}` });
  });

  it('remembers no more text than would fit into a message', () => {
    const redacted: string[] = [];
    const mask = viewMask((text) => {
      redacted.push(text);
      return text;
    });
    // A server that ends again and again, and introduces itself at length each time.
    const instructions = (run: number) => `run ${run} ${'x'.repeat(100_000)}`;
    for (let run = 0; run < 100; run += 1) mask({ ...view, instructions: instructions(run) });
    mask({ ...view, instructions: instructions(99) });
    expect(redacted.filter((text) => text === instructions(99))).toHaveLength(1);
    mask({ ...view, instructions: instructions(0) });
    expect(redacted.filter((text) => text === instructions(0))).toHaveLength(2);
  });

  it('is the view itself where there are no secrets', () => {
    expect(viewMask(redactNothing)(view)).toBe(view);
  });
});

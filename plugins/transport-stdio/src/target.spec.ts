import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { StdioOptions } from './options.ts';
import { StdioTarget } from './target.ts';

describe('a target', () => {
  it('needs a command only', () => {
    expect(v.parse(StdioTarget, { command: 'npx' })).toEqual({
      command: 'npx',
      args: [],
      env: {},
      inheritEnv: false,
    });
  });

  it('has what it declares as secrets', () => {
    const { env } = v.parse(StdioTarget, { command: 'npx', env: { TOKEN: 'abc', PORT: 80, HOME: null } });
    expect(env).toEqual({ TOKEN: expect.any(Secret), PORT: 80, HOME: null });
    expect(JSON.stringify(env)).not.toContain('abc');
  });

  it.each([
    [{ command: '' }, 'must not be empty'],
    [{ command: 'npx', args: ['secret\0'] }, 'must not contain a NUL character'],
    [{ command: 'npx', env: { TOKEN: 'secret\0' } }, 'must not contain a NUL character'],
    [{ command: 'npx', env: { 'A=B': 'secret' } }, 'a variable name must not contain "="'],
  ])('%j is refused in words that hold none of its values', (entry, words) => {
    const { issues } = v.safeParse(StdioTarget, entry);
    const messages = issues?.map(({ message }) => message).join();
    expect(messages).toContain(words);
    expect(messages).not.toContain('secret');
  });
});

it('options are complete when none are given', () => {
  expect(v.parse(StdioOptions, undefined)).toEqual({ maxQueuedBytes: 4 * 1024 * 1024 });
});

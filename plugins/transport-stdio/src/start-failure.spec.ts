import { expect, it } from '@jest/globals';
import { startFailure } from './start-failure.ts';

it.each([
  ['EAGAIN', 'SPAWN_FAILED', true],
  ['EMFILE', 'SPAWN_FAILED', true],
  ['ENOMEM', 'SPAWN_FAILED', true],
  ['EWHATEVER', 'SPAWN_FAILED', true],
  ['ENOENT', 'COMMAND_NOT_EXECUTABLE', false],
  ['EACCES', 'COMMAND_NOT_EXECUTABLE', false],
  ['ENOEXEC', 'COMMAND_NOT_EXECUTABLE', false],
  ['E2BIG', 'SERVER_INVALID', false],
  ['ERR_INVALID_ARG_VALUE', 'SERVER_INVALID', false],
])('%s is %s', (code, expected, retryable) => {
  const error = startFailure(Object.assign(new Error('args[1]: secret'), { code }), 'sample', '/bin/program');
  expect([error.code, error.spec.retryable]).toEqual([expected, retryable]);
  expect(`${error.message} ${error.why}`).not.toContain('secret');
});

import { expect, it } from '@jest/globals';
import type { Outcome } from '@switchyard/plugin-api';
import type { Verdict } from './breaker.ts';
import { CANCELLED, LOST, ownError, refused, RESULT, TIMED_OUT, upstreamError } from './spec-resilience.ts';
import { verdictOn } from './verdict-on.ts';

it.each<readonly [string, Outcome, Verdict]>([
  ['a lost connection', LOST, 'lost'],
  ['a timeout', TIMED_OUT, 'failed'],
  ['an answer that is none', ownError('UPSTREAM_PROTOCOL', 'yes'), 'failed'],
  ['500', refused(500), 'failed'],
  ['503', refused(503), 'failed'],
  ['429', refused(429), 'answered'],
  ['404', refused(404), 'answered'],
  ['401', ownError('UPSTREAM_AUTH', 'no'), 'answered'],
  ['a result, isError among them', RESULT, 'answered'],
  ['-32600', upstreamError(-32600), 'answered'],
  ['-32602', upstreamError(-32602), 'answered'],
  ['-32603', upstreamError(-32603), 'answered'],
  ['an answer that is too large', ownError('MESSAGE_TOO_LARGE', 'yes'), 'answered'],
  ['cancelled', CANCELLED, 'untold'],
  ['refused by us', ownError('UPSTREAM_UNAVAILABLE', 'no'), 'untold'],
  ['no room', ownError('OVERLOADED', 'no'), 'untold'],
])('%s', (_what, outcome, verdict) => {
  expect(verdictOn(outcome)).toBe(verdict);
});

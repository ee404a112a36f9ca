import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '@switchyard/plugin-api';
import { backoffMs, isRead, mayRetry, type EndedAttempt } from './may-retry.ts';
import { CANCELLED, LOST, ownError, refused, RESULT, TIMED_OUT, upstreamError } from './spec-resilience.ts';

const READ = { method: 'resources/read', isRetrySafe: false };
const TOOL = { method: 'tools/call', isRetrySafe: false };
const SAFE = { method: 'tools/call', isRetrySafe: true };
const decide = (
  who: Pick<EndedAttempt, 'method' | 'isRetrySafe'>,
  outcome: Outcome,
  more: Partial<EndedAttempt> = {},
) => mayRetry({ ...who, outcome, retries: 0, reached: 'nothing', ...more });
/** How often each of the three may be sent again, as the table of reliability 1.4 has them in its columns. */
const columns = (outcome: Outcome, more: Partial<EndedAttempt> = {}) =>
  [READ, TOOL, SAFE].map(
    (who) =>
      [0, 1, 2].filter((retries) =>
        [0, retries].every((at) => decide(who, outcome, { retries: at, ...more })),
      ).length,
  );

describe('table 1.4: how often a read, a tool, and a tool that is retry-safe may be sent again', () => {
  it.each<readonly [string, Outcome, readonly number[]]>([
    ['P0 refused by the gateway', ownError('OVERLOADED', 'no'), [0, 0, 0]],
    ['P0 draining', ownError('DRAINING', 'no'), [0, 0, 0]],
    ['P1 not sent: the gate holds and sends by itself', ownError('UPSTREAM_UNAVAILABLE', 'no'), [0, 0, 0]],
    ['P2 lost', LOST, [2, 0, 2]],
    ['P2 timed out', TIMED_OUT, [2, 0, 2]],
    ['P3 401', ownError('UPSTREAM_AUTH', 'no'), [0, 0, 0]],
    ['P3 404 (a session that expired never gets here)', refused(404), [0, 0, 0]],
    ['P3 429', refused(429, 10), [1, 1, 1]],
    ['P3 503 with Retry-After', refused(503, 10), [2, 0, 2]],
    ['P3 503', refused(503), [2, 0, 2]],
    ['500', refused(500), [2, 0, 2]],
    ['502', refused(502), [2, 0, 2]],
    ['504', refused(504), [2, 0, 2]],
    ['501', refused(501), [0, 0, 0]],
    ['400', refused(400), [0, 0, 0]],
    ['403', refused(403), [0, 0, 0]],
    ['405', refused(405), [0, 0, 0]],
    ['413', refused(413), [0, 0, 0]],
    ['415', refused(415), [0, 0, 0]],
    ['-32603, which says that it was executed', upstreamError(-32603), [0, 0, 0]],
    ['-32600', upstreamError(-32600, 'no'), [0, 0, 0]],
    ['-32601', upstreamError(-32601, 'no'), [0, 0, 0]],
    ['-32602', upstreamError(-32602, 'no'), [0, 0, 0]],
    ['an answer that cannot be used', ownError('UPSTREAM_PROTOCOL', 'yes'), [0, 0, 0]],
    ['an answer that is too large', ownError('MESSAGE_TOO_LARGE', 'yes'), [0, 0, 0]],
    ['a result, isError among them', RESULT, [0, 0, 0]],
    ['cancelled', CANCELLED, [0, 0, 0]],
  ])('%s', (_row, outcome, expected) => {
    expect(columns(outcome)).toEqual(expected);
  });

  it('P4 cut after progress: a read only', () => {
    expect(columns(LOST, { reached: 'progress' })).toEqual([2, 0, 0]);
    expect(columns(TIMED_OUT, { reached: 'progress' })).toEqual([2, 0, 0]);
  });

  it('after a question to the client: nothing', () => {
    for (const outcome of [LOST, refused(429, 1), refused(503, 1)])
      expect(columns(outcome, { reached: 'question' })).toEqual([0, 0, 0]);
  });

  it('never what was executed, whatever the error', () => {
    expect(columns(ownError('UPSTREAM_LOST', 'yes'))).toEqual([0, 0, 0]);
  });
});

describe('when it is sent again', () => {
  it('is no sooner than the server said', () => {
    expect(decide(TOOL, refused(429, 1_234))).toEqual({ afterMs: 1_234 });
    expect(decide(READ, refused(503))).toEqual({ afterMs: 0 });
  });

  it('is spread over 50 ms, twice as long each time, up to a second', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((retries) => backoffMs(retries, 1))).toEqual([
      50, 100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect([0, 0.5].map((chance) => backoffMs(0, chance))).toEqual([0, 25]);
  });
});

it('calls no method a read that does something', () => {
  const methods = ['tools/call', 'logging/setLevel', 'sampling/createMessage', 'tasks/cancel', 'x/list'];
  expect(methods.filter(isRead)).toEqual([]);
});

import { describe, expect, it } from '@jest/globals';
import { HeldCalls } from './held-calls.ts';
import { refusal, verdictOn, type Verdict } from './verdict.ts';
import { callOf, said, watch } from './spec-call.ts';
import { virtualClock } from './spec-clock.ts';
import type { Cause, State } from './state.ts';
import { TIMINGS } from './timings.ts';

const record = { run: 1, failures: 0, recent: [], slowWaits: 0 };
const problem = { code: 'SWY-E206', message: 'the server exited with code 7', remedy: 'look' };
const cause: Cause = { code: 'UPSTREAM_EXITED', retryable: true, problem };
const NOW = 10_000;
const waiting = (ms: number): State => ({ phase: 'waiting', dueAt: NOW + ms, slow: false, cause, record });
const closing = (ms: number): State => ({
  phase: 'closing',
  then: 'waiting',
  wait: { ms, slow: false },
  cause,
  record,
});

const CASES: readonly (readonly [string, State, Verdict])[] = [
  ['idle', { phase: 'idle', record }, 'hold'],
  ['spawning', { phase: 'connecting', stage: 'spawn', record }, 'hold'],
  ['reading lists', { phase: 'connecting', stage: 'list', record }, 'hold'],
  ['ready', { phase: 'ready', since: 0, record }, 'go'],
  ['waiting for as long as a call is held', waiting(TIMINGS.hold), 'hold'],
  ['waiting longer than that', waiting(TIMINGS.hold + 1), 'refuse'],
  ['overdue', waiting(-1), 'hold'],
  ['closing with a short wait ahead', closing(TIMINGS.hold), 'hold'],
  ['closing with a long wait ahead', closing(TIMINGS.hold + 1), 'refuse'],
  ['closing because nobody used it', { phase: 'closing', then: 'idle', record }, 'hold'],
  ['closing to begin again', { phase: 'closing', then: 'again', by: 'start', record }, 'hold'],
  ['silent', { phase: 'ready', since: 0, silent: cause, record }, 'go'],
  ['closing for good', { phase: 'closing', then: 'stopped', record }, 'refuse'],
  ['closing to fail', { phase: 'closing', then: 'failed', cause, record }, 'refuse'],
  ['draining', { phase: 'draining', then: 'stopped', record }, 'refuse'],
  ['failed', { phase: 'failed', cause, record }, 'refuse'],
  ['stopped', { phase: 'stopped', record }, 'refuse'],
];

describe('the verdict on a call', () => {
  it.each(CASES)('%s', (_name, state, verdict) => {
    expect(verdictOn(state, NOW, TIMINGS)).toBe(verdict);
  });

  it('never depends on how long ago the present state began', () => {
    for (const [, state, verdict] of CASES)
      if (state.phase !== 'waiting') expect(verdictOn(state, NOW * 1_000, TIMINGS)).toBe(verdict);
  });
});

describe('a refusal', () => {
  const refused = (state: State) => said(refusal(callOf(), 'files', state, NOW));

  it.each(CASES.filter(([, , verdict]) => verdict === 'refuse'))(
    'of a call to a server %s says that nothing was executed',
    (_name, state) => {
      expect(refused(state)).toMatchObject({ kind: 'error', executed: 'no' });
    },
  );

  it('says when the next attempt is due, and the number of why this one failed', () => {
    expect(refused(waiting(60_000))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfterMs: 60_000,
      message: expect.stringContaining('(backoff, SWY-E206)'),
    });
    expect(refused(waiting(-5)).retryAfterMs).toBe(0);
    expect(refused(closing(60_000)).message).toContain('(backoff, SWY-E206)');
  });

  it('names no time where there is none to name', () => {
    expect(refused({ phase: 'stopped', record })).not.toHaveProperty('retryAfterMs');
    expect(refused({ phase: 'draining', then: 'stopped', record }).code).toBe('DRAINING');
  });

  it.each<readonly [string, State, string]>([
    ['failed', { phase: 'failed', cause, record }, '(failed, SWY-E206)'],
    ['that closes to fail', { phase: 'closing', then: 'failed', cause, record }, '(stopping, SWY-E206)'],
    ['stopped', { phase: 'stopped', record }, '(stopped)'],
  ])('of a server %s does not promise that trying again helps', (_name, state, words) => {
    expect(refused(state)).toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining(words),
      retryable: false,
    });
  });

  it('never shows a client what people are told of the cause: there are paths in it', () => {
    for (const [, state] of CASES) expect(JSON.stringify(refused(state))).not.toContain('exited with code 7');
  });
});

describe('held calls', () => {
  /** Holds calls named 1, 2, … whose successors answer at once with their name. */
  function holding(count: number, timeoutMs?: number) {
    const clock = virtualClock();
    const held = new HeldCalls(clock, () => 5_000);
    const expired = { kind: 'cancelled', reason: 'expired' } as const;
    const calls = Array.from({ length: count }, (_, index) =>
      watch((call, sink) => held.hold(call, sink, () => expired), {
        name: String(index + 1),
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    );
    const carried: (string | undefined)[] = [];
    const release = (room = Infinity) =>
      held.release(
        () => carried.length < room,
        ({ name }, sink) => {
          carried.push(name);
          sink({ kind: 'outcome', outcome: { kind: 'cancelled', reason: 'carried' } });
          return { cancel: () => {}, reply: () => 'taken' };
        },
      );
    return { clock, held, calls, carried, release };
  }
  const reasons = (calls: ReturnType<typeof holding>['calls']) =>
    calls.map(({ outcomes }) => outcomes.map(({ message }) => message).join());

  it('leave in order, no more of them than there is room for', () => {
    const { held, carried, release } = holding(4);
    release(3);
    expect([carried, held.size]).toEqual([['1', '2', '3'], 1]);
  });

  it('expire, each once, and leave no timer behind', async () => {
    const { clock, calls, release } = holding(2);
    await clock.advance(4_999);
    expect(reasons(calls)).toEqual(['', '']);
    await clock.advance(1);
    release();
    expect(reasons(calls)).toEqual(['expired', 'expired']);
    expect(clock.pending).toBe(0);
  });

  it('expire earlier for a caller that gives them less', async () => {
    const { clock, calls } = holding(1, 100);
    await clock.advance(100);
    expect(reasons(calls)).toEqual(['expired']);
  });

  it('that were carried neither expire nor are refused', async () => {
    const { clock, held, calls, release } = holding(1);
    release();
    held.refuse(() => ({ kind: 'cancelled', reason: 'refused' }));
    await clock.advance(10_000);
    expect(reasons(calls)).toEqual(['carried']);
    expect(calls[0]!.exchange.reply('ask', { result: { bytes: Buffer.from('{}') } })).toBe('taken');
  });

  it('may be cancelled, once', () => {
    const { held, calls, carried, release } = holding(2);
    const [first] = calls;
    first!.exchange.cancel('changed my mind');
    first!.exchange.cancel('again');
    release();
    expect([reasons(calls), carried, held.size]).toEqual([['changed my mind', 'carried'], ['2'], 0]);
    expect(first!.exchange.reply('ask', { result: { bytes: Buffer.from('{}') } })).toBe('unknown');
  });

  it('that come back while others leave are not tried again in the same round', () => {
    const clock = virtualClock();
    const held = new HeldCalls(clock, () => 5_000);
    let attempts = 0;
    const hold = (call: Parameters<typeof held.hold>[0], sink: Parameters<typeof held.hold>[1]) =>
      held.hold(call, sink, () => ({ kind: 'cancelled', reason: 'expired' }));
    for (let index = 0; index < 3; index += 1) watch(hold);
    held.release(
      () => (attempts += 1) <= 100,
      (call, sink) => hold(call, sink),
    );
    expect([attempts, held.size]).toEqual([3, 3]);
  });
});

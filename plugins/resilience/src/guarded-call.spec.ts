import { describe, expect, it } from '@jest/globals';
import { payloadOf, type ExchangeEvent } from '@switchyard/plugin-api';
import { guarded, LOST, ownError, refused, RESULT, TIMED_OUT, upstreamError } from './spec-resilience.ts';

const READ = { method: 'resources/read', name: 'file:///x' };
const SAFE = { name: 'get_it' };
const PROGRESS: ExchangeEvent = { kind: 'progress', params: payloadOf({ progress: 1 }) };
const ASK: ExchangeEvent = { kind: 'ask', ask: { id: '1', method: 'sampling/createMessage' } };

describe('a call that may be sent again', () => {
  it.each([READ, SAFE])('is one call for its client, whatever it took: %j', async (more) => {
    const { call, arrived, advance, guards } = guarded();
    const made = call(more);
    arrived[0]?.end(LOST);
    expect(made.outcomes).toEqual([]);
    await advance(100);
    arrived[1]?.end(LOST);
    await advance(100);
    arrived[2]?.end(RESULT);
    expect([made.outcomes, arrived.length]).toEqual([[RESULT], 3]);
    expect(guards.of('a')?.counts.retries).toBe(2);
    expect(guards.of('a')?.waiting).toBe(0);
  });

  it('is sent again twice, and no more', async () => {
    const { call, arrived, advance } = guarded();
    const made = call(SAFE);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      arrived[attempt]?.end(LOST);
      await advance(1_000);
    }
    expect([made.outcomes, arrived.length]).toEqual([[LOST], 3]);
  });

  it('waits as long as the server said, where its time allows', async () => {
    const { call, arrived, advance } = guarded();
    const made = call({});
    arrived[0]?.end(refused(429, 3_000));
    await advance(2_999);
    expect(arrived).toHaveLength(1);
    await advance(1);
    arrived[1]?.end(refused(429, 3_000));
    expect([arrived.length, made.outcomes]).toEqual([2, [refused(429, 3_000)]]);
  });

  it('has one deadline over all attempts', async () => {
    const { call, arrived, advance } = guarded({ timeoutMs: 10_000 });
    const late = call(READ);
    arrived[0]?.end(refused(503, 10_000));
    expect(late.outcomes).toEqual([refused(503, 10_000)]);
    const made = call({ ...READ, timeoutMs: 5_000 });
    await advance(3_000);
    arrived[1]?.end(LOST);
    await advance(25);
    expect(arrived[2]?.call.timeoutMs).toBe(1_975);
    await advance(1_975);
    arrived[2]?.end(TIMED_OUT);
    expect(made.outcomes).toEqual([TIMED_OUT]);
  });

  it('is not sent again once it was cancelled, and its client hears so once', async () => {
    const { call, arrived, advance, timers, guards } = guarded();
    const made = call(READ);
    arrived[0]?.end(LOST);
    made.exchange.cancel('no more');
    made.exchange.cancel('again');
    await advance(10_000);
    expect([made.outcomes, arrived.length]).toEqual([[{ kind: 'cancelled', reason: 'no more' }], 1]);
    expect(guards.of('a')?.waiting).toBe(0);
    await advance(1_000);
    expect(timers.size).toBe(0);
  });

  it('passes a cancellation on to the attempt that runs', async () => {
    const { call, arrived, advance } = guarded();
    const made = call(READ);
    arrived[0]?.end(LOST);
    await advance(100);
    made.exchange.cancel('no more');
    expect([arrived[0]?.cancelled, arrived[1]?.cancelled]).toEqual([[], ['no more']]);
    expect(made.outcomes).toEqual([{ kind: 'cancelled', reason: 'no more' }]);
  });

  it('passes on what comes meanwhile, and is not sent again after a question', async () => {
    const { call, arrived, advance } = guarded();
    const made = call(READ);
    arrived[0]?.tell(PROGRESS);
    arrived[0]?.end(LOST);
    await advance(100);
    arrived[1]?.tell(ASK);
    expect(made.exchange.reply('1', { result: payloadOf({}) })).toBe('taken');
    arrived[1]?.end(LOST);
    expect(made.events).toEqual([PROGRESS, ASK, { kind: 'outcome', outcome: LOST }]);
  });

  it('says of the last attempt nothing that is not so of an earlier one', async () => {
    const notSent = ownError('UPSTREAM_UNAVAILABLE', 'no');
    const { call, arrived, advance } = guarded();
    const lost = call(READ);
    arrived[0]?.end(LOST);
    await advance(100);
    arrived[1]?.end(notSent);
    expect(lost.outcomes).toEqual([LOST]);
    const unknownName = call(SAFE);
    arrived[2]?.end(LOST);
    await advance(100);
    arrived[3]?.end(upstreamError(-32602, 'no'));
    expect(unknownName.outcomes).toEqual([upstreamError(-32602, 'unknown')]);
  });

  it('is not sent to a server whose breaker opened meanwhile', async () => {
    const { call, arrived, advance, ended } = guarded();
    const made = call(READ);
    arrived[0]?.end(TIMED_OUT);
    for (let failure = 0; failure < 4; failure += 1) ended.call({ call, arrived } as never, TIMED_OUT);
    await advance(100);
    expect([made.outcomes, arrived.length]).toEqual([[TIMED_OUT], 5]);
  });
});

describe('a call that may not', () => {
  it.each([LOST, TIMED_OUT, refused(503, 10), upstreamError(-32603), RESULT])(
    'is sent once, whatever becomes of it',
    async (outcome) => {
      const { call, arrived, advance } = guarded();
      const made = call({ name: 'set_it' });
      arrived[0]?.end(outcome);
      await advance(100_000);
      expect([made.outcomes, arrived.length]).toEqual([[outcome], 1]);
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

/** A call whose message still waits before the server. */
async function waiting() {
  const parts = await ready();
  const { wire } = parts.server;
  parts.server.silent('tools/call');
  wire.hand('held');
  const watched = parts.call();
  await settled();
  wire.hand('sent');
  return { ...parts, ...watched, wire, told: () => wire.requests('notifications/cancelled').length };
}

describe('a call that was not sent yet', () => {
  it('when its time is over was not executed, and its server hears nothing of it', async () => {
    const { clock, wire, outcomes, told } = await waiting();
    await clock.advance(TIMINGS.call);
    expect(outcomes).toEqual([]);
    wire.decide('unsent');
    await settled();
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT', executed: 'no' }]);
    await clock.advance(1_000);
    expect([outcomes.length, told(), wire.requests('tools/call').length]).toEqual([1, 0, 0]);
  });

  it('and was sent after all may have been executed, and its server is told', async () => {
    const { clock, wire, outcomes, told } = await waiting();
    await clock.advance(TIMINGS.call);
    wire.decide('sent');
    await settled();
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT', executed: 'unknown' }]);
    expect(told()).toBe(1);
  });

  it('on a wire that does not say may have been executed', async () => {
    const { clock, wire, outcomes } = await waiting();
    await clock.advance(TIMINGS.call + 1_000);
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT', executed: 'unknown' }]);
    wire.decide('unsent');
    await settled();
    expect(outcomes).toHaveLength(1);
  });

  it.each([
    ['unsent', 0],
    ['sent', 1],
  ] as const)('and is cancelled: if it is %s, its server hears of that %d times', async (sent, times) => {
    const { exchange, wire, outcomes, told } = await waiting();
    exchange.cancel('enough');
    expect([outcomes, told()]).toEqual([[{ kind: 'cancelled', message: 'enough' }], 0]);
    wire.decide(sent);
    await settled();
    expect([outcomes.length, told()]).toEqual([1, times]);
  });
});

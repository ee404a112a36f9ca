import { describe, expect, it } from '@jest/globals';
import { ownErrorOf } from '@switchyard/plugin-api';
import { guarded, RESULT } from './spec-resilience.ts';

describe('a gateway that is short of memory', () => {
  it('refuses new calls, and takes them again when there is enough', async () => {
    let heap = 0.5;
    const { call, arrived, advance, guards } = guarded({}, { heap: () => heap });
    const before = call();
    heap = 0.91;
    await advance(500);
    const during = call();
    expect(
      during.outcomes.map((outcome) => [ownErrorOf(outcome)?.code, ownErrorOf(outcome)?.retryAfterMs]),
    ).toEqual([['MEMORY_SHORT', 1_000]]);
    expect(during.outcomes).toMatchObject([{ executed: 'no' }]);
    arrived[0]?.end(RESULT);
    expect(before.outcomes).toEqual([RESULT]);
    // A little less is not enough, or it would refuse and take them in turn.
    heap = 0.87;
    await advance(500);
    expect(call().outcomes).toHaveLength(1);
    heap = 0.8;
    await advance(500);
    expect(call().outcomes).toEqual([]);
    expect([arrived.length, guards.shedForMemory]).toEqual([2, 2]);
  });

  it('looks while there are calls, and leaves a gateway alone that nobody uses', async () => {
    let looks = 0;
    const { call, advance, timers } = guarded({}, { heap: () => ((looks += 1), 0) });
    expect(timers.size).toBe(0);
    for (let index = 0; index < 100; index += 1) call();
    expect([looks, timers.size]).toEqual([0, 1]);
    await advance(10_000);
    // Once for the time in which they came, and once for the one in which none did.
    expect([looks, timers.size]).toEqual([2, 0]);
    call();
    expect(timers.size).toBe(1);
  });
});

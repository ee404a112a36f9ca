import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUDGET, RetryBudget } from './retry-budget.ts';
import { guarded, LOST } from './spec-resilience.ts';

describe('a budget of retries', () => {
  it('never gives more than a fifth of the calls and a few more, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 2_000 }), (steps) => {
        const budget = new RetryBudget();
        let calls = 0;
        let retries = 0;
        for (const isCall of steps) {
          if (isCall) {
            calls += 1;
            budget.earn();
          } else if (budget.take()) retries += 1;
          expect(retries).toBeLessThanOrEqual(BUDGET.earned * calls + BUDGET.floor + 1e-9);
        }
      }),
    );
  });

  it('saves so much and no more', () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 10_000; call += 1) budget.earn();
    const taken = Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length;
    expect(taken).toBe(BUDGET.most);
  });

  it('holds while a server fails all calls that could be sent again: 1.2 times what was asked for', async () => {
    const { call, arrived, advance } = guarded({ breaker: false });
    const CALLS = 500;
    let ended = 0;
    for (let index = 0; index < CALLS; index += 1) {
      call({ method: 'resources/read' });
      for (; ended < arrived.length; ended += 1) arrived[ended]?.end(LOST);
      await advance(10);
    }
    for (let round = 0; round < 10; round += 1) {
      for (; ended < arrived.length; ended += 1) arrived[ended]?.end(LOST);
      await advance(2_000);
    }
    expect(arrived.length).toBeLessThanOrEqual(CALLS * 1.2 + BUDGET.floor);
    // And it is not so by doing nothing.
    expect(arrived.length).toBeGreaterThan(CALLS * 1.1);
  });
});

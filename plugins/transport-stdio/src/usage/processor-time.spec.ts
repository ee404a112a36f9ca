import { describe, expect, it } from '@jest/globals';
import { processorTime } from './processor-time.ts';
import type { Members } from './process-trees.ts';
import { members, stat } from './spec-stats.ts';

/** The totals after each look at a tree. */
function totals(...looks: readonly Members[]): readonly number[] {
  let time = { total: 0, ended: 0 };
  let before = members();
  return looks.map((now) => {
    time = processorTime(time, before, now);
    before = now;
    return time.total;
  });
}

describe('the processor time of a tree', () => {
  it('is that of its processes and of the children that they waited for', () => {
    const first = members(stat(1, 0, { ownTicks: 5, childTicks: 2 }), stat(2, 1, { ownTicks: 10 }));
    const second = members(stat(1, 0, { ownTicks: 6, childTicks: 14 }));
    // The child used 2 more before it ended.
    expect(totals(first, second)).toEqual([17, 20]);
  });

  it('keeps that of a child for which nobody waited', () => {
    const first = members(
      stat(1, 0, { ownTicks: 5 }),
      stat(2, 1, { ownTicks: 10 }),
      stat(3, 2, { ownTicks: 4 }),
    );
    const second = members(stat(1, 0, { ownTicks: 6 }));
    expect(totals(first, second, second)).toEqual([19, 20, 20]);
  });

  it('counts no child twice when its parent, which waited for it, was waited for itself', () => {
    const first = members(
      stat(1, 0, { ownTicks: 5 }),
      stat(2, 1, { ownTicks: 10 }),
      stat(3, 2, { ownTicks: 4 }),
    );
    const second = members(stat(1, 0, { ownTicks: 5, childTicks: 14 }));
    expect(totals(first, second)).toEqual([19, 19]);
  });

  it('never falls: not when the root ends, not when a number is given anew', () => {
    const first = members(stat(1, 0, { ownTicks: 50 }), stat(2, 1, { ownTicks: 10 }));
    const second = members(stat(2, 0, { ownTicks: 11 }));
    const third = members(stat(2, 0, { ownTicks: 1, startedAt: 9 }));
    expect(totals(first, second, third, members())).toEqual([60, 61, 62, 62]);
  });
});

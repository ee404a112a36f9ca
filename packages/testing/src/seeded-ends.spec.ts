import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededEnds } from './seeded-ends.ts';

describe('a server that ends twice', () => {
  it('does so in its first two runs, by both ways, within what it is asked', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 320, max: 10_000 }), (seed, calls) => {
        const runs = seededEnds(seed, calls);
        expect(runs.map((steps) => steps.length)).toEqual([1, 1, 0]);
        const steps = runs.flat();
        const counts = steps.map(({ at }) => (at === 'start' ? 0 : at.nth));
        // As many may be lost at each end as are in flight.
        expect(counts[0]! + counts[1]! + 2 * 32).toBeLessThanOrEqual(calls + 2);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(calls / 10);
        const ways = steps.map((step) => Object.keys(step.do[0]!)[0]!);
        expect(ways.sort()).toEqual(['exit', 'kill']);
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    expect(seededEnds(1, 1_000)).toEqual(seededEnds(1, 1_000));
    expect(seededEnds(1, 1_000)).not.toEqual(seededEnds(2, 1_000));
  });
});

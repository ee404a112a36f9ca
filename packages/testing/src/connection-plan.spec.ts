import { describe, expect, it } from '@jest/globals';
import { planOf, sliced } from './connection-plan.ts';
import type { Toxic } from './toxic.ts';

const ALL = Array.from({ length: 1_000 }, (_, n) => n + 1);

describe('the plan of a connection', () => {
  it('is the same for the same seed and number, and another one for others', () => {
    const toxics: Toxic[] = [{ toxic: 'cut', after: { least: 0, most: 1_000_000 } }];
    const after = (seed: number, connection: number) => planOf(seed, connection, toxics).ends.down?.after;
    expect(after(1, 1)).toBe(after(1, 1));
    expect(new Set([after(1, 1), after(1, 2), after(2, 1), after(2, 2)]).size).toBe(4);
  });

  it('chooses the share that is asked for, between the connections that are named', () => {
    const toxics: Toxic[] = [{ toxic: 'reset', after: 10, of: 0.2, from: 101, to: 900 }];
    const chosen = ALL.filter((connection) => planOf(7, connection, toxics).ends.down !== undefined);
    expect(chosen.every((connection) => connection >= 101 && connection <= 900)).toBe(true);
    expect(chosen.length).toBeGreaterThan(120);
    expect(chosen.length).toBeLessThan(200);
  });

  it('ends a way by what comes first, each way for itself', () => {
    const toxics: Toxic[] = [
      { toxic: 'cut', after: 30 },
      { toxic: 'reset', after: 20 },
      { toxic: 'blackhole', after: 40 },
      { toxic: 'cut', after: 5, way: 'up' },
    ];
    expect(planOf(1, 1, toxics).ends).toEqual({
      down: { toxic: 'reset', after: 20 },
      up: { toxic: 'cut', after: 5 },
    });
  });

  it('does not change with a toxic that comes after', () => {
    const first: Toxic = { toxic: 'cut', after: { least: 0, most: 1_000_000 }, of: 0.5, way: 'up' };
    for (const connection of ALL)
      expect(planOf(3, connection, [first, { toxic: 'reset', after: 1, of: 0.5 }]).ends.up).toEqual(
        planOf(3, connection, [first]).ends.up,
      );
  });

  it('stays within the bytes that are named, both of them possible', () => {
    const toxics: Toxic[] = [{ toxic: 'cut', after: { least: 3, most: 5 } }];
    const seen = new Set(ALL.map((connection) => planOf(1, connection, toxics).ends.down?.after));
    expect([...seen].sort()).toEqual([3, 4, 5]);
  });
});

describe('slices', () => {
  it('are all bytes in order, and none too long', () => {
    const chunk = Buffer.from('abcdefg');
    expect(sliced(chunk, 3).map(String)).toEqual(['abc', 'def', 'g']);
    expect(sliced(chunk, Infinity)).toEqual([chunk]);
  });
});

import type { Random } from '@switchyard/plugin-api';

/** Chance of one seed: the same numbers on every machine. */
export interface Chance extends Random {
  /** A whole number from 0 to `below` - 1. */
  under(below: number): number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  /** True so often, from 0 to 1. */
  happens(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the keys, each as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key;
  /** Milliseconds, short ones as often as long ones: what matters happens on every scale. */
  time(most: number): number;
}

/** Mulberry32, in the public domain. */
export function chanceOf(seed: number): Chance {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const under = (below: number): number => Math.floor(next() * below);
  return {
    next,
    under,
    between: (least, most) => least + under(most - least + 1),
    happens: (share) => next() < share,
    pick: (items) => items[under(items.length)]!,
    weighted: <Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key => {
      const entries = Object.entries(weights) as [Key, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return entries[0]![0];
    },
    time: (most) => Math.round(Math.exp(next() * Math.log(most + 1)) - 1),
  };
}

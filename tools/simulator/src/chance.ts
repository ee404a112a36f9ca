import type { Random } from '@switchyard/plugin-api';

type Weights<Key extends string> = Readonly<Partial<Record<Key, number>>>;

interface Sums {
  readonly keys: readonly string[];
  readonly sums: readonly number[];
}

/** Each table is added up once. */
const added = new WeakMap<object, Sums>();

function sumsOf(weights: object): Sums {
  const known = added.get(weights);
  if (known) return known;
  let sum = 0;
  const sums = {
    keys: Object.keys(weights),
    sums: Object.values(weights).map((weight: number) => (sum += weight)),
  };
  added.set(weights, sums);
  return sums;
}

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
  weighted<Key extends string>(weights: Weights<Key>): Key;
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
    weighted: <Key extends string>(weights: Weights<Key>): Key => {
      const { keys, sums } = sumsOf(weights);
      const at = next() * sums.at(-1)!;
      return keys[sums.findIndex((sum) => at < sum)] as Key;
    },
    time: (most) => Math.round(Math.exp(next() * Math.log(most + 1)) - 1),
  };
}

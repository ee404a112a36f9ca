import { randomOf } from './random-of.ts';
import type { Bytes, Chosen, Toxic, Way } from './toxic.ts';

/** How a connection ends before its time. */
export interface PlannedEnd {
  readonly toxic: 'cut' | 'reset' | 'blackhole';
  /** How many bytes still go that way. */
  readonly after: number;
}

/** What will be done to one connection. */
export interface ConnectionPlan {
  /** In milliseconds; the same numbers for the same connection. */
  readonly latency: { readonly ms: number; readonly jitterMs: number } | undefined;
  /** Of a chunk, at most. */
  readonly sliceBytes: number;
  readonly bytesPerSecond: number;
  readonly ends: Readonly<Partial<Record<Way, PlannedEnd>>>;
  readonly random: () => number;
}

/** Far apart, so that neighbours have nothing in common. */
const APART = 0x9e3779b1;

/**
 * What the toxics do to one connection. It depends on nothing but the arguments: neither on a clock nor on other
 * connections.
 * @param connection its number, from 1
 */
export function planOf(seed: number, connection: number, toxics: readonly Toxic[]): ConnectionPlan {
  const random = randomOf(Math.imul(connection, APART) ^ seed);
  // Two numbers for each, used or not: what one toxic does to a connection does not depend on the others.
  const here = toxics
    .map((toxic) => ({ toxic, chance: random(), size: random() }))
    .filter(({ toxic, chance }) => isChosen(toxic, connection, chance));
  let [latency, sliceBytes, bytesPerSecond]: [ConnectionPlan['latency'], number, number] = [
    undefined,
    Infinity,
    Infinity,
  ];
  const ends: Partial<Record<Way, PlannedEnd>> = {};
  for (const { toxic, size } of here) {
    if (toxic.toxic === 'latency') latency = { ms: toxic.ms, jitterMs: toxic.jitterMs ?? 0 };
    else if (toxic.toxic === 'slice') sliceBytes = Math.min(sliceBytes, toxic.bytes);
    else if (toxic.toxic === 'bandwidth') bytesPerSecond = Math.min(bytesPerSecond, toxic.bytesPerSecond);
    else {
      const { toxic: kind, way = 'down' } = toxic;
      const after = chosenBytes(toxic.after, size);
      const other = ends[way];
      if (other === undefined || after < other.after) ends[way] = { toxic: kind, after };
    }
  }
  return { latency, sliceBytes, bytesPerSecond, ends, random };
}

/** The chunks that a chunk becomes. */
export function sliced(chunk: Buffer, bytes: number): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at < chunk.length; at += bytes) slices.push(chunk.subarray(at, at + bytes));
  return slices;
}

function isChosen({ of = 1, from = 1, to = Infinity }: Chosen, connection: number, chance: number): boolean {
  return connection >= from && connection <= to && chance < of;
}

function chosenBytes(bytes: Bytes, size: number): number {
  return typeof bytes === 'number' ? bytes : bytes.least + Math.floor(size * (bytes.most - bytes.least + 1));
}

import { Broken, type Invariant } from './broken.ts';
import type { Scenario } from './scenario.ts';
import { simulate, type Kept, type SimulateOptions } from './simulation.ts';

/** A promise that was broken, and where. */
export interface Failure {
  readonly invariant: Invariant | 'fault';
  readonly step: number;
  readonly sentence: string;
}

/** Runs one scenario: what was kept, or what was broken. */
export function failureOf(
  scenario: Scenario,
  options: SimulateOptions,
): { readonly failure: Failure } | { readonly kept: Kept } {
  try {
    return { kept: simulate(scenario, options) };
  } catch (error) {
    const { step = -1 } = error as { readonly step?: number };
    const invariant = error instanceof Broken ? error.invariant : 'fault';
    return { failure: { invariant, step, sentence: error instanceof Error ? error.message : String(error) } };
  }
}

/** Every so many seeds one is run again with a wall clock that stands where it was. */
const TWICE_EVERY = 20;

/** The same, and R18: what clients are told, and when, does not depend on the wall clock. */
export function failureOfSeed(scenario: Scenario, counts: Map<string, number>): ReturnType<typeof failureOf> {
  const first = failureOf(scenario, { counts });
  if ('failure' in first || scenario.seed % TWICE_EVERY !== 0) return first;
  counts.set('looked at R18', (counts.get('looked at R18') ?? 0) + 1);
  const second = failureOf(scenario, { counts: new Map(), withoutJumps: true });
  if ('kept' in second && second.kept.told === first.kept.told) return first;
  const sentence = 'without jumps of the wall clock something else happens';
  return { failure: { invariant: 'R18', step: -1, sentence } };
}

import { Broken } from './broken.ts';
import type { Scenario } from './scenario.ts';
import { scenarioOf } from './schedule.ts';
import { simulate, type Kept } from './simulation.ts';

/** What a worker is to do. */
export type Work = {
  readonly seeds: readonly [from: number, to: number];
  readonly steps: number;
  readonly untilMs?: number;
};

export interface Failure {
  readonly invariant: string;
  readonly step: number;
  readonly sentence: string;
}

/** Runs one scenario; undefined: every promise was kept. */
export function failureOf(
  scenario: Scenario,
  options: Parameters<typeof simulate>[1],
): { readonly failure?: Failure; readonly kept?: Kept } {
  try {
    return { kept: simulate(scenario, options) };
  } catch (error) {
    const { step = -1 } = error as { step?: number };
    const invariant = error instanceof Broken ? error.invariant : 'fault';
    return { failure: { invariant, step, sentence: (error as Error).message } };
  }
}

export { scenarioOf };

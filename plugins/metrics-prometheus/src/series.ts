import { newDistribution, observe, type Distribution } from './distribution.ts';
import { SUCCESS } from './outcome-labels.ts';

/** All series of a histogram: their labels as text, in the order in which they came up. */
export type SeriesList = (readonly [labels: string, distribution: Distribution])[];

/** The series of a histogram whose labels differ in `error_type` alone. */
export interface Outcomes {
  success: Distribution | undefined;
  readonly failures: Map<string, Distribution>;
  /** Makes the series of one error type. */
  readonly begin: (errorType: string) => Distribution;
}

/** Nothing yet: a series comes up with its first outcome. `labelsOf` is asked once for each error type. */
export function newOutcomes(
  all: SeriesList,
  bounds: readonly number[],
  labelsOf: (errorType: string) => string,
): Outcomes {
  return {
    success: undefined,
    failures: new Map(),
    begin: (errorType) => newSeries(all, bounds, labelsOf(errorType)),
  };
}

/** Makes one series. */
export function newSeries(all: SeriesList, bounds: readonly number[], labels: string): Distribution {
  const distribution = newDistribution(bounds);
  all.push([labels, distribution]);
  return distribution;
}

/** Takes in how long something took that ended so. */
export function observeOutcome(outcomes: Outcomes, errorType: string, ms: number): void {
  if (errorType === SUCCESS) {
    observe((outcomes.success ??= outcomes.begin(errorType)), ms);
    return;
  }
  let failures = outcomes.failures.get(errorType);
  if (failures === undefined) {
    failures = outcomes.begin(errorType);
    outcomes.failures.set(errorType, failures);
  }
  observe(failures, ms);
}

/** The durations of one series: how many fell under which bound, and their sum. Not cumulative, for that is one write. */
export interface Distribution {
  readonly bounds: readonly number[];
  /** One more than bounds: the last is for what is over all of them. */
  readonly counts: number[];
  sum: number;
}

/** No durations yet. */
export function newDistribution(bounds: readonly number[]): Distribution {
  return { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
}

/** Takes a duration in; `ms` in milliseconds, bounds and sum in seconds. */
export function observe(distribution: Distribution, ms: number): void {
  const { bounds, counts } = distribution;
  // A clock that says nonsense must not make the sum of all others NaN.
  const seconds = ms > 0 ? ms / 1_000 : 0;
  let index = 0;
  while (index < bounds.length && seconds > bounds[index]!) index += 1;
  counts[index]! += 1;
  distribution.sum += seconds;
}

/** One value of a metric. */
export interface Sample {
  /** Exactly the labels that the metric names. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A number that whoever shows metrics asks for when it is wanted: what a plugin contributes to `metrics`. It needs no
 * metrics library, and costs nothing while nobody asks.
 */
export interface Metric {
  /** Unique in an installation, as Prometheus writes names: `switchyard_<noun>_<unit>`, counters end in `_total`. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** A counter never goes down while the gateway runs. */
  readonly type: 'counter' | 'gauge';
  readonly labels?: readonly string[];
  /** The present values, plain data; called for a scrape, at most once a second, in a guard. */
  read(): Iterable<Sample>;
}

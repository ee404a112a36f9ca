import * as v from 'valibot';

/** The plugin's options. */
export const MetricsConfig = v.optional(
  v.strictObject({
    /** How many tools have series of their own; calls of all others count as `_other`. 0: no series by tool. */
    toolLabelLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1_000),
    /** Whether the metrics of the process and of Node.js are shown: `process_*`, `nodejs_*`. */
    defaultMetrics: v.optional(v.boolean(), true),
  }),
  {},
);

import * as v from 'valibot';

/** What the plugin itself can be told in `plugins`. */
export const StdioOptions = v.optional(
  v.object({
    /** How many bytes may wait for one server to read its stdin; messages beyond are refused, unsent. */
    maxQueuedBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 4 * 1024 * 1024),
  }),
  {},
);

/** The options as their schema leaves them. */
export type StdioOptions = v.InferOutput<typeof StdioOptions>;

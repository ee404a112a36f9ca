import * as v from 'valibot';

/** What the plugin itself can be told in `plugins`. */
export const HttpOptions = v.optional(
  v.object({
    /** How many requests may be under way on one wire, each on a socket of its own; requests beyond are refused, unsent. */
    maxSockets: v.optional(v.pipe(v.number(), v.integer(), v.minValue(8)), 256),
  }),
  {},
);

/** The options as their schema leaves them. */
export type HttpOptions = v.InferOutput<typeof HttpOptions>;

import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The plugin's options. Durations in milliseconds. */
export const EndpointConfig = v.optional(
  v.strictObject({
    path: v.optional(v.pipe(v.string(), v.regex(/^\/[\w./~-]*$/, 'must be a path: "/mcp"')), '/mcp'),
    /** A session without a call under way and without its stream ends after this long. */
    sessionIdleMs: v.optional(Count, 30 * 60_000),
    /** A session whose client never said that it is initialized ends after this long. */
    sessionReadyMs: v.optional(Count, 60_000),
    maxSessions: v.optional(Count, 5_000),
    maxInFlightPerSession: v.optional(Count, 64),
    /** How many POSTs are begun in one turn of the event loop; the others wait for the next ones, in order. */
    maxRequestsPerTurn: v.optional(Count, 48),
    /** So many may wait for that, with so many bytes of bodies; what comes then is refused with 503. */
    maxRequestsWaiting: v.optional(Count, 2_048),
    maxWaitingBytes: v.optional(Count, 16 * 1024 * 1024),
  }),
  {},
);

/** The options, checked and completed. */
export type EndpointOptions = v.InferOutput<typeof EndpointConfig>;

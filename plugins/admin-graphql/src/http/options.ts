import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The plugin's options. */
export const GraphqlConfig = v.optional(
  v.strictObject({
    /** Subscriptions of one principal at one address. */
    maxSubscriptionsPerClient: v.optional(Count, 10),
    /** Subscriptions of all. */
    maxSubscriptions: v.optional(Count, 100),
  }),
  {},
);

/** The options, checked and completed. */
export type GraphqlOptions = v.InferOutput<typeof GraphqlConfig>;

/** A subscriber's events that wait for it. Its newest matter most, and each is told from the present state anyway. */
export const MAX_WAITING_EVENTS = 100;
/** Of one request. The longest document that the other limits let through is a tenth of it. */
export const MAX_REQUEST_BYTES = 100 * 1024;
/** A subscriber that has read nothing for so long is cut off: there is room for few. Milliseconds. */
export const STALLED_MS = 300_000;
/** Proxies cut what is silent for a minute. Milliseconds. */
export const KEEP_ALIVE_MS = 15_000;

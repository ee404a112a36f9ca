import { isAbsolute } from 'node:path';
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The plugin's options. */
export const EndpointConfig = v.optional(
  v.strictObject({
    /** The absolute path of the socket; absent: `mcp.sock` in the state directory. */
    socket: v.optional(v.pipe(v.string(), v.check(isAbsolute, 'must be an absolute path'))),
    /** Each is a connection, and lasts as long. */
    maxSessions: v.optional(Count, 256),
    maxInFlightPerSession: v.optional(Count, 64),
    maxMessageBytes: v.optional(Count, 4 * 1024 * 1024),
  }),
  {},
);

/** The options, checked and completed. */
export type EndpointOptions = v.InferOutput<typeof EndpointConfig>;

/** What a response may take, and when it becomes a stream. Milliseconds and bytes (docs/architecture.md, values). */
export interface ResponseLimits {
  /** A call without an outcome for this long is answered as a stream, so that proxies do not cut the connection. */
  readonly streamAfterMs: number;
  /** How often an open stream says that it lives. */
  readonly keepAliveMs: number;
  /** A stream with more bytes than this unread gets nothing more and is destroyed. */
  readonly maxUnreadBytes: number;
}

export const RESPONSE_LIMITS: ResponseLimits = {
  streamAfterMs: 10_000,
  keepAliveMs: 15_000,
  maxUnreadBytes: 4 * 1024 * 1024,
};

/** What the endpoint has seen and shed. */
export interface EndpointCounts {
  /** Open now. */
  sessions: number;
  sessionsExpired: number;
  /** Ended because their client never said that it is initialized. */
  sessionsUnready: number;
  /** Ended to make room for new ones. */
  sessionsDisplaced: number;
  sessionsRefused: number;
  callsRefused: number;
  /** Outcomes and events that nobody was there to take: the client hung up. */
  dropped: number;
  /** Streams destroyed because their client did not read. */
  shedStreams: number;
}

export function newCounts(): EndpointCounts {
  return {
    sessions: 0,
    sessionsExpired: 0,
    sessionsUnready: 0,
    sessionsDisplaced: 0,
    sessionsRefused: 0,
    callsRefused: 0,
    dropped: 0,
    shedStreams: 0,
  };
}

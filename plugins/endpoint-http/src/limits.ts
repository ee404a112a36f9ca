import { newSessionCounts, type SessionCounts } from '@switchyard/client-session';
import type { TurnCounts } from './turns.ts';

/** What a response may take, and when it becomes a stream. Milliseconds and bytes (docs/architecture.md, values). */
export interface ResponseLimits {
  /** A call without an outcome for this long is answered as a stream, so that proxies do not cut the connection. */
  readonly streamAfterMs: number;
  /** How often an open stream says that it lives. */
  readonly keepAliveMs: number;
  /** A response with more bytes than this unread gets nothing more and is destroyed. */
  readonly maxUnreadBytes: number;
  /** A response of which nothing was read for this long, although something waits, is destroyed. */
  readonly maxUnreadMs: number;
  /** For how long after a stream broke or ended its client may come back for the rest. */
  readonly replayMs: number;
  /** Of one stream: what it keeps for a client that comes back, and what waits for one that does not listen yet. */
  readonly maxKeptMessages: number;
  readonly maxKeptBytes: number;
  /** What all streams keep together. */
  readonly maxKeptBytesInAll: number;
  /** How long clients are told to wait before they come back. */
  readonly retryMs: number;
  /** The same, where the gateway is about to end. */
  readonly retryAfterDrainMs: number;
}

const MIB = 1024 * 1024;

export const RESPONSE_LIMITS: ResponseLimits = {
  streamAfterMs: 10_000,
  keepAliveMs: 15_000,
  maxUnreadBytes: 4 * MIB,
  maxUnreadMs: 10_000,
  replayMs: 60_000,
  maxKeptMessages: 256,
  maxKeptBytes: MIB,
  maxKeptBytesInAll: 32 * MIB,
  retryMs: 1_000,
  retryAfterDrainMs: 5_000,
};

/** What the endpoint has seen and shed. */
export interface EndpointCounts extends SessionCounts, TurnCounts {
  /** Open now. */
  sessions: number;
  sessionsExpired: number;
  /** Ended because their client never said that it is initialized. */
  sessionsUnready: number;
  /** Ended because the token of their principal is none any more. */
  sessionsRevoked: number;
  /** Ended to make room for new ones. */
  sessionsDisplaced: number;
  sessionsRefused: number;
  /** Responses that somebody waits for now. */
  waiting: number;
  /** Answers and events that nobody was there to take, and nobody came back for in time. */
  dropped: number;
  /** Of what waited for a reader: what had to go because too much waited. */
  unheardShed: number;
  /** Responses destroyed because their client did not read. */
  shedStreams: number;
  /** Streams that a client came back to. */
  resumed: number;
  /** Streams that could not be resumed any more, because all streams together kept too much. */
  replaysShed: number;
}

export function newCounts(): EndpointCounts {
  return {
    ...newSessionCounts(),
    turnsAwaited: 0,
    turnsRefused: 0,
    sessions: 0,
    sessionsExpired: 0,
    sessionsUnready: 0,
    sessionsRevoked: 0,
    sessionsDisplaced: 0,
    sessionsRefused: 0,
    waiting: 0,
    dropped: 0,
    unheardShed: 0,
    shedStreams: 0,
    resumed: 0,
    replaysShed: 0,
  };
}

import { newSessionCounts, type SessionCounts } from '@switchyard/client-session';

/** What one client may cost (docs/architecture.md, values). Milliseconds and bytes. */
export interface LineLimits {
  /** With more than this unread nothing more is read from the client, and only what it waits for is written. */
  readonly maxUnreadBytes: number;
  /** So long without reading any of it, and the client is given up. */
  readonly unreadMs: number;
  /** With more than this unread it is given up at once: answers to calls under way come whatever it reads. */
  readonly maxQueuedBytes: number;
  /** For so long the calls of a client that says no more may go on. */
  readonly partingMs: number;
  /** Messages of which only the newest of its kind is kept for a slow reader. */
  readonly maxHeld: number;
}

export const LINE_LIMITS: LineLimits = {
  maxUnreadBytes: 4 * 1024 * 1024,
  unreadMs: 10_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  partingMs: 10_000,
  maxHeld: 256,
};

/** What the endpoint has seen and shed. */
export interface EndpointCounts extends SessionCounts {
  /** Connected now. */
  clients: number;
  clientsRefused: number;
  /** Lines that were no message. */
  unreadable: number;
  /** Lines over the limit. */
  oversize: number;
  /** Messages whose place a newer one took, because the client did not read. */
  coalesced: number;
  /** Messages that nobody was there to take, or that the client was too slow for. */
  dropped: number;
  /** Clients given up because they did not read. */
  clientsShed: number;
}

export function newCounts(): EndpointCounts {
  return {
    ...newSessionCounts(),
    clients: 0,
    clientsRefused: 0,
    unreadable: 0,
    oversize: 0,
    coalesced: 0,
    dropped: 0,
    clientsShed: 0,
  };
}

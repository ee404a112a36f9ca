/** What one session may have open. */
export interface SessionLimits {
  /** Calls under way. */
  readonly maxInFlight: number;
  /** Questions of servers that wait for the client's answer. */
  readonly maxAsks: number;
}

/** The defaults (docs/architecture.md, values). */
export const SESSION_LIMITS: SessionLimits = { maxInFlight: 64, maxAsks: 64 };

/** What sessions refused and shed, together for all of one door. */
export interface SessionCounts {
  /** Calls that were not made: the session had too many. */
  callsRefused: number;
  /** Questions that were answered with an error: too many were open. */
  asksRefused: number;
  /** Questions that were answered with an error: the client had gone, or went before it answered. */
  asksUnheard: number;
  /** Log lines less severe than the client wants. */
  logsFiltered: number;
}

export function newSessionCounts(): SessionCounts {
  return { callsRefused: 0, asksRefused: 0, asksUnheard: 0, logsFiltered: 0 };
}

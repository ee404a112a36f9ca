/** How one attempt at a stream ended. */
export type AttemptEnd =
  | { readonly kind: 'unconnected'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string }
  /** The answer was no event stream. */
  | { readonly kind: 'refused'; readonly status: number }
  /** It was a stream, and it is over; `fruitful`: it brought an event. */
  | { readonly kind: 'ended'; readonly fruitful: boolean };

/** What there was before an attempt ended. */
export interface Attempts {
  /** Streams that were opened, this one included. */
  readonly opened: number;
  /** Attempts in a row, this one included, that opened no stream or a fruitless one. */
  readonly fruitless: number;
  /** What the server asked to be left alone for, in milliseconds. */
  readonly retryMs: number | undefined;
  readonly hasEventId: boolean;
  /** In [0, 1). */
  readonly chance: number;
}

/** Why a stream is not asked for any more. */
export type Stop =
  /** The server has none to give. */
  | { readonly kind: 'none'; readonly cause: string; readonly status?: number }
  | { readonly kind: 'forgotten'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** What to do after an attempt. */
export type Next =
  | { readonly kind: 'again'; readonly waitMs: number; readonly fromTheStart?: boolean }
  | { readonly kind: 'stop'; readonly stop: Stop };

/** Attempts in a row that may fail. */
const PATIENCE = 5;
/** A request's stream may be cut by the server as often as it likes while its call lasts, but not without end. */
const RESUMPTIONS = 100;
/** However short a server wants it. */
const SHORTEST_MS = 100;
const LONGEST_MS = 30_000;
const FIRST_MS = 500;
/** Before a request's stream is asked for again, where the server says nothing. */
const RESUME_MS = 1_000;

/** What may pass: a conflict is with our own stream, of whose end the server does not know yet. */
const isPassing = (status: number): boolean => status === 409 || status === 429 || status >= 500;

/**
 * After an attempt at the stream of the session (2025-11-25, transports, listening for messages from the server). A
 * server need not have one, and says so in many ways; one that had it and answers 404 has forgotten the session.
 */
export function nextOfSession(end: AttemptEnd, attempts: Attempts): Next {
  const again = { kind: 'again', waitMs: waitOf(attempts) } as const;
  if (end.kind === 'ended') return again;
  if (end.kind === 'refused') {
    const { status } = end;
    const none = stop({ kind: 'none', cause: `status ${status}`, status });
    if (attempts.opened === 0) return none;
    // Not every server says 404: the usual examples say 400. It may also be the event id that is wrong with it.
    if (status === 400 && attempts.hasEventId) return { kind: 'again', waitMs: 0, fromTheStart: true };
    if (status === 404 || status === 400) return stop({ kind: 'forgotten', status });
    return isPassing(status) && attempts.fruitless < PATIENCE ? again : none;
  }
  if (attempts.fruitless < PATIENCE) return again;
  return stop(
    end.kind === 'unconnected'
      ? { kind: 'unreachable', reason: end.reason }
      : { kind: 'none', cause: end.reason },
  );
}

/** After an attempt to resume the stream of a request (2025-11-25, transports, resumability and redelivery). */
export function nextOfRequest(end: AttemptEnd, attempts: Attempts): Next {
  const again = { kind: 'again', waitMs: resumeMs(attempts.retryMs) } as const;
  if (end.kind === 'ended') {
    return attempts.opened < RESUMPTIONS
      ? again
      : stop({ kind: 'none', cause: `it ended ${RESUMPTIONS} times` });
  }
  if (end.kind === 'refused') {
    const { status } = end;
    if (status === 404) return stop({ kind: 'forgotten', status });
    if (!isPassing(status)) return stop({ kind: 'none', cause: `status ${status}`, status });
    return attempts.fruitless < PATIENCE ? again : stop({ kind: 'none', cause: `status ${status}`, status });
  }
  return attempts.fruitless < PATIENCE ? again : stop({ kind: 'none', cause: end.reason });
}

/** How long a server is left alone before the stream of a request is resumed, in milliseconds. */
export function resumeMs(retryMs: number | undefined): number {
  return clamp(retryMs ?? RESUME_MS);
}

function stop(reason: Stop): Next {
  return { kind: 'stop', stop: reason };
}

/** What the server asks for; without that, or when nothing comes of it, ever longer and never all at one time. */
function waitOf({ fruitless, retryMs, chance }: Attempts): number {
  const longest = Math.min(FIRST_MS * 2 ** fruitless, LONGEST_MS);
  const own = longest / 2 + (longest / 2) * chance;
  if (retryMs === undefined) return own;
  return fruitless > 0 ? Math.max(clamp(retryMs), own) : clamp(retryMs);
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, SHORTEST_MS), LONGEST_MS);
}

import { ownErrorOf, type Outcome } from '@switchyard/plugin-api';

/** How many times a call may be sent again. */
export const MAX_RETRIES = 2;
const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/**
 * Methods that only read, or may be done twice without harm. `tools/call` is not among them whatever a server says of
 * its tools (2025-11-25, tools, annotations: untrusted).
 */
const READS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/get',
  'completion/complete',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/get',
]);

/** Whether a method is one that may always be sent twice. */
export function isRead(method: string): boolean {
  return READS.has(method);
}

/** An attempt that ended. */
export interface EndedAttempt {
  readonly method: string;
  /** For a tool: the configuration lets it be sent twice. */
  readonly isRetrySafe: boolean;
  readonly outcome: Outcome;
  /** How many times the call was sent again already. */
  readonly retries: number;
  /** The farthest thing that reached the client before the end: a question cannot be asked twice. */
  readonly reached: 'nothing' | 'progress' | 'question';
}

/** Whether to send the call again; `afterMs`: no sooner than the server said. */
export type Retry = { readonly afterMs: number } | undefined;

/** Which calls may be sent again (reliability, 1.4). Pure; a budget and a deadline may still say no. */
export function mayRetry({ method, isRetrySafe, outcome, retries, reached }: EndedAttempt): Retry {
  if (outcome.kind !== 'error' || outcome.executed === 'yes' || retries >= MAX_RETRIES) return undefined;
  if (reached === 'question') return undefined;
  const error = ownErrorOf(outcome);
  if (error === undefined) return undefined;
  const isFree = isRead(method) || (method === 'tools/call' && isRetrySafe);
  const afterMs = error.retryAfterMs ?? 0;
  switch (error.code) {
    case 'UPSTREAM_LOST':
    case 'CALL_TIMEOUT':
      // Part of an answer was used already: only what reads gives the same once more.
      return isFree && (reached === 'nothing' || isRead(method)) ? { afterMs } : undefined;
    case 'UPSTREAM_REFUSED':
      if (error.status === 429) return retries === 0 ? { afterMs } : undefined;
      return isFree && AGAIN.has(error.status ?? 0) ? { afterMs } : undefined;
    default:
      return undefined;
  }
}

/** What may be another answer next time. */
const AGAIN: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** How long to wait before sending again: twice as long each time, spread over all of it so that nobody comes in step. */
export function backoffMs(retries: number, chance: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** retries) * chance;
}

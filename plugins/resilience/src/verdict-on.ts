import { ownErrorOf, type Outcome } from '@switchyard/plugin-api';
import type { Verdict } from './breaker.ts';

/**
 * What an outcome says of the server (reliability: breaker, "counts as failure"): a lost connection, a timeout, an answer
 * that is none, and HTTP 5xx. A tool's own error, JSON-RPC errors and HTTP 4xx are answers, of whatever kind.
 */
export function verdictOn(outcome: Outcome): Verdict {
  if (outcome.kind === 'cancelled') return 'untold';
  if (outcome.kind !== 'error' || outcome.from === 'upstream') return 'answered';
  const error = ownErrorOf(outcome);
  switch (error?.code) {
    case 'UPSTREAM_LOST':
      return 'lost';
    case 'CALL_TIMEOUT':
    case 'UPSTREAM_PROTOCOL':
      return 'failed';
    case 'UPSTREAM_REFUSED':
      // Redirections and what else is neither 4xx nor 5xx come from somebody who lives.
      return (error.status ?? 0) >= 500 ? 'failed' : 'answered';
    case 'UPSTREAM_AUTH':
    case 'MESSAGE_TOO_LARGE':
      return 'answered';
    default:
      // Refused by us: nothing was sent.
      return 'untold';
  }
}

import type { WireMessage } from '@switchyard/plugin-api';
import { retryAfterMs } from './retry-after.ts';
import type { AnswerHeaders } from './socket-pool.ts';

/** Why a request has no answer, beside that it was sent; what `failed` on a wire holds. */
export interface Refusal {
  readonly status?: number;
  readonly cause?: string;
  readonly retryAfterMs?: number;
  readonly challenge?: string;
}

/** What is to be made of the body of an answer. */
export type AnswerPlan =
  /** One message; `then`: the status was a refusal, and this may only say more of it. */
  | { readonly kind: 'json'; readonly then?: Refusal }
  | { readonly kind: 'events' }
  /**
   * Taken, and nothing more said. The specification has no such answer, but servers give it, and answer on the
   * session's stream; `refusal`: what it means where there is none.
   */
  | { readonly kind: 'accepted'; readonly refusal: Refusal }
  /** Nothing in it concerns us: it is read to free the socket. */
  | { readonly kind: 'discarded'; readonly refusal?: Refusal };

/**
 * Decides what to make of an answer to a POST by its head (2025-11-25, transports, sending messages to the server).
 * A request must be answered with a message or a stream of them; for all others nothing is said in an answer.
 */
export function planAnswer(
  kind: WireMessage['kind'],
  status: number,
  headers: AnswerHeaders,
  now: number,
): AnswerPlan {
  const fine = status >= 200 && status < 300;
  if (kind !== 'request') return fine ? { kind: 'discarded' } : { kind: 'discarded', refusal: { status } };
  const type = mediaType(headers);
  const encoding = one(headers['content-encoding']);
  const plain = encoding === undefined || encoding.toLowerCase() === 'identity';
  if (!fine) {
    const refusal = refusalOf(status, headers, now);
    return type === 'application/json' && plain
      ? { kind: 'json', then: refusal }
      : { kind: 'discarded', refusal };
  }
  const failed = (cause: string): AnswerPlan => ({ kind: 'discarded', refusal: { status, cause } });
  if (!plain) return failed('the server compressed its answer, which it was not asked to');
  if (type === 'application/json') return { kind: 'json' };
  if (type === 'text/event-stream') return { kind: 'events' };
  const silent = `the server answered a request with status ${status} and no message`;
  if (status === 202) return { kind: 'accepted', refusal: { status, cause: silent } };
  if (status !== 200) return failed(silent);
  return failed(
    type === undefined
      ? 'the answer has no Content-Type'
      : `the answer is ${shown(type)}, neither JSON nor an event stream`,
  );
}

/** Whether an answer to a GET is the stream that was asked for. */
export function isEventStream(status: number, headers: AnswerHeaders): boolean {
  return status === 200 && mediaType(headers) === 'text/event-stream' && !headers['content-encoding'];
}

/** The value of a header that makes sense only once. */
export function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function refusalOf(status: number, headers: AnswerHeaders, now: number): Refusal {
  const wait = retryAfterMs(one(headers['retry-after']), now);
  const challenge = headers['www-authenticate'];
  const location = status >= 300 && status < 400 ? one(headers['location']) : undefined;
  return {
    status,
    ...(status < 400 && { cause: redirection(location) }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(challenge !== undefined && {
      challenge: typeof challenge === 'string' ? challenge : challenge.join(', '),
    }),
  };
}

/** Where a redirect leads is said without its path: that may hold a secret. */
function redirection(location: string | undefined): string {
  if (location === undefined) return 'the server redirects, which is not followed';
  const origin = URL.canParse(location) ? new URL(location).origin : 'another path of its own';
  return `the server redirects to ${shown(origin)}, which is not followed: correct "url"`;
}

function mediaType(headers: AnswerHeaders): string | undefined {
  return one(headers['content-type'])?.split(';')[0]?.trim().toLowerCase();
}

function shown(text: string): string {
  return text.replace(/[^\x21-\x7e ]/g, '?').slice(0, 100);
}

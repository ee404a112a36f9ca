import { SwitchyardError, type Executed } from '@switchyard/plugin-api';
import type { RequestEnd } from './request.ts';

/** Statuses that a server gives before it looks at the message (RFC 9110): nothing was executed. */
const UNREAD: ReadonlySet<number> = new Set([401, 403, 404, 405, 406, 411, 413, 414, 415, 421, 429, 431]);

/** What an HTTP status in the place of an answer says of the request; a proxy's 5xx says nothing about the server. */
export function executedAt(status: number): Executed {
  return UNREAD.has(status) ? 'no' : 'unknown';
}

/** The error of a request that was refused. */
export function refusedError(
  server: string,
  method: string,
  { status, words }: Extract<RequestEnd, { kind: 'refused' }>,
): SwitchyardError {
  const code = status === 401 || status === 403 ? 'UPSTREAM_AUTH' : 'UPSTREAM_REFUSED';
  return new SwitchyardError(code, {
    server,
    method,
    status,
    words: words === undefined ? '' : `: ${words}`,
  });
}

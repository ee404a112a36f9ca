import { SwitchyardError, type Executed } from '@switchyard/plugin-api';
import type { RequestEnd } from './request.ts';

/** Statuses that a server gives before it looks at the message (RFC 9110): nothing was executed. */
const UNREAD: ReadonlySet<number> = new Set([401, 403, 404, 405, 406, 411, 413, 414, 415, 421, 429, 431]);

/** What an HTTP status in the place of an answer says of the request; a proxy's 5xx says nothing about the server. */
export function executedAt(status: number): Executed {
  return UNREAD.has(status) ? 'no' : 'unknown';
}

const NOT_KNOWN = 'no credential was sent, or one that it does not accept';
const NOT_ALLOWED = 'it knows who asks, or does not say, and does not let them in';
const OTHER_URL = 'the URL is not that of its MCP endpoint, or it speaks the older HTTP+SSE only';

/** The error of a request that was refused. */
export function refusedError(
  server: string,
  method: string,
  { status, words }: Extract<RequestEnd, { kind: 'refused' }>,
): SwitchyardError {
  if (status === 401 || status === 403) {
    const why = words ?? (status === 401 ? NOT_KNOWN : NOT_ALLOWED);
    return new SwitchyardError('UPSTREAM_AUTH', { server, status }, { why });
  }
  const shown = words === undefined ? '' : `: ${words}`;
  const isOtherUrl = method === 'initialize' && (status === 404 || status === 405);
  return new SwitchyardError(
    'UPSTREAM_REFUSED',
    { server, method, status, words: shown },
    isOtherUrl ? { why: OTHER_URL } : {},
  );
}

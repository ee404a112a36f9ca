import { openHttpLink } from './http-link.mjs';
import { openSseLink } from './sse-link.mjs';
import { openStdioLink } from './stdio-link.mjs';

const OPENERS = { http: openHttpLink, sse: openSseLink, stdio: openStdioLink };

/** Opens a session with what a variant offers: { dialect: 'http' | 'sse', url } or { dialect: 'stdio', command… }. */
export function openLink(target, lanes) {
  return OPENERS[target.dialect](target, lanes);
}

import type { IncomingHttpHeaders } from 'node:http';
import { SwitchyardError } from '@switchyard/plugin-api';

/** Why a request is not served, as an HTTP status and an error. */
export interface HeaderProblem {
  readonly status: 400 | 406 | 415;
  readonly error: SwitchyardError;
}

/** What is wrong with the headers of a POST (2025-11-25, transports, sending messages to the server). */
export function postProblem(
  headers: IncomingHttpHeaders,
  versions: readonly string[],
): HeaderProblem | undefined {
  return postTypeProblem(headers['content-type'], headers.accept) ?? versionProblem(headers, versions);
}

/** The types of the last POST that had nothing wrong: a client says the same in all of its requests. */
let fine: { readonly type: string | undefined; readonly accept: string | undefined } | undefined;

function postTypeProblem(type: string | undefined, accept: string | undefined): HeaderProblem | undefined {
  if (fine !== undefined && fine.type === type && fine.accept === accept) return undefined;
  const media = type?.split(';', 1)[0]?.trim().toLowerCase();
  if (media !== 'application/json') {
    return notAcceptable(415, `Content-Type is ${media === undefined ? 'missing' : 'not application/json'}`);
  }
  if (!accepts(accept, 'application/json') || !accepts(accept, 'text/event-stream')) {
    return notAcceptable(406, 'Accept must name application/json and text/event-stream');
  }
  fine = { type, accept };
  return undefined;
}

/** What is wrong with the headers of a GET (2025-11-25, transports, listening for messages from the server). */
export function getProblem(
  headers: IncomingHttpHeaders,
  versions: readonly string[],
): HeaderProblem | undefined {
  if (!accepts(headers.accept, 'text/event-stream'))
    return notAcceptable(406, 'Accept must name text/event-stream');
  return versionProblem(headers, versions);
}

/** Absent is fine: clients before 2025-06-18 do not send it (2025-11-25, transports, protocol version header). */
export function versionProblem(
  headers: IncomingHttpHeaders,
  versions: readonly string[],
): HeaderProblem | undefined {
  const version = headers['mcp-protocol-version'];
  if (version === undefined || (typeof version === 'string' && versions.includes(version))) return undefined;
  const shown = String(version).slice(0, 40);
  return { status: 400, error: new SwitchyardError('PROTOCOL_VERSION_REFUSED', { version: shown }) };
}

/** Whether `accept` allows a media type; absent, it allows everything (RFC 9110, 12.5.1). */
export function accepts(accept: string | undefined, type: string): boolean {
  if (accept === undefined) return true;
  const [main] = type.split('/', 1);
  return accept.split(',').some((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type && name !== `${main}/*` && name !== '*/*') return false;
    return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

function notAcceptable(status: 406 | 415, reason: string): HeaderProblem {
  return { status, error: new SwitchyardError('NOT_ACCEPTABLE', { reason }) };
}

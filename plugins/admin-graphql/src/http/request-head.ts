import type { IncomingHttpHeaders } from 'node:http';
import { malformed, type Refusal } from './refusal.ts';

/** What a client can read. */
export interface Accepted {
  readonly json: boolean;
  readonly events: boolean;
}

const JSON_TYPE = /^application\/json *(?:; *charset *= *"?utf-8"? *)?$/i;

/**
 * Refuses by its head whatever a web page could send without asking first (forms, plain text, GET), and what we do not
 * read. Behind it no request is carried out that a browser would not have asked about (CORS preflight), which nobody
 * answers here.
 */
export function refusedHead(method: string | undefined, headers: IncomingHttpHeaders): Refusal | undefined {
  if (method !== 'POST') {
    return malformed(405, 'METHOD_NOT_ALLOWED', 'the method is not POST', { Allow: 'POST' });
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    return malformed(415, 'UNSUPPORTED_MEDIA_TYPE', 'the Content-Type is not application/json');
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    return malformed(415, 'UNSUPPORTED_MEDIA_TYPE', 'the body is compressed');
  }
  const { json, events } = accepted(headers.accept);
  if (!json && !events) return malformed(406, 'NOT_ACCEPTABLE', 'the Accept header names nothing of ours');
  return undefined;
}

/** Reads an `Accept` header; none means everything (RFC 9110, 12.5.1). */
export function accepted(header: string | undefined): Accepted {
  const types = new Set(header?.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase()));
  const any = header === undefined || header.trim() === '' || types.has('*/*');
  return {
    json:
      any ||
      types.has('application/*') ||
      types.has('application/json') ||
      types.has('application/graphql-response+json'),
    events: any || types.has('text/*') || types.has('text/event-stream'),
  };
}

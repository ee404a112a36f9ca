import { malformed, type Refusal } from './refusal.ts';
import { MAX_REQUEST_BYTES } from './options.ts';

/** One GraphQL request (GraphQL over HTTP, 5.1). */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

/** A request, or why it is none. */
export type ReadRequest =
  | { readonly kind: 'request'; readonly request: GraphqlRequest }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the body of a POST. */
export function readRequest(body: Uint8Array): ReadRequest {
  if (body.length > MAX_REQUEST_BYTES)
    return refused(malformed(413, 'REQUEST_TOO_LARGE', 'the body is too large'));
  let sent: unknown;
  try {
    sent = JSON.parse(utf8.decode(body));
  } catch {
    return refused(malformed(400, 'BODY_NOT_JSON', 'the body is not JSON in UTF-8'));
  }
  if (Array.isArray(sent))
    return refused(malformed(400, 'BATCH_REFUSED', 'several requests in one body are not served'));
  if (!isObject(sent)) return refused(malformed(400, 'REQUEST_MALFORMED', 'the body is not an object'));
  const { query, variables, operationName } = sent;
  if (typeof query !== 'string' || query.trim() === '')
    return refused(malformed(400, 'REQUEST_MALFORMED', '"query" is not a document'));
  if (variables !== undefined && variables !== null && !isObject(variables))
    return refused(malformed(400, 'REQUEST_MALFORMED', '"variables" is not an object'));
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    return refused(malformed(400, 'REQUEST_MALFORMED', '"operationName" is not a string'));
  return {
    kind: 'request',
    request: { query, variables: variables ?? {}, operationName: operationName ?? undefined },
  };
}

function refused(refusal: Refusal): ReadRequest {
  return { kind: 'refused', refusal };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

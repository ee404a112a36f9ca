import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { failed, payloadOf, type RpcId, type SwitchyardError } from '@switchyard/plugin-api';
import { errorResponse, type Segments } from '@switchyard/protocol';
import { writeJson } from './write-json.ts';

/** What goes beside an error in an answer. */
export interface RefusalContext {
  /** Of the request that is refused, where it is known. */
  readonly id?: RpcId | undefined;
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON-RPC error response for a request that never became a call. */
export function errorMessage(error: SwitchyardError, { id, retryAfterMs }: RefusalContext = {}): Segments {
  const outcome = failed({ id: randomUUID() }, error, {
    executed: 'no',
    phase: 'admission',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  const payload = outcome.kind === 'error' ? outcome.error : payloadOf({});
  return errorResponse(id ?? null, [payload.bytes]).segments;
}

/** Answers an HTTP request that is not served with a status and that error. */
export function refuse(
  response: ServerResponse,
  status: number,
  error: SwitchyardError,
  context: RefusalContext = {},
): void {
  const { retryAfterMs, headers } = context;
  const retryAfter =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  writeJson(response, status, errorMessage(error, context), { ...retryAfter, ...headers });
}

import { randomUUID } from 'node:crypto';
import { failed, payloadOf, type RpcId, type SwitchyardError } from '@switchyard/plugin-api';
import { errorResponse, type Segments } from '@switchyard/protocol';

/** What goes beside an error in an answer. */
export interface ErrorContext {
  /** Of the request that is refused, where it is known. */
  readonly id?: RpcId | undefined;
  readonly retryAfterMs?: number;
}

/** A JSON-RPC error response for a request that never became a call. */
export function errorMessage(error: SwitchyardError, { id, retryAfterMs }: ErrorContext = {}): Segments {
  const outcome = failed({ id: randomUUID() }, error, {
    executed: 'no',
    phase: 'admission',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  const payload = outcome.kind === 'error' ? outcome.error : payloadOf({});
  return errorResponse(id ?? null, [payload.bytes]).segments;
}

import type { Call, Executed, Outcome } from './call.ts';
import { payloadOf } from './payload.ts';
import type { SwitchyardError } from './errors.ts';

/** What an answer of the gateway's own says beside what `ERRORS` has on its code. */
export interface FailureContext {
  /** Whether the server acted on the call. Never a guess. */
  readonly executed: Executed;
  /** How far the call came: `admission`, `routing`, `waiting`, `sent`. */
  readonly phase: 'admission' | 'routing' | 'waiting' | 'sent';
  readonly server?: string;
  readonly retryAfterMs?: number;
  /** Further facts for the caller, for example the nearest names. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Ends a call with an error of the gateway's own. The only place where our errors become JSON-RPC. */
export function failed(
  call: Pick<Call, 'id' | 'server'>,
  error: SwitchyardError,
  context: FailureContext,
): Outcome {
  const { executed, phase, retryAfterMs, more } = context;
  const server = context.server ?? call.server;
  return {
    kind: 'error',
    from: 'gateway',
    executed,
    error: payloadOf({
      code: error.spec.rpc,
      message: error.message,
      data: {
        code: error.number,
        ...(server === undefined ? {} : { server }),
        origin: error.spec.origin,
        phase,
        executed,
        // What may have been executed is not the caller's to repeat, whatever a next connection may do.
        retryable: error.spec.retryable && executed === 'no',
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        correlationId: call.id,
        hint: error.remedy,
        ...more,
      },
    }),
  };
}

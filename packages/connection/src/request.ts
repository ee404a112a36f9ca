import type { Loss, Payload, RequestSignal, Sent } from '@switchyard/plugin-api';
import type { Frame } from '@switchyard/protocol';

/** How a request of ours ends without a message that answers it. */
export type RequestEnd =
  /** The wire is gone; the request had been handed over. */
  | { readonly kind: 'lost'; readonly loss: Loss }
  /** The server answered its HTTP request with a status and no message. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly retryAfterMs?: number;
      /** What the wire has to say beside the status: where a redirection leads. */
      readonly words?: string;
    }
  /** Certainly no byte of it went out. */
  | { readonly kind: 'unsent' }
  /** An answer came and cannot be used. */
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'oversize'; readonly bytes: number };

/** A request that a server has not answered yet. */
export interface PendingRequest {
  readonly method: string;
  /** The id of the call that it belongs to, for logs; none of what the gateway asks by itself. */
  readonly correlationId?: string;
  /** Aborted when it is over, whatever way. */
  readonly signal: RequestSignal;
  /** `pending` until the wire says whether it was handed over. */
  handed: Sent | 'pending';
  /** Called when that is known. */
  readonly onHanded?: ((sent: Sent) => unknown) | undefined;
  answered(frame: Frame): void;
  ended(end: RequestEnd): void;
  progressed?(params: Payload): void;
  /** A log line came on its stream. */
  logged?(params: Payload): void;
}

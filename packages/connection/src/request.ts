import type { Loss, Payload, Sent } from '@switchyard/plugin-api';
import type { Frame } from '@switchyard/protocol';

/** How a request of ours ends without a message that answers it. */
export type RequestEnd =
  /** The wire is gone; the request had been handed over. */
  | { readonly kind: 'lost'; readonly loss: Loss }
  /** Certainly no byte of it went out. */
  | { readonly kind: 'unsent' }
  /** An answer came and cannot be used. */
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'oversize'; readonly bytes: number };

/** A request that a server has not answered yet. */
export interface PendingRequest {
  readonly method: string;
  /** `pending` until the wire says whether it was handed over. */
  handed: Sent | 'pending';
  answered(frame: Frame): void;
  ended(end: RequestEnd): void;
  progressed?(params: Payload): void;
}

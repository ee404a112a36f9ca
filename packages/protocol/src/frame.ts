import type { Payload, RpcId } from '@switchyard/plugin-api';

/** How large and how deep a message may be. */
export interface FrameLimits {
  readonly maxBytes: number;
  /** Nesting of objects and arrays; the message itself is 1. At most 1,000 count. */
  readonly maxDepth: number;
}

/** The defaults (docs/architecture.md, values): 10 MiB and 128 levels. */
export const FRAME_LIMITS: FrameLimits = { maxBytes: 10 * 1024 * 1024, maxDepth: 128 };

/** One JSON-RPC message as bytes, and what the scanner saw in them. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** `response` has a result or an error. */
  readonly kind: 'request' | 'notification' | 'response';
  /** Present in requests and responses. */
  readonly id?: RpcId;
  readonly method?: string;
  readonly params?: Payload;
  readonly result?: Payload;
  readonly error?: Payload;
}

/** Why bytes are no message. `id` is there when one could be read, so that the error can be answered. */
export interface Refusal {
  /** Words that end a sentence: `byte 17: a colon was expected`. */
  readonly reason: string;
  readonly error: 'PARSE_ERROR' | 'INVALID_REQUEST';
  readonly id?: RpcId;
  /**
   * What it was going to be, as far as was read. Only the id of a `response` is one of ours: the id of a request
   * belongs to the other side, and taking one for the other would fail somebody else's call.
   */
  readonly of?: Frame['kind'];
}

/** What the scanner makes of bytes: a message, a batch of them (2025-03-26 only), or neither. */
export type Scanned =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'batch'; readonly items: readonly Uint8Array[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

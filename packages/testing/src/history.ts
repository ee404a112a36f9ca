/** What a client was answered. */
export type Answered =
  /** `text` is the first text content: the nonce, where nobody lied. */
  | { readonly kind: 'result'; readonly text: string }
  /** `executed` as the error's data say it; undefined where they do not. */
  | { readonly kind: 'error'; readonly message: string; readonly executed: string | undefined };

/** One thing that happened to a client. A client is whoever has ids of its own: over HTTP, a session. */
export type HistoryEvent =
  /** A call was sent. `server` is the one that it was for. */
  | {
      readonly event: 'invoked';
      readonly client: string;
      readonly id: string | number;
      readonly nonce: string;
      readonly server: string;
    }
  /** A response with this id came. */
  | {
      readonly event: 'answered';
      readonly client: string;
      readonly id: string | number;
      readonly answer: Answered;
    }
  /** The client gave the call up, or went away: an answer may come, and need not. */
  | { readonly event: 'cancelled'; readonly client: string; readonly id: string | number }
  /** It was never accepted: an HTTP status that is no answer, or nobody listened. */
  | { readonly event: 'refused'; readonly client: string; readonly id: string | number };

/** What happened to all clients, in order. */
export type History = readonly HistoryEvent[];

import type { Segments } from '@switchyard/protocol';

/** What a message that answers nothing is about, for whoever has to hold it back: a slow reader, nobody listening. */
export interface Topic {
  /** `log` is the first to be shed; `ask` and `withdrawn` are what a server waits for. */
  readonly kind: 'progress' | 'log' | 'ask' | 'withdrawn' | 'listChanged' | 'updated';
  /** A newer message with the same key says all that an older one said. Unique whatever the kind. */
  readonly key?: string;
}

/** Where the answers to one incoming message or batch go: the response to a POST, or the client's one pipe. */
export interface Reply {
  /** Whether what is sent now can reach the client, at once or when it comes back for it. */
  readonly open: boolean;
  /** Sends what comes before the answer: progress, a log line, a question. */
  notify(message: Segments, topic: Topic): void;
  /**
   * Ends one request of the message or batch.
   * @param message absent: the request was cancelled and gets no response.
   * @param status of HTTP, where that is what the door speaks; 200 if absent.
   */
  answer(message: Segments | undefined, status?: number): void;
}

/** Where the client hears what belongs to none of its requests. */
export interface Outlet {
  /** Sends it or holds it back; each message is the client's once, on one stream. */
  notify(message: Segments, topic: Topic): void;
}

/** What one wire did beside the ordinary, since it was opened. */
export interface Counters {
  /** Requests that were not taken because too many requests were under way. */
  refused: number;
  /** Messages that found no connection while others were under way. */
  unconnected: number;
  /** Requests sent a second time because an old socket had died under the first. */
  resent: number;
  /** Requests that the server took without an answer: theirs come by the stream of the session. */
  accepted: number;
  /** Streams of requests that were asked for again, from their last event on. */
  resumed: number;
  /** Times that the stream of the session was asked for again. */
  reconnected: number;
  /** Sockets that were closed because an answer that nobody waited for did not end. */
  cut: number;
  /** Events that are no messages. */
  ignoredEvents: number;
  /** Bytes of answers that nobody waited for. */
  discardedBytes: number;
  /** Responses and notifications that the server refused, or that were lost. */
  undelivered: number;
}

export function newCounters(): Counters {
  return {
    refused: 0,
    unconnected: 0,
    resent: 0,
    accepted: 0,
    resumed: 0,
    reconnected: 0,
    cut: 0,
    ignoredEvents: 0,
    discardedBytes: 0,
    undelivered: 0,
  };
}

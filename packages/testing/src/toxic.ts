/** Which way bytes go: `up` from the client to the server, `down` from the server to the client. */
export type Way = 'up' | 'down';

/** A count of bytes, or one between two that the seed chooses for each connection. */
export type Bytes = number | { readonly least: number; readonly most: number };

/** Which connections a toxic is for. Connections are counted from 1. */
export interface Chosen {
  /** The share of them that the seed chooses, 0 to 1. Default: all. */
  readonly of?: number;
  /** None before this one. */
  readonly from?: number;
  /** None after this one. */
  readonly to?: number;
}

/** What happens at a count of bytes that went one way; `way` is `down` unless it says otherwise. */
interface AtBytes {
  readonly after: Bytes;
  readonly way?: Way;
}

/** One thing that a network does to a connection. */
export type Toxic = Chosen &
  (
    | {
        /** Every chunk waits so long, one after the other; with jitter: up to so much longer. Both ways. */
        readonly toxic: 'latency';
        readonly ms: number;
        readonly jitterMs?: number;
      }
    /** No chunk has more bytes than this. Both ways. */
    | { readonly toxic: 'slice'; readonly bytes: number }
    /** As many bytes a second each way, at most. */
    | { readonly toxic: 'bandwidth'; readonly bytesPerSecond: number }
    /** Both sides see the end of the stream (FIN) after so many bytes. */
    | ({ readonly toxic: 'cut' } & AtBytes)
    /** Both sides get a RST after so many bytes. */
    | ({ readonly toxic: 'reset' } & AtBytes)
    /** After so many bytes nothing goes either way any more, and nobody is told until one side goes. */
    | ({ readonly toxic: 'blackhole' } & AtBytes)
  );

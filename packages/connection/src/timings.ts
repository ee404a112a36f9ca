/** The numbers of a connection's life, in milliseconds (docs/architecture.md, values). */
export interface Timings {
  /** From the spawn to the end of the handshake. */
  readonly start: number;
  /**
   * How long an attempt counts among those that start at once, at most. A start that takes longer than this waits for
   * something else than the processor (a download, a database): its place is better given to the next.
   */
  readonly turn: number;
  /** The wait before an attempt that found no room (limits.maxProcesses) looks again by itself; it is also told. */
  readonly room: number;
  /** For one page of a list. A kind that takes longer has a problem, and does not hold READY. */
  readonly list: number;
  /** For all pages of a list; what was read by then is kept. */
  readonly listTotal: number;
  /** For a call; progress begins it anew. */
  readonly call: number;
  /** For a call in all, whatever progress it makes. */
  readonly callTotal: number;
  /** A call is held for a server whose next attempt is due within this time. */
  readonly hold: number;
  /** How long a call is held. As long as the start may take, where that is long: launchers install something first. */
  readonly held: number;
  /** For the calls under way when a server is drained. */
  readonly drain: number;
  /** A run that was ready this long starts again at once, and is not counted. */
  readonly healthyRun: number;
  /** Ready this long clears the count of failures. */
  readonly settled: number;
  /**
   * The server is somewhere else (docs/architecture.md, restarts): after a loss it is never reached again at once, unless
   * it only forgot the session, and waits are spread over their whole length.
   */
  readonly remote: boolean;
  /** The first wait after a failure; each further one doubles it, up to `backoffMax`. */
  readonly backoff: number;
  readonly backoffMax: number;
  /** `intensity` failures within this time are a crash loop. */
  readonly intensityWindow: number;
  /** In a crash loop: the first wait; each further one doubles it, up to `slowMax`. */
  readonly slow: number;
  readonly slowMax: number;
  /** After `list_changed`: how long to wait for more of them, and the least time between two readings. */
  readonly listQuiet: number;
  readonly listEvery: number;
  /** The wait before a list that failed is read again; each further one doubles it, up to `listRetryMax`. */
  readonly listRetry: number;
  readonly listRetryMax: number;
  /** A server of which nothing was heard for this long is probed, where nothing of it is awaited; give or take a quarter. */
  readonly probe: number;
  /** For the answer to a probe. */
  readonly probeTimeout: number;
  /** A connection closes after so long without a call and without a subscription; undefined: it does not. */
  readonly idle?: number | undefined;
  /** A connection of one principal's own closes this long after its last call. */
  readonly unused: number;
}

export const TIMINGS: Timings = {
  start: 30_000,
  turn: 2_000,
  room: 60_000,
  list: 10_000,
  listTotal: 30_000,
  call: 60_000,
  callTotal: 300_000,
  hold: 5_000,
  held: 5_000,
  drain: 10_000,
  healthyRun: 10_000,
  settled: 60_000,
  remote: false,
  backoff: 1_000,
  backoffMax: 60_000,
  intensityWindow: 60_000,
  slow: 60_000,
  slowMax: 300_000,
  listQuiet: 300,
  listEvery: 2_000,
  listRetry: 10_000,
  listRetryMax: 300_000,
  probe: 30_000,
  probeTimeout: 5_000,
  unused: 600_000,
};

/** What is different for servers that are somewhere else. */
export const REMOTE: Partial<Timings> = { remote: true, backoff: 500 };

/** How many failures within `intensityWindow` are a crash loop. */
export const INTENSITY = 5;

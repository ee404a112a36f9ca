/** Time. Every timer of the system comes from here, so that a test can run it faster. */
export interface Clock {
  /** Milliseconds since an arbitrary origin; never goes back, whatever happens to the wall clock. */
  now(): number;
  /** The wall clock, for people and logs: milliseconds since 1970. */
  date(): number;
  /** Calls `run` once after `ms` milliseconds. Returns a function that cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** Chance, replaceable by a seeded source in tests. */
export interface Random {
  /** In [0, 1). */
  next(): number;
}

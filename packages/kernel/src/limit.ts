import type { Clock } from '@switchyard/plugin-api';

/** A length of time that somebody is willing to wait. */
export interface Patience {
  readonly clock: Clock;
  readonly ms: number;
}

/** A moment after which nobody waits any more. Several works may share one. */
export interface Limit {
  /** How far away the moment was when the limit was made. */
  readonly ms: number;
  readonly passed: Promise<typeof LATE>;
  /** Frees the timer. Whoever makes a limit ends it. */
  end(): void;
}

/** What `within` gives for work that was not done in time. */
export const LATE: unique symbol = Symbol('late');

/** A limit that passes `patience.ms` milliseconds from now. */
export function limitOf(patience: Patience): Limit {
  let end = () => {};
  const passed = new Promise<typeof LATE>((resolve) => {
    end = patience.clock.after(patience.ms, () => resolve(LATE));
  });
  return { ms: patience.ms, passed, end };
}

/** The result of `work`, or `LATE` if the limit passes first; the work then goes on, and what becomes of it is ignored. */
export function within<T>(
  work: T | PromiseLike<T>,
  limit: Limit | undefined,
): Promise<Awaited<T> | typeof LATE> {
  // The work stands first: what is done when the limit has passed already still counts as done.
  return limit === undefined ? Promise.resolve(work) : Promise.race([work, limit.passed]);
}

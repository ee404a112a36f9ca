import type { BreakerPolicy, Random } from '@switchyard/plugin-api';

/** Where a breaker stands. Moments are those of `Clock.now`. */
export type BreakerState =
  | { readonly phase: 'closed'; readonly since: number }
  | {
      readonly phase: 'open';
      readonly since: number;
      readonly openedAt: number;
      /** When the server is to be asked whether it answers. */
      readonly probeAt: number;
    }
  | { readonly phase: 'half_open'; readonly since: number; readonly openedAt: number };

/** What a call that was let through came to. */
export type Verdict =
  /** The server answered, whatever it said. */
  | 'answered'
  | 'failed'
  /** The connection was lost: one loss ends many calls, and is one failure. */
  | 'lost'
  /** It says nothing of the server: it was cancelled, or never sent. */
  | 'untold';

/** How many calls within the window say something of the rate of failures. */
export const LEAST_CALLS = 20;
/** How many calls are let through before all are. */
export const TRIALS = 3;
/** The longest time between two probes, before chance. */
export const LONGEST_OPEN_MS = 60_000;
/** One that stays closed for so long is believed to be well: the next time that it opens is a first time. */
export const STEADY_MS = 60_000;
const BUCKETS = 10;

/**
 * Counts what becomes of the calls to one server, and decides whether the next may go: closed, open, half open. It has
 * no clock and no timers; whoever has says what time it is. Time may stand still between two calls, never go back.
 */
export class Breaker {
  readonly #random: Random;
  #policy: BreakerPolicy | false;
  #state: BreakerState;
  /** Grows with each change of phase: what a call of another phase came to says nothing of this one. */
  #epoch = 0;
  #streak = 0;
  /** Calls and failures of the window, in tenths of it. */
  readonly #calls = new Array<number>(BUCKETS).fill(0);
  readonly #failures = new Array<number>(BUCKETS).fill(0);
  #bucket = 0;
  #lostAt = -Infinity;
  /** How many times it opened in a row, probes that were not answered included. */
  #times = 0;
  #opened = { failed: 0, of: 0 };
  /** Trials that may still be let through, and those that succeeded. */
  #places = 0;
  #succeeded = 0;

  constructor(policy: BreakerPolicy | false, random: Random, now: number) {
    this.#policy = policy;
    this.#random = random;
    this.#state = { phase: 'closed', since: now };
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** `false`: it never opens. */
  get policy(): BreakerPolicy | false {
    return this.#policy;
  }

  /** Failures in a row, now. */
  get streak(): number {
    return this.#streak;
  }

  /** What it opened for the last time. */
  get opened(): { readonly failed: number; readonly of: number } {
    return this.#opened;
  }

  /** The epoch of a call that may go; undefined: it may not. */
  admit(): number | undefined {
    if (this.#state.phase === 'closed') return this.#epoch;
    if (this.#state.phase === 'open' || this.#places === 0) return undefined;
    this.#places -= 1;
    return this.#epoch;
  }

  /**
   * What a call came to that was let through in this epoch. Returns whether the phase changed.
   * @param startedAt when it was let through
   * @param now may be `startedAt` for one that was answered: the window forgives that
   */
  told(epoch: number, verdict: Verdict, startedAt: number, now: number): boolean {
    if (epoch !== this.#epoch || this.#policy === false) return false;
    return this.#state.phase === 'half_open'
      ? this.#tried(verdict, now)
      : this.#counted(verdict, startedAt, now);
  }

  /** Whether the server answered a probe that was sent in the present epoch. Returns whether the phase changed. */
  probed(answers: boolean, now: number): boolean {
    if (this.#state.phase !== 'open') return false;
    if (!answers) {
      this.#open(now, this.#state);
      return false;
    }
    this.#become({ phase: 'half_open', since: now, openedAt: this.#state.openedAt });
    this.#places = TRIALS;
    this.#succeeded = 0;
    return true;
  }

  /** Forgets all that was, and takes other numbers. Returns whether the phase changed. */
  reset(now: number, policy = this.#policy): boolean {
    const wasClosed = this.#state.phase === 'closed';
    this.#policy = policy;
    this.#times = 0;
    this.#lostAt = -Infinity;
    // Counted in other units from now on.
    this.#bucket = 0;
    this.#close(now);
    return !wasClosed;
  }

  #counted(verdict: Verdict, startedAt: number, now: number): boolean {
    if (verdict === 'untold') return false;
    // What was under way when the connection was lost says the same once more.
    if (verdict === 'lost' && startedAt <= this.#lostAt) return false;
    const bucket = this.#bucketAt(now);
    this.#calls[bucket]! += 1;
    if (verdict === 'answered') {
      this.#streak = 0;
      return false;
    }
    if (verdict === 'lost') this.#lostAt = now;
    this.#failures[bucket]! += 1;
    this.#streak += 1;
    return this.#judge(now);
  }

  #judge(now: number): boolean {
    const { failures, windowMs } = this.#policy as BreakerPolicy;
    const inARow = this.#streak >= failures;
    const calls = sum(this.#calls);
    const failed = sum(this.#failures);
    if (!inARow && (calls < LEAST_CALLS || failed * 2 < calls)) return false;
    this.#opened = inARow ? { failed: this.#streak, of: this.#streak } : { failed, of: calls };
    const { since } = this.#state;
    if (now - since >= Math.max(STEADY_MS, windowMs)) this.#times = 0;
    this.#open(now, undefined);
    return true;
  }

  #tried(verdict: Verdict, now: number): boolean {
    switch (verdict) {
      case 'untold':
        this.#places += 1;
        return false;
      case 'answered':
        this.#succeeded += 1;
        if (this.#succeeded < TRIALS) return false;
        this.#close(now);
        return true;
      case 'failed':
      case 'lost':
        this.#streak += 1;
        this.#open(now, undefined);
        return true;
    }
  }

  #open(now: number, before: Extract<BreakerState, { phase: 'open' }> | undefined): void {
    this.#times += 1;
    const { cooldownMs } = this.#policy as BreakerPolicy;
    const cap = Math.max(LONGEST_OPEN_MS, cooldownMs);
    const wait = Math.min(cap, cooldownMs * 2 ** Math.min(this.#times - 1, 30)) * (0.5 + this.#random.next());
    const { since = now, openedAt = now } = before ?? {};
    this.#become({ phase: 'open', since, openedAt, probeAt: now + wait });
  }

  #close(now: number): void {
    this.#streak = 0;
    this.#calls.fill(0);
    this.#failures.fill(0);
    this.#become({ phase: 'closed', since: now });
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#epoch += 1;
  }

  /** Where this moment counts; what is older than the window is forgotten. */
  #bucketAt(now: number): number {
    const at = Math.floor(now / ((this.#policy as BreakerPolicy).windowMs / BUCKETS));
    if (at > this.#bucket) {
      const passed = Math.min(BUCKETS, at - this.#bucket);
      for (let step = 1; step <= passed; step += 1) {
        const forgotten = (this.#bucket + step) % BUCKETS;
        this.#calls[forgotten] = 0;
        this.#failures[forgotten] = 0;
      }
      // After a long silence all of them are empty, whichever is next.
      if (passed === BUCKETS) {
        this.#calls.fill(0);
        this.#failures.fill(0);
      }
      this.#bucket = at;
    }
    return this.#bucket % BUCKETS;
  }
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

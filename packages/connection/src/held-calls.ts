import type { Call, Clock, Exchange, Outcome, Sink } from '@switchyard/plugin-api';
import { FairQueue } from './fair-queue.ts';

/** Calls that wait for their server, in turn of their principals: nothing of them was sent, so waiting is safe. */
export class HeldCalls {
  readonly #queue = new FairQueue<HeldCall>();
  /** Those that come back while others leave: they wait for the next time, or they would come back for ever. */
  #returned: FairQueue<HeldCall> | undefined;
  readonly #clock: Clock;
  readonly #holdMs: () => number;

  constructor(clock: Clock, holdMs: () => number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#queue.size + (this.#returned?.size ?? 0);
  }

  /** How many principals wait. */
  get principals(): number {
    return this.#queue.principals;
  }

  /**
   * Holds a call until `release` or `refuse`, at most for the time to hold; then `expired` ends it. One that was held
   * before is held `until` then: however often it comes back, its caller waits no longer.
   */
  hold(call: Call, sink: Sink, expired: () => Outcome, until?: number): Exchange {
    const now = this.#clock.now();
    const last = until ?? now + Math.min(this.#holdMs(), call.timeoutMs ?? Infinity);
    const held: HeldCall = new HeldCall(call, sink, last, () => {
      this.#queue.delete(held);
      this.#returned?.delete(held);
    });
    held.cancelTimer = this.#clock.after(Math.max(0, last - now), () => held.end(expired()));
    (this.#returned ?? this.#queue).add(held);
    return held;
  }

  /** Ends one that waits for the sake of a call of this principal, where that has less waiting; else there is none. */
  crowdOut(principal: string, outcomeOf: (call: Call) => Outcome): boolean {
    const held = this.#queue.crowdedOutBy(principal);
    held?.end(outcomeOf(held.call));
    return held !== undefined;
  }

  /** Lets held calls go while there is room, principals in turn; those that `mayGo` says no to only if all are. */
  release(room: () => boolean, carry: Carry, mayGo?: (principal: string) => boolean): void {
    // What a call that goes sets off is looked at here when it is over.
    if (this.#returned) return;
    this.#returned = new FairQueue();
    try {
      while (this.#queue.size > 0 && room()) this.#queue.take(mayGo)?.leave(carry);
    } finally {
      const returned = this.#returned;
      this.#returned = undefined;
      for (const held of returned) this.#queue.add(held);
    }
  }

  /** Ends all held calls. */
  refuse(outcomeOf: (call: Call) => Outcome): void {
    for (const held of [...this.#queue, ...(this.#returned ?? [])]) held.end(outcomeOf(held.call));
  }
}

/** Takes a held call further; `until` is when its time to be held ends. */
type Carry = (call: Call, sink: Sink, until: number) => Exchange;

class HeldCall implements Exchange {
  readonly call: Call;
  cancelTimer: () => void = () => {};
  readonly #sink: Sink;
  readonly #until: number;
  readonly #forget: () => void;
  #over = false;
  #successor: Exchange | undefined;

  constructor(call: Call, sink: Sink, until: number, forget: () => void) {
    this.call = call;
    this.#sink = sink;
    this.#until = until;
    this.#forget = forget;
  }

  get principal(): string {
    return this.call.principal;
  }

  leave(carry: Carry): void {
    if (!this.#finish()) return;
    this.#successor = carry(this.call, this.#sink, this.#until);
  }

  end(outcome: Outcome): void {
    if (this.#finish()) this.#sink({ kind: 'outcome', outcome });
  }

  cancel(reason: string): void {
    if (this.#successor) this.#successor.cancel(reason);
    else this.end({ kind: 'cancelled', reason });
  }

  reply(askId: string, answer: Parameters<Exchange['reply']>[1]): 'taken' | 'unknown' {
    return this.#successor?.reply(askId, answer) ?? 'unknown';
  }

  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.cancelTimer();
    this.#forget();
    return true;
  }
}

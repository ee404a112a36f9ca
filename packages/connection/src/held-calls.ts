import type { Call, Clock, Exchange, Outcome, Sink } from '@switchyard/plugin-api';

/** Calls that wait for their server, oldest first: nothing of them was sent, so waiting is safe. */
export class HeldCalls {
  readonly #calls = new Set<HeldCall>();
  readonly #clock: Clock;
  readonly #holdMs: number;

  constructor(clock: Clock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#calls.size;
  }

  /**
   * Holds a call until `release` or `refuse`, at most for the time to hold; then `expired` ends it. One that was held
   * before is held `until` then: however often it comes back, its caller waits no longer.
   */
  hold(call: Call, sink: Sink, expired: () => Outcome, until?: number): Exchange {
    const now = this.#clock.now();
    const last = until ?? now + Math.min(this.#holdMs, call.timeoutMs ?? Infinity);
    const held: HeldCall = new HeldCall(call, sink, last, () => this.#calls.delete(held));
    held.cancelTimer = this.#clock.after(Math.max(0, last - now), () => held.end(expired()));
    this.#calls.add(held);
    return held;
  }

  /** Lets held calls go, oldest first, while there is room. */
  release(room: () => boolean, carry: Carry): void {
    // Those of now: one that comes back meanwhile would come back for ever.
    for (const held of [...this.#calls]) {
      if (!room()) return;
      held.leave(carry);
    }
  }

  /** Ends all held calls. */
  refuse(outcomeOf: (call: Call) => Outcome): void {
    for (const held of this.#calls) held.end(outcomeOf(held.call));
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

import {
  answer,
  failed,
  SwitchyardError,
  type Call,
  type Exchange,
  type Outcome,
  type Sink,
} from '@switchyard/plugin-api';
import { HeldCalls } from './held-calls.ts';
import type { Session, SessionContext } from './session.ts';
import { sheltered } from './sheltered.ts';
import type { State } from './state.ts';
import { refusal, verdictOn, type Verdict } from './verdict.ts';

/** How many calls one connection carries at once, and how many more it holds back. */
export const GATE_LIMITS = { inFlight: 64, inFlightRemote: 256, held: 256 };

/** How long to wait before a living wire is asked again to take what it did not take. */
const RESEND_MS = 100;

/** What a gate works with. */
export interface GateContext extends SessionContext {
  /** Instead of the usual numbers. */
  readonly limits?: { readonly maxConcurrent?: number; readonly queue?: number } | undefined;
}

/** Runs a call that may have been held before, and then only `until` when. */
export type ExecuteUntil = (call: Call, sink: Sink, until?: number) => Exchange;

/** The connection, as its gate sees it. */
export interface Gated {
  state(): State;
  /** The session of the present run. */
  session(): Session | undefined;
  /** A call came for a server that nobody started. */
  wanted(): void;
  /** A call is over; there may be none left. */
  callOver(): void;
}

/** The one gate of a connection: lets a call go, holds it for a server that will soon be ready, or refuses it. */
export class Gate {
  readonly #context: GateContext;
  readonly #connection: Gated;
  readonly #held: HeldCalls;
  /** What took the place of this connection. */
  #successor: ExecuteUntil | undefined;
  #shed = 0;
  /** A wire that lives is asked again soon: one timer, however many calls wait for it. */
  #resending = false;

  constructor(context: GateContext, connection: Gated) {
    this.#context = context;
    this.#connection = connection;
    this.#held = new HeldCalls(context.clock, () => context.timings.held);
  }

  /** How many calls are held. */
  get held(): number {
    return this.#held.size;
  }

  /** How many calls were refused because too many waited, or for too long, while the server was ready. */
  get shed(): number {
    return this.#shed;
  }

  /** @param until when a call that was held elsewhere before may be held no longer */
  execute(call: Call, sink: Sink, until?: number): Exchange {
    const verdict = this.#verdict();
    const safe = sheltered(call, sink, this.#context.log);
    if (verdict === 'go' && this.#hasRoom() && this.#held.size === 0) return this.#carry(call, safe, until);
    if (verdict === 'refuse') return answer(safe, this.#refusal(call));
    return this.#hold(call, safe, until);
  }

  /** From now on what is held, and what comes back from the wire, goes elsewhere. */
  handOver(to: ExecuteUntil): void {
    this.#successor = to;
    this.#held.release(() => true, to);
  }

  /** What a new state means for the calls that are held. */
  settle(): void {
    if (this.#connection.state().phase === 'ready') this.#release();
    else if (this.#verdict() === 'refuse') this.#held.refuse((call) => this.#refusal(call));
  }

  #carry(call: Call, sink: Sink, until?: number): Exchange {
    const session = this.#connection.session();
    if (!session) return this.#hold(call, sink, until);
    const counted: Sink = (event) => {
      sink(event);
      if (event.kind === 'outcome') this.#roomMade();
    };
    return session.execute(call, counted, () => this.#takeBack(call, sink, until));
  }

  /** The wire took no byte of it: it waits for the next run, or for the same wire to take messages again. */
  #takeBack(call: Call, sink: Sink, until: number | undefined): Exchange {
    if (this.#successor) {
      const elsewhere = this.#successor(call, sink, until);
      this.#roomMade();
      return elsewhere;
    }
    if (this.#verdict() === 'refuse') {
      const over = answer(sink, this.#refusal(call));
      this.#roomMade();
      return over;
    }
    if (!this.#resending) {
      this.#resending = true;
      this.#context.clock.after(RESEND_MS, () => {
        this.#resending = false;
        this.#release();
      });
    }
    return this.#hold(call, sink, until);
  }

  #hold(call: Call, sink: Sink, until?: number): Exchange {
    const limit = this.#context.limits?.queue ?? GATE_LIMITS.held;
    const overflow = (each: Call) => this.#overload(each, limit);
    // Who has few waiting is not refused because others have many.
    const isFull = this.#held.size >= limit && !this.#held.crowdOut(call.principal, overflow);
    const exchange = isFull
      ? answer(sink, overflow(call))
      : this.#held.hold(call, sink, () => this.#refusal(call), until);
    const { phase } = this.#connection.state();
    // One that closes because nobody used it must hear that somebody does.
    if (phase === 'idle' || phase === 'closing') this.#connection.wanted();
    return exchange;
  }

  #overload(call: Call, limit: number): Outcome {
    const { server } = this.#context;
    this.#shed += 1;
    const error = new SwitchyardError('OVERLOADED', { server, limit });
    return failed(call, error, { executed: 'no', phase: 'waiting', server });
  }

  #refusal(call: Call): Outcome {
    const { server, clock } = this.#context;
    if (this.#connection.state().phase === 'ready') {
      if (!this.#hasRoom()) return this.#overload(call, this.#limit);
      // With room for it, it can only have waited for a wire that takes nothing.
      const error = new SwitchyardError('INPUT_STALLED', { server });
      return failed(call, error, { executed: 'no', phase: 'waiting', server });
    }
    return refusal(call, server, this.#connection.state(), clock.now());
  }

  #verdict(): Verdict {
    return verdictOn(this.#connection.state(), this.#context.clock.now(), this.#context.timings);
  }

  /** How many calls may be in flight. */
  get #limit(): number {
    const { limits, timings } = this.#context;
    const usual = timings.remote ? GATE_LIMITS.inFlightRemote : GATE_LIMITS.inFlight;
    return limits?.maxConcurrent ?? usual;
  }

  #hasRoom(): boolean {
    return (this.#connection.session()?.inFlight ?? 0) < this.#limit;
  }

  #roomMade(): void {
    if (this.#held.size > 0) this.#release();
    this.#connection.callOver();
  }

  #release(): void {
    if (this.#connection.state().phase !== 'ready') return;
    const carry = (call: Call, sink: Sink, until: number) => this.#carry(call, sink, until);
    if (this.#held.principals < 2) return this.#held.release(() => this.#hasRoom(), carry);
    // One with long calls would come to have all the room there is.
    const inFlight = new Map<string, number>();
    const share = Math.ceil(this.#limit / this.#held.principals);
    const count = (principal: string) => inFlight.set(principal, (inFlight.get(principal) ?? 0) + 1);
    for (const principal of this.#connection.session()?.principals() ?? []) count(principal);
    this.#held.release(
      () => this.#hasRoom(),
      (call, sink, until) => {
        count(call.principal);
        return carry(call, sink, until);
      },
      (principal) => (inFlight.get(principal) ?? 0) < share,
    );
  }
}

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
  readonly #context: SessionContext;
  readonly #connection: Gated;
  readonly #held: HeldCalls;
  readonly #limit: number;
  /** A wire that lives is asked again soon: one timer, however many calls wait for it. */
  #resending = false;

  constructor(context: SessionContext, connection: Gated) {
    this.#context = context;
    this.#connection = connection;
    this.#held = new HeldCalls(context.clock, context.timings.held);
    this.#limit = context.timings.remote ? GATE_LIMITS.inFlightRemote : GATE_LIMITS.inFlight;
  }

  /** How many calls are held. */
  get held(): number {
    return this.#held.size;
  }

  execute(call: Call, sink: Sink): Exchange {
    const verdict = this.#verdict();
    const safe = sheltered(call, sink, this.#context.log);
    if (verdict === 'go' && this.#hasRoom() && this.#held.size === 0) return this.#carry(call, safe);
    if (verdict === 'refuse') return answer(safe, this.#refusal(call));
    return this.#hold(call, safe);
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
    const { server } = this.#context;
    if (this.#held.size >= GATE_LIMITS.held) {
      const error = new SwitchyardError('OVERLOADED', { server, limit: GATE_LIMITS.held });
      return answer(sink, failed(call, error, { executed: 'no', phase: 'waiting', server }));
    }
    const held = this.#held.hold(call, sink, () => this.#refusal(call), until);
    const { phase } = this.#connection.state();
    // One that closes because nobody used it must hear that somebody does.
    if (phase === 'idle' || phase === 'closing') this.#connection.wanted();
    return held;
  }

  #refusal(call: Call): Outcome {
    const { server, clock } = this.#context;
    if (this.#connection.state().phase === 'ready') {
      // With room for it, it can only have waited for a wire that takes nothing.
      const error = this.#hasRoom()
        ? new SwitchyardError('INPUT_STALLED', { server })
        : new SwitchyardError('OVERLOADED', { server, limit: this.#limit });
      return failed(call, error, { executed: 'no', phase: 'waiting', server });
    }
    return refusal(call, server, this.#connection.state(), clock.now());
  }

  #verdict(): Verdict {
    return verdictOn(this.#connection.state(), this.#context.clock.now(), this.#context.timings);
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
    this.#held.release(
      () => this.#hasRoom(),
      (call, sink, until) => this.#carry(call, sink, until),
    );
  }
}

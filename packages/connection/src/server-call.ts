import {
  failed,
  SwitchyardError,
  type Call,
  type Clock,
  type Exchange,
  type Outcome,
  type Payload,
  type Sent,
  type Sink,
} from '@switchyard/plugin-api';
import type { Era, Frame } from '@switchyard/protocol';
import type { PendingRequest, RequestEnd } from './request.ts';
import type { Timings } from './timings.ts';

/** What a call needs of the session that carries it. */
interface Carrier {
  /** The call is over, whatever way: forget its id. */
  done(): void;
  /** Tell the server that the answer is not wanted any more. */
  cancel(reason: string): void;
  /** No byte of it went out: take it back, and say where it is now. */
  onUnsent(): Exchange;
}

interface ServerCallContext {
  readonly server: string;
  readonly era: Era;
  readonly timings: Timings;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
}

/**
 * A client's call at its server: the request in flight and the exchange that the client holds, in one.
 * Exactly one outcome reaches the sink.
 */
export class ServerCall implements PendingRequest, Exchange {
  handed: Sent | 'pending' = 'pending';
  readonly #call: Call;
  readonly #sink: Sink;
  readonly #context: ServerCallContext;
  readonly #carrier: Carrier;
  readonly #startedAt: number;
  #cancelTimer: () => void;
  #over = false;
  /** Where the call went after this wire did not take it. */
  #successor: Exchange | undefined;

  constructor(call: Call, sink: Sink, context: ServerCallContext, carrier: Carrier) {
    this.#call = call;
    this.#sink = sink;
    this.#context = context;
    this.#carrier = carrier;
    this.#startedAt = context.clock.now();
    this.#cancelTimer = context.clock.after(this.#patience(0), () => this.#timedOut());
  }

  get method(): string {
    return this.#call.method;
  }

  answered(frame: Frame): void {
    this.#finish(this.#context.era.upstream.outcome(this.#call, frame));
  }

  ended(end: RequestEnd): void {
    const { server, maxMessageBytes } = this.#context;
    switch (end.kind) {
      case 'unsent':
        if (this.#over) return;
        this.#leave();
        this.#successor = this.#carrier.onUnsent();
        return;
      case 'lost':
        this.#fail(new SwitchyardError('UPSTREAM_LOST', { server, cause: end.loss.cause }), 'unknown');
        return;
      case 'damaged':
        this.#fail(new SwitchyardError('UPSTREAM_PROTOCOL', { server, reason: end.reason }), 'yes');
        return;
      case 'oversize':
        this.#fail(
          new SwitchyardError('MESSAGE_TOO_LARGE', { server, bytes: end.bytes, limit: maxMessageBytes }),
          'yes',
        );
        return;
    }
  }

  progressed(params: Payload): void {
    if (this.#over) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.after(this.#patience(this.#age()), () => this.#timedOut());
    if (this.#call.wantsProgress) this.#sink({ kind: 'progress', params });
  }

  cancel(reason: string): void {
    if (this.#successor) return this.#successor.cancel(reason);
    if (this.#over) return;
    this.#carrier.cancel(reason);
    this.#finish({ kind: 'cancelled', reason });
  }

  reply(askId: string, answer: Parameters<Exchange['reply']>[1]): 'taken' | 'unknown' {
    return this.#successor?.reply(askId, answer) ?? 'unknown';
  }

  #timedOut(): void {
    if (this.#over) return;
    const { server } = this.#context;
    const seconds = Math.round(this.#age() / 100) / 10;
    this.#carrier.cancel('timed out');
    this.#fail(
      new SwitchyardError('CALL_TIMEOUT', { server, method: this.#call.method, seconds }),
      'unknown',
    );
  }

  #fail(error: SwitchyardError, executed: 'yes' | 'unknown'): void {
    this.#finish(failed(this.#call, error, { executed, phase: 'sent', server: this.#context.server }));
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#leave();
    this.#sink({ kind: 'outcome', outcome });
  }

  #leave(): void {
    this.#over = true;
    this.#cancelTimer();
    this.#carrier.done();
  }

  #age(): number {
    return this.#context.clock.now() - this.#startedAt;
  }

  /** How long to wait from now, at an age: progress gives the full time again, but never past the total. */
  #patience(age: number): number {
    const { call, callTotal } = this.#context.timings;
    return Math.max(0, Math.min(call, this.#call.timeoutMs ?? Infinity, callTotal - age));
  }
}

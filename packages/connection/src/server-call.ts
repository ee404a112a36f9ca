import {
  failed,
  payloadOf,
  SwitchyardError,
  type Call,
  type Clock,
  type Exchange,
  type Executed,
  type FailureContext,
  type Outcome,
  type Payload,
  type RequestSignal,
  type RpcId,
  type Sent,
  type Sink,
} from '@switchyard/plugin-api';
import type { Era, Frame } from '@switchyard/protocol';
import { OverSignal } from './over-signal.ts';
import { executedAt, refusedError } from './refused.ts';
import type { PendingRequest, RequestEnd } from './request.ts';
import type { Timings } from './timings.ts';

/** What a call needs of the session that carries it. */
interface Carrier {
  /** The call is over, whatever way: forget its id. */
  done(): void;
  /** Tell the server that the answer is not wanted any more; `isLate`: it should have come by now. */
  cancel(reason: string, isLate: boolean): void;
  /** Nobody waits for it any more, and the server may have it; `isUnsent`: it has not. */
  gaveUp(isUnsent?: boolean): void;
  /** No byte of it went out: take it back, and say where it is now. */
  onUnsent(): Exchange;
  /** The client answers what the server asked with this id; or nobody will. */
  reply(id: RpcId, answer: Answer): void;
}

type Answer = Parameters<Exchange['reply']>[1];

/** How long a wire may take to say what became of a message that it is to let go of. */
const LET_GO_MS = 100;

/** How many questions of one call may be open. */
const MAX_ASKS = 16;

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
  onHanded: ((sent: Sent) => unknown) | undefined = undefined;
  readonly #call: Call;
  readonly #sink: Sink;
  readonly #context: ServerCallContext;
  readonly #carrier: Carrier;
  readonly #startedAt: number;
  #cancelTimer: () => void;
  #over = false;
  /** Its time was over before the wire said whether it was sent. */
  #isLate = false;
  /** What the server asked during this call, by our id for it: the server's own. */
  readonly #asks = new Map<string, RpcId>();
  #asked = 0;
  #signal: OverSignal | undefined;
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

  get correlationId(): string {
    return this.#call.id;
  }

  get call(): Call {
    return this.#call;
  }
  /** Aborted when the call is over, whatever way. */
  get signal(): RequestSignal {
    this.#signal ??= new OverSignal();
    if (this.#over) this.#signal.abort();
    return this.#signal;
  }

  answered(frame: Frame): void {
    const outcome = this.#context.era.upstream.outcome(this.#call, frame);
    // Who asks has begun: "no such method" may then be what somebody answered to the question.
    const began = this.#asked > 0 && outcome.kind === 'error' && outcome.executed === 'no';
    this.#finish(began ? { ...outcome, executed: 'unknown' } : outcome);
  }

  /** Its server asked something that may have been about it. */
  noteAsked(): void {
    this.#asked += 1;
  }

  ended(end: RequestEnd): void {
    const { server, maxMessageBytes } = this.#context;
    if (this.#isLate) return this.#late(end.kind === 'unsent' ? 'no' : 'unknown');
    switch (end.kind) {
      case 'unsent':
        if (this.#over) return;
        this.#leave();
        this.#successor = this.#carrier.onUnsent();
        return;
      case 'lost':
        this.#fail(new SwitchyardError('UPSTREAM_LOST', { server, cause: end.loss.cause }), 'unknown');
        return;
      case 'refused': {
        const executed = executedAt(end.status);
        const { retryAfterMs, status } = end;
        const error = refusedError(server, this.#call.method, end);
        this.#fail(error, executed, {
          more: { status },
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        });
        return;
      }
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
    this.#wait();
    if (this.#call.wantsProgress) this.#sink({ kind: 'progress', params });
  }

  logged(params: Payload): void {
    if (!this.#over) this.#sink({ kind: 'log', params });
  }

  /** Passes a question of the server on to the client. `full`: too many are open. */
  ask(id: RpcId, method: string, params: Payload | undefined): 'asked' | 'full' {
    if (this.#asks.size >= MAX_ASKS) return 'full';
    this.#asked += 1;
    const askId = `${this.#call.id}.${this.#asked}`;
    this.#asks.set(askId, id);
    // People think longer than servers: what counts now is the total.
    this.#wait();
    this.#sink({ kind: 'ask', ask: { id: askId, method, ...(params && { params }) } });
    return 'asked';
  }

  /** The server takes a question back. */
  withdraw(id: RpcId): void {
    for (const [askId, asked] of this.#asks) {
      if (asked !== id) continue;
      this.#asks.delete(askId);
      this.#wait();
      this.#sink({ kind: 'withdrawn', askId });
      return;
    }
  }

  cancel(reason: string): void {
    if (this.#successor) return this.#successor.cancel(reason);
    if (this.#over) return;
    const tell = () => this.#carrier.cancel(reason, false);
    if (this.handed === 'pending') {
      // It may ask about it before the wire says that it was sent.
      this.#carrier.gaveUp();
      // A server is not told of what it may never see.
      this.onHanded = (sent) => (sent === 'sent' ? tell() : this.#carrier.gaveUp(true));
    } else tell();
    this.#finish({ kind: 'cancelled', reason });
  }

  reply(askId: string, answer: Answer): 'taken' | 'unknown' {
    if (this.#successor) return this.#successor.reply(askId, answer);
    const id = this.#asks.get(askId);
    if (id === undefined) return 'unknown';
    this.#asks.delete(askId);
    this.#wait();
    this.#carrier.reply(id, answer);
    return 'taken';
  }

  /** Waits anew for the answer. */
  #wait(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.after(this.#patience(this.#age()), () => this.#timedOut());
  }

  #timedOut(): void {
    if (this.#over) return;
    if (this.handed !== 'pending' || this.#isLate) return this.#late('unknown');
    // It still waits to be sent: the wire lets go of it now, and says whether a byte of it went out.
    this.#isLate = true;
    this.onHanded = (sent) => sent === 'sent' && this.#late('unknown');
    this.#cancelTimer = this.#context.clock.after(LET_GO_MS, () => this.#timedOut());
    this.#signal?.abort();
  }

  #late(executed: 'no' | 'unknown'): void {
    if (this.#over) return;
    const { server } = this.#context;
    const seconds = Math.round(this.#age() / 100) / 10;
    if (executed === 'unknown') this.#carrier.cancel('timed out', true);
    this.#fail(new SwitchyardError('CALL_TIMEOUT', { server, method: this.#call.method, seconds }), executed);
  }

  #fail(
    error: SwitchyardError,
    executed: Executed,
    more: Pick<FailureContext, 'retryAfterMs' | 'more'> = {},
  ): void {
    const { server } = this.#context;
    this.#finish(failed(this.#call, error, { executed, phase: 'sent', server, ...more }));
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
    this.#signal?.abort();
    // A server must not wait for somebody who will not answer any more.
    for (const id of this.#asks.values()) this.#carrier.reply(id, { error: payloadOf(CALL_OVER) });
    this.#asks.clear();
  }

  #age(): number {
    return this.#context.clock.now() - this.#startedAt;
  }

  /** How long to wait from now, at an age: progress gives the full time again, but never past the total. */
  #patience(age: number): number {
    const { call, callTotal } = this.#context.timings;
    const once = this.#asks.size > 0 ? Infinity : Math.min(call, this.#call.timeoutMs ?? Infinity);
    return Math.max(0, Math.min(once, callTotal - age));
  }
}

const CALL_OVER = { code: -32603, message: 'the call that this belonged to is over' };

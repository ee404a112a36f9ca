import {
  answer,
  failed,
  SwitchyardError,
  type Call,
  type CatalogKind,
  type Exchange,
  type Loss,
  type Notice,
  type Payload,
  type Random,
  type RpcId,
  type Sent,
  type Sink,
  type Wire,
} from '@switchyard/plugin-api';
import { type Agreement, type Frame, type Introduction, type Message } from '@switchyard/protocol';
import { Asks, type AsksContext, type RefusedAsk } from './asks.ts';
import { Incoming, type IncomingContext } from './incoming.ts';
import { OverSignal } from './over-signal.ts';
import { Outgoing } from './outgoing.ts';
import { endOfOwnRequest } from './own-request-end.ts';
import type { PendingRequest, RequestEnd } from './request.ts';
import { RequestTable } from './request-table.ts';
import { ServerCall } from './server-call.ts';
import type { Timings } from './timings.ts';

/** What a session works with. */
export interface SessionContext extends IncomingContext, AsksContext {
  readonly introduction: Introduction;
  readonly timings: Timings;
  readonly random: Random;
}

/** What a session tells its connection. */
export interface SessionListener {
  lost(loss: Loss): void;
  listChanged(kinds: readonly CatalogKind[]): void;
  /** The server asked something that could not be passed on. */
  refused(ask: RefusedAsk): void;
  /** The server said something that belongs to no request. */
  noticed(kind: Notice['kind'], params: Payload): void;
}

/** How long a wire that took nothing may take to say why. */
const CLOSING_MS = 500;

/**
 * What is said on one wire, from its opening to its loss: our private ids and the requests in flight. It lives once;
 * the next attempt has a new one.
 */
export class Session {
  readonly #wire: Wire;
  readonly #context: SessionContext;
  readonly #listener: SessionListener;
  readonly #incoming: Incoming;
  readonly #asks: Asks;
  readonly #requests: RequestTable<PendingRequest>;
  #loss: Loss | undefined;
  #agreement: Agreement | undefined;
  #calls = 0;
  #heard = 0;
  #onceHeard: (() => void) | undefined;
  /** `#heard` when a call was last given up for want of an answer. */
  #doubtedAt = -1;
  /** Until then it may be busy with a call that its client does not wait for any more. */
  #busyUntil = -Infinity;

  constructor(wire: Wire, context: SessionContext, listener: SessionListener) {
    this.#wire = wire;
    this.#context = context;
    this.#listener = listener;
    this.#incoming = new Incoming(context, {
      flooded: (cause) => this.#lost({ cause }),
      talkative: (ms) => wire.rest?.(ms),
      revision: () => this.#agreement?.protocolVersion,
      request: (id) => this.#requests.get(id),
      answered: (id, request, frame) => {
        this.#requests.delete(id);
        request.answered(frame);
      },
      ended: (id, request, end) => {
        if (end.kind === 'lost') this.#doubtedAt = this.#heard;
        this.#end(id, request, end);
      },
      reply: (message) => void this.#send(message),
      listChanged: (kinds) => listener.listChanged(kinds),
      asked: (ask, relatesTo) => this.#asks.received(ask, relatesTo),
      withdrawn: (id) => this.#asks.withdrawn(id),
      late: (id) => this.#asks.late(id),
      noticed: (kind, params) => listener.noticed(kind, params),
    });
    this.#asks = new Asks(context, {
      calls: () => this.#serverCalls(),
      call: (id) => callOf(this.#requests.get(id)),
      reply: (message) => void this.#send(message),
      refused: (ask) => listener.refused(ask),
    });
    // Not guessable: a server cannot answer a request before it was sent.
    this.#requests = new RequestTable(1 + Math.floor(context.random.next() * 2 ** 30));
  }

  get agreement(): Agreement | undefined {
    return this.#agreement;
  }
  get wire(): Wire {
    return this.#wire;
  }
  /** Calls of clients that are not answered yet. */
  get inFlight(): number {
    return this.#calls;
  }
  /** Whose they are, one by one. */
  *principals(): Iterable<string> {
    for (const { call } of this.#serverCalls()) yield call.principal;
  }
  /** How many times the server was heard, whatever it said. */
  get heard(): number {
    return this.#heard;
  }
  /** No answer is awaited, and none to a call that was cancelled would be late by now. */
  get owesNothing(): boolean {
    return this.#requests.size === 0 && this.#context.clock.now() >= this.#busyUntil;
  }
  /** A call had no answer in its time, or was lost, and nothing was heard since. */
  get isDoubtful(): boolean {
    return this.#doubtedAt === this.#heard;
  }
  /** Messages that were no MCP, answered nothing, or were too large to pass on. */
  get dropped(): number {
    return this.#incoming.dropped;
  }
  /** How the first line began that was no message at all. */
  get stray(): string | undefined {
    return this.#incoming.stray;
  }

  /** Starts the wire. @throws SwitchyardError of the transport. */
  async start(): Promise<void> {
    const opened = this.#wire.open((received) => {
      // That a request failed is what the wire says, not the server.
      if (!('failed' in received)) this.#hear();
      this.#incoming.receive(received);
    });
    // A wire that did not open is over too, and may say so first; but why it did not, only `open` knows.
    void opened.then(
      () => this.#wire.closed.then((loss) => this.#lost(loss)),
      () => {},
    );
    await opened;
  }

  /** Calls `run` when the server is next heard, in the place of whatever was to be called then. */
  onceHeard(run: (() => void) | undefined): void {
    this.#onceHeard = run;
  }

  /** Opens the session (2025-11-25, lifecycle, initialization). @throws HANDSHAKE_REFUSED, UPSTREAM_EXITED. */
  async agree(): Promise<Agreement> {
    const { era, introduction, server } = this.#context;
    const welcome = await this.request((id) => era.upstream.hello(introduction, id));
    const agreement = era.upstream.welcome(welcome);
    if (typeof agreement === 'string') {
      throw new SwitchyardError('HANDSHAKE_REFUSED', { server, method: 'initialize', reason: agreement });
    }
    this.#agreement = agreement;
    const ready = era.upstream.ready();
    if (ready) void this.#send(ready);
    return agreement;
  }

  /**
   * A request of the gateway's own; resolves to whatever frame answers it.
   * @throws SwitchyardError if none does, or none within `timeoutMs`.
   */
  request(build: (id: RpcId) => Message, timeoutMs = Infinity): Promise<Frame> {
    const { clock, server } = this.#context;
    return new Promise((resolve, reject) => {
      const id = this.#requests.nextId();
      const message = build(id);
      const method = message.method ?? '';
      const signal = new OverSignal();
      const cancelTimer = Number.isFinite(timeoutMs)
        ? clock.after(timeoutMs, () => {
            this.#requests.delete(id);
            signal.abort();
            reject(new SwitchyardError('CALL_TIMEOUT', { server, method, seconds: timeoutMs / 1000 }));
          })
        : () => {};
      this.#submit(id, message, {
        method,
        signal,
        handed: 'pending',
        answered: (frame) => {
          cancelTimer();
          signal.abort();
          resolve(frame);
        },
        ended: (end) => {
          cancelTimer();
          const error = endOfOwnRequest(this.#context, method, end);
          // A wire that takes nothing is mostly about to close, and why says more than that.
          if (end.kind === 'unsent') void this.#closedSoon().then(() => reject(error));
          else reject(error);
        },
      });
    });
  }

  /**
   * Sends a client's call. `onUnsent` is called in the place of an outcome if certainly no byte of it went out.
   */
  execute(call: Call, sink: Sink, onUnsent: () => Exchange): Exchange {
    const { era, server } = this.#context;
    const id = this.#requests.nextId();
    let message: Message;
    try {
      message = era.upstream.request(call, id, call.wantsProgress || call.canSuspend ? id : undefined);
    } catch (error) {
      // Params that did not come through the scanner may be anything.
      return answer(
        sink,
        failed(call, SwitchyardError.from(error), { executed: 'no', phase: 'waiting', server }),
      );
    }
    const pending = new ServerCall(call, sink, this.#context, {
      done: () => {
        this.#requests.delete(id);
        this.#calls -= 1;
      },
      cancel: (reason, isLate) => {
        const { clock, timings } = this.#context;
        if (isLate) this.#doubtedAt = this.#heard;
        else this.#busyUntil = clock.now() + timings.call;
        this.#asks.gaveUp(id, call);
        const cancellation = era.upstream.cancel(id, reason);
        if (cancellation) void this.#send(cancellation);
      },
      gaveUp: (isUnsent) => {
        if (isUnsent) this.#asks.late(id);
        else this.#asks.gaveUp(id, call);
      },
      reply: (askId, answer) => {
        this.#asks.answered(askId);
        void this.#send(era.upstream.reply(askId, answer));
      },
      onUnsent,
    });
    this.#calls += 1;
    this.#submit(id, message, pending);
    this.#asks.called();
    return pending;
  }

  /** Says something that expects no answer. */
  notify(message: Message): void {
    void this.#send(message);
  }

  /** Ends the wire; resolves when nothing of it remains. */
  close(): Promise<void> {
    return this.#wire.close();
  }

  #hear(): void {
    this.#heard += 1;
    const run = this.#onceHeard;
    if (!run) return;
    this.#onceHeard = undefined;
    run();
  }

  #submit(id: number, message: Message, request: PendingRequest): void {
    if (this.#loss) {
      request.handed = 'unsent';
      request.ended({ kind: 'unsent' });
      return;
    }
    this.#requests.set(id, request);
    void this.#send(message, request).then((sent) => {
      request.handed = sent;
      request.onHanded?.(sent);
      // An answer may have come before the wire said so.
      if (this.#requests.get(id) !== request) return;
      if (sent === 'unsent') this.#end(id, request, { kind: 'unsent' });
      else if (this.#loss) this.#end(id, request, { kind: 'lost', loss: this.#loss });
    });
  }

  /** Never rejects: a wire that does, although it must not, may have handed over some of the message. */
  async #send(message: Message, request?: PendingRequest): Promise<Sent> {
    this.#context.observeFrame?.({
      server: this.#context.server,
      direction: 'out',
      kind: message.kind,
      ...(message.method !== undefined && { method: message.method }),
      bytes: message.segments.reduce((sum, segment) => sum + segment.length, 0),
    });
    try {
      return await this.#wire.send(new Outgoing(message, this.#agreement?.protocolVersion, request));
    } catch (error) {
      this.#context.log.error('the wire failed to send, and did not say whether it did', {
        kind: message.kind,
        correlationId: request?.correlationId,
        error,
      });
      return 'sent';
    }
  }

  *#serverCalls(): Iterable<ServerCall> {
    for (const [, request] of this.#requests.entries()) if (request instanceof ServerCall) yield request;
  }

  #closedSoon(): Promise<unknown> {
    const patience = new Promise<void>((resolve) => this.#context.clock.after(CLOSING_MS, resolve));
    return Promise.race([this.#wire.closed, patience]);
  }

  #lost(loss: Loss): void {
    if (this.#loss) return;
    this.#loss = loss;
    this.#asks.close();
    // First, or the room that each call leaves would be given to one that waits, on a wire that is gone.
    this.#listener.lost(loss);
    for (const [id, request] of this.#requests.entries()) {
      // What the wire has not decided yet is ended when it does: only then it is known whether it was sent.
      if (request.handed === 'sent') this.#end(id, request, { kind: 'lost', loss });
    }
  }

  #end(id: RpcId, request: PendingRequest, end: RequestEnd): void {
    this.#requests.delete(id);
    request.ended(end);
  }
}

function callOf(request: PendingRequest | undefined): ServerCall | undefined {
  return request instanceof ServerCall ? request : undefined;
}

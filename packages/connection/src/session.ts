import {
  answer,
  failed,
  payloadOf,
  SwitchyardError,
  type Call,
  type CatalogKind,
  type Clock,
  type Exchange,
  type Log,
  type Loss,
  type Observer,
  type Random,
  type Received,
  type RpcId,
  type Sent,
  type Sink,
  type Wire,
} from '@switchyard/plugin-api';
import {
  scan,
  type Agreement,
  type Era,
  type Frame,
  type Introduction,
  type Message,
} from '@switchyard/protocol';
import { idOfDamaged } from './id-of-damaged.ts';
import type { PendingRequest, RequestEnd } from './request.ts';
import { ServerCall } from './server-call.ts';
import type { Timings } from './timings.ts';

/** What a session works with. */
export interface SessionContext {
  readonly server: string;
  readonly era: Era;
  readonly introduction: Introduction;
  readonly timings: Timings;
  readonly maxMessageBytes: number;
  readonly maxDepth: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Told of each frame; undefined while nobody listens. */
  readonly observeFrame?: Observer['frame'];
}

/** What a session tells its connection. */
export interface SessionListener {
  lost(loss: Loss): void;
  listChanged(kinds: readonly CatalogKind[]): void;
  /** The server asked something that this connection cannot pass on. */
  refused(method: string): void;
}

/** The only revision whose servers may send several messages at once (2025-03-26, base protocol, batching). */
const BATCHING_VERSION = '2025-03-26';

/** JSON, perhaps after a byte order mark, read as latin1. */
const DATA = /^(?:\u00ef\u00bb\u00bf)?\s*[{[]/;

/** How many messages that are no MCP are quoted in the log; the rest are only counted. */
const SAMPLED = 5;

/**
 * What is said on one wire, from its opening to its loss: our private ids, the requests in flight, and the sorting of
 * what the server sends. It lives once; the next attempt has a new one.
 */
export class Session {
  readonly #wire: Wire;
  readonly #context: SessionContext;
  readonly #listener: SessionListener;
  readonly #requests = new Map<RpcId, PendingRequest>();
  #nextId: number;
  #loss: Loss | undefined;
  #agreement: Agreement | undefined;
  #calls = 0;
  #dropped = 0;
  #sampled = 0;

  constructor(wire: Wire, context: SessionContext, listener: SessionListener) {
    this.#wire = wire;
    this.#context = context;
    this.#listener = listener;
    // Not guessable: a server cannot answer a request before it was sent.
    this.#nextId = 1 + Math.floor(context.random.next() * 2 ** 30);
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
  /** Messages that were no MCP, answered nothing, or were too large to pass on. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Starts the wire. @throws SwitchyardError of the transport. */
  async start(): Promise<void> {
    const opened = this.#wire.open((received) => this.#receive(received));
    // A wire that did not open is over too, and may say so first; but why it did not, only `open` knows.
    void opened.then(
      () => this.#wire.closed.then((loss) => this.#lost(loss)),
      () => {},
    );
    await opened;
  }

  /** Opens the session (2025-11-25, lifecycle, initialization). @throws HANDSHAKE_REFUSED, UPSTREAM_EXITED. */
  async agree(): Promise<Agreement> {
    const { era, introduction, server } = this.#context;
    const welcome = await this.request((id) => era.upstream.hello(introduction, id));
    const agreement = era.upstream.welcome(welcome);
    if (typeof agreement === 'string') {
      throw new SwitchyardError('HANDSHAKE_REFUSED', { server, method: 'initialize', reason: agreement });
    }
    const ready = era.upstream.ready();
    if (ready) void this.#send(ready);
    this.#agreement = agreement;
    return agreement;
  }

  /**
   * A request of the gateway's own; resolves to whatever frame answers it.
   * @throws SwitchyardError if none does, or none within `timeoutMs`.
   */
  request(build: (id: RpcId) => Message, timeoutMs = Infinity): Promise<Frame> {
    const { clock, server, maxMessageBytes } = this.#context;
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const message = build(id);
      const method = message.method ?? '';
      const cancelTimer = Number.isFinite(timeoutMs)
        ? clock.after(timeoutMs, () => {
            this.#requests.delete(id);
            reject(new SwitchyardError('CALL_TIMEOUT', { server, method, seconds: timeoutMs / 1000 }));
          })
        : () => {};
      this.#submit(id, message, {
        method,
        handed: 'pending',
        answered: (frame) => {
          cancelTimer();
          resolve(frame);
        },
        ended: (end) => {
          cancelTimer();
          reject(endOfOwnRequest(server, method, end, maxMessageBytes));
        },
      });
    });
  }

  /**
   * Sends a client's call. `onUnsent` is called in the place of an outcome if certainly no byte of it went out.
   */
  execute(call: Call, sink: Sink, onUnsent: () => Exchange): Exchange {
    const { era, server } = this.#context;
    const id = this.#nextId++;
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
      cancel: (reason) => {
        const cancellation = era.upstream.cancel(id, reason);
        if (cancellation) void this.#send(cancellation);
      },
      onUnsent,
    });
    this.#calls += 1;
    this.#submit(id, message, pending);
    return pending;
  }

  /** Ends the wire; resolves when nothing of it remains. */
  close(): Promise<void> {
    return this.#wire.close();
  }

  #submit(id: RpcId, message: Message, request: PendingRequest): void {
    if (this.#loss) {
      request.handed = 'unsent';
      request.ended({ kind: 'unsent' });
      return;
    }
    this.#requests.set(id, request);
    void this.#send(message).then((sent) => {
      request.handed = sent;
      // An answer may have come before the wire said so.
      if (this.#requests.get(id) !== request) return;
      if (sent === 'unsent') this.#end(id, request, { kind: 'unsent' });
      else if (this.#loss) this.#end(id, request, { kind: 'lost', loss: this.#loss });
    });
  }

  /** Never rejects: a wire that does, although it must not, may have handed over some of the message. */
  async #send(message: Message): Promise<Sent> {
    this.#context.observeFrame?.({
      server: this.#context.server,
      direction: 'out',
      kind: message.kind,
      ...(message.method !== undefined && { method: message.method }),
      bytes: message.segments.reduce((sum, segment) => sum + segment.length, 0),
    });
    try {
      return await this.#wire.send(message);
    } catch (error) {
      this.#context.log.error('the wire failed to send, and did not say whether it did', {
        kind: message.kind,
        problem: error instanceof Error ? error.message : String(error),
      });
      return 'sent';
    }
  }

  #receive(received: Received): void {
    if ('oversize' in received) {
      const { head, tail, length } = received.oversize;
      this.#damaged(idOfDamaged(head, tail), { kind: 'oversize', bytes: length }, head);
    } else if ('failed' in received) {
      const { relatesTo, sent } = received.failed;
      const request = this.#requests.get(relatesTo);
      if (request)
        this.#end(relatesTo, request, sent === 'unsent' ? { kind: 'unsent' } : endOf(received.failed.status));
    } else {
      this.#read(received.bytes);
    }
  }

  #read(bytes: Uint8Array, inBatch = false): void {
    const { maxMessageBytes: maxBytes, maxDepth, observeFrame, server, era } = this.#context;
    const scanned = scan(bytes, { maxBytes, maxDepth });
    if (scanned.kind === 'frame') {
      const { frame } = scanned;
      observeFrame?.({
        server,
        direction: 'in',
        kind: frame.kind,
        ...(frame.method !== undefined && { method: frame.method }),
        bytes: bytes.length,
      });
      this.#sort(era, frame);
    } else if (scanned.kind === 'batch') {
      const reason = this.#wrongBatch(inBatch);
      if (reason) this.#damaged(undefined, { kind: 'damaged', reason }, bytes);
      else for (const item of scanned.items) this.#read(item, true);
    } else {
      const { refusal } = scanned;
      // The id of a request of the server's own, or of a log line, may be equal to one of ours by chance.
      const known = refusal.of === 'response' ? refusal.id : undefined;
      const asks = refusal.of === 'request' || refusal.of === 'notification';
      const id = known ?? (asks ? undefined : idOfDamaged(bytes, bytes));
      this.#damaged(id, { kind: 'damaged', reason: refusal.reason }, bytes);
    }
  }

  #wrongBatch(inBatch: boolean): string | undefined {
    if (this.#agreement?.protocolVersion !== BATCHING_VERSION) return `only ${BATCHING_VERSION} has batches`;
    // Each level would be scanned again, so depth would multiply the work.
    return inBatch ? 'it is a batch inside a batch' : undefined;
  }

  #sort(era: Era, frame: Frame): void {
    const message = era.upstream.read(frame);
    switch (message.kind) {
      case 'response': {
        const request = this.#requests.get(message.id);
        if (!request) {
          // Late, repeated or invented: nobody waits for it.
          this.#dropped += 1;
          return;
        }
        this.#requests.delete(message.id);
        request.answered(message.frame);
        return;
      }
      case 'progress':
        this.#requests.get(message.token)?.progressed?.(message.params);
        return;
      case 'ping':
        void this.#send(era.upstream.reply(message.id, { result: payloadOf({}) }));
        return;
      case 'ask':
        this.#listener.refused(message.method);
        void this.#send(
          era.upstream.reply(message.id, {
            error: payloadOf({ code: -32601, message: `this client does not answer ${message.method}` }),
          }),
        );
        return;
      case 'listChanged':
        this.#listener.listChanged(message.kinds);
        return;
      case 'log':
      case 'updated':
      case 'withdrawn':
      case 'ignored':
        return;
    }
  }

  /** A message that cannot be passed on costs only the call that it answers. */
  #damaged(id: RpcId | undefined, end: RequestEnd, sample: Uint8Array): void {
    this.#dropped += 1;
    const request = id === undefined ? undefined : this.#requests.get(id);
    if (request) this.#end(id!, request, end);
    if (this.#sampled >= SAMPLED) return;
    this.#sampled += 1;
    const start = Buffer.from(sample.subarray(0, 200)).toString('latin1');
    const begins = JSON.stringify(start);
    const facts = {
      reason: end.kind === 'damaged' ? end.reason : end.kind,
      bytes: end.kind === 'oversize' ? end.bytes : sample.length,
      ...(id !== undefined && { id }),
    };
    // What is data may be somebody's secret; what is not is a server that talks on the wrong stream.
    const isData = DATA.test(start);
    const { log } = this.#context;
    log.warn('dropped a message that cannot be passed on', { ...facts, ...(!isData && { begins }) });
    if (isData) log.debug('what was dropped', { begins });
  }

  #lost(loss: Loss): void {
    this.#loss = loss;
    // First, or the room that each call leaves would be given to one that waits, on a wire that is gone.
    this.#listener.lost(loss);
    for (const [id, request] of [...this.#requests]) {
      // What the wire has not decided yet is ended when it does: only then it is known whether it was sent.
      if (request.handed === 'sent') this.#end(id, request, { kind: 'lost', loss });
    }
  }

  #end(id: RpcId, request: PendingRequest, end: RequestEnd): void {
    this.#requests.delete(id);
    request.ended(end);
  }
}

function endOf(status: number | undefined): RequestEnd {
  return {
    kind: 'lost',
    loss:
      status === undefined
        ? { cause: 'lost the request' }
        : { cause: `answered ${status}`, httpStatus: status },
  };
}

function endOfOwnRequest(server: string, method: string, end: RequestEnd, limit: number): SwitchyardError {
  switch (end.kind) {
    case 'lost':
      return new SwitchyardError('UPSTREAM_EXITED', { server, cause: end.loss.cause });
    case 'unsent':
      return new SwitchyardError('UPSTREAM_EXITED', { server, cause: `took no ${method}` });
    case 'damaged':
      return new SwitchyardError('UPSTREAM_PROTOCOL', { server, reason: end.reason });
    case 'oversize':
      return new SwitchyardError('MESSAGE_TOO_LARGE', { server, bytes: end.bytes, limit });
  }
}

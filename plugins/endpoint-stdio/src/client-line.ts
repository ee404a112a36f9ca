import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  ClientSession,
  errorMessage,
  greeting,
  type Incoming,
  invalidRequest,
  isRequest,
  type Outlet,
  readItem,
  type Reply,
  type Request,
  type SessionParts,
  type Topic,
  unreadable,
} from '@switchyard/client-session';
import { type Framed, LineFramer, payloadOf, SwitchyardError } from '@switchyard/plugin-api';
import { FRAME_LIMITS, type FromClient, scan, type Segments } from '@switchyard/protocol';
import { BatchReply } from './batch-reply.ts';
import { LineOut, type LineOutParts } from './line-out.ts';
import { oversize } from './oversize.ts';

/** What all lines of the endpoint have in common. */
export interface ClientLineParts extends LineOutParts {
  readonly session: SessionParts;
  readonly maxMessageBytes: number;
}

/** Nobody needs a token here: who can open the socket is the user whose servers these are. */
const PRINCIPAL = 'local';
const EMPTY = payloadOf({});
const GONE = 'the client went away';

/**
 * One client on its connection, which is its session (2025-11-25, transports, stdio): it begins with `initialize`, and
 * what is under way is given up when it is gone. A client that only closes its own side gets what it asked for, if that
 * comes soon: a socket does not tell whether anybody still reads until something is written to it.
 */
export class ClientLine implements Reply, Outlet {
  readonly #parts: ClientLineParts;
  readonly #out: LineOut;
  #session: ClientSession | undefined;
  /** Messages and batches whose answer is still to come. */
  #unanswered = 0;
  /** Whether the client may still say something. */
  #hears = true;
  #draining = false;
  #stopTimer = (): void => {};
  /** Settles when the connection is gone, and the session with it. */
  readonly gone: Promise<void>;

  constructor(socket: Socket, parts: ClientLineParts) {
    this.#parts = parts;
    this.#out = new LineOut(socket, parts);
    const framer = new LineFramer(parts.maxMessageBytes, (framed) => this.#take(framed));
    socket.on('data', (chunk) => framer.push(chunk as Uint8Array));
    socket.on('end', () => {
      framer.end();
      this.#deaf();
    });
    // What is to be done about it is done when it closes.
    socket.on('error', () => {});
    this.gone = new Promise((resolve) => {
      socket.once('close', () => {
        this.#hears = false;
        this.#stopTimer();
        this.#session?.end(GONE);
        resolve();
      });
    });
  }

  /** The session, once there is one. */
  get session(): ClientSession | undefined {
    return this.#session;
  }

  /** Whether the client can be asked something, and answer. */
  get open(): boolean {
    return this.#hears && this.#out.open;
  }

  notify(message: Segments, topic: Topic): void {
    this.#out.notify(message, topic);
  }

  answer(message: Segments | undefined): void {
    if (message) this.#out.send(message);
    this.#unanswered -= 1;
    if (this.#unanswered === 0 && (this.#draining || !this.#hears)) this.#out.end();
  }

  /** Refuses new calls from now on, and closes the connection when those under way are answered. */
  drain(): void {
    this.#draining = true;
    if (this.#unanswered === 0) this.#out.end();
  }

  /** Answers what is under way with an error, gives it up and closes the connection. */
  abandon(reason: string): void {
    this.#session?.abandon(reason);
    this.end(reason);
  }

  /** Gives up what is under way and closes the connection. */
  end(reason: string): void {
    this.#session?.end(reason);
    this.#out.end();
  }

  /** Says why nobody is served here, and closes the connection. */
  refuse(error: SwitchyardError): void {
    this.#hears = false;
    this.#out.send(errorMessage(error));
    this.#out.end();
  }

  #take(framed: Framed): void {
    if (!this.#hears) return;
    const { counts, maxMessageBytes } = this.#parts;
    if ('oversize' in framed) {
      counts.oversize += 1;
      return this.#serve(oversize(framed.oversize, maxMessageBytes), this);
    }
    const scanned = scan(framed.line, { ...FRAME_LIMITS, maxBytes: maxMessageBytes });
    switch (scanned.kind) {
      case 'frame':
        return this.#message(this.#era.read(scanned.frame));
      case 'batch':
        return this.#batch(scanned.items);
      case 'refused':
        counts.unreadable += 1;
        return this.#serve(unreadable(scanned.refusal), this);
    }
  }

  #message(message: Incoming): void {
    if (!isRequest(message)) this.#session?.hear(message);
    // A notification that is wrong: nobody waits for an answer to it.
    else if (message.kind === 'invalid' && message.id === undefined) this.#parts.counts.unreadable += 1;
    else if (message.kind === 'hello' && !this.#session) this.#begin(message);
    else this.#serve(message, this);
  }

  #batch(items: readonly Uint8Array[]): void {
    if (!this.#session?.acceptsBatches) {
      return this.#serve(
        { kind: 'unreadable', error: new SwitchyardError('BATCH_REFUSED'), id: undefined },
        this,
      );
    }
    const messages = items.map((item) => readItem(item, this.#era));
    const requests = messages.filter(isRequest).length;
    const reply = requests > 0 ? new BatchReply(this, requests) : undefined;
    if (reply) this.#unanswered += 1;
    for (const message of messages) {
      if (isRequest(message)) this.#answer(message, reply!);
      else this.#session.hear(message);
    }
  }

  #begin(hello: Extract<FromClient, { readonly kind: 'hello' }>): void {
    const { session } = this.#parts;
    const who = { principal: PRINCIPAL, audience: `stdio-${randomUUID()}`, client: hello.client };
    this.#session = new ClientSession(session, who, this);
    this.#unanswered += 1;
    this.answer(greeting(session.door, session.era, hello));
  }

  #serve(message: Request, reply: Reply): void {
    this.#unanswered += 1;
    this.#answer(message, reply);
  }

  #answer(message: Request, reply: Reply): void {
    if (this.#draining && message.kind === 'call') {
      const error = new SwitchyardError('DRAINING', { server: 'switchyard' });
      reply.answer(errorMessage(error, message));
    } else if (this.#session) {
      this.#session.serve(message, reply);
    } else {
      reply.answer(this.#answerOutside(message));
    }
  }

  /** Before `initialize` nothing is served but pings (2025-11-25, lifecycle, initialization). */
  #answerOutside(message: Request): Segments | undefined {
    switch (message.kind) {
      case 'ping':
        return this.#era.answer({ method: 'ping' }, message.id, { kind: 'result', result: EMPTY })?.segments;
      case 'unreadable':
        return errorMessage(message.error, message);
      case 'invalid':
      case 'call':
      case 'setLevel':
      case 'hello':
        return errorMessage(invalidRequest('initialize comes first'), message);
    }
  }

  /** The client says no more: questions to it have no answer, and when its own are answered all is said. */
  #deaf(): void {
    this.#hears = false;
    const asked = new Set([...(this.#session?.asks.values() ?? [])].map((call) => call.reply));
    for (const reply of asked) this.#session!.lost(reply);
    if (this.#unanswered === 0) return this.#out.end();
    const { clock, limits } = this.#parts;
    this.#stopTimer = clock.after(limits.partingMs, () => this.end(GONE));
  }

  get #era(): SessionParts['era'] {
    return this.#parts.session.era;
  }
}

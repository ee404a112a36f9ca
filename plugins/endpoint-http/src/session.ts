import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  ClientSession,
  type Outlet,
  type Reply,
  type SessionParts,
  type Topic,
} from '@switchyard/client-session';
import type { Client } from '@switchyard/plugin-api';
import type { Segments } from '@switchyard/protocol';
import type { EventId } from './event-id.ts';
import { EventStream, type StreamOwner } from './event-stream.ts';
import type { ResponseParts } from './response-parts.ts';

/** The first revision whose clients can do with events that have no message (2025-11-25, transports). */
const PRIMING_VERSION = '2025-11-25';

/** The number of a session's own stream. */
const OWN = 0;

/**
 * One client's session over HTTP, from `initialize` to DELETE, expiry or the end of the gateway (2025-11-25,
 * transports, session management). Belongs to the principal that began it: the id alone opens nothing.
 */
export class Session implements Outlet, StreamOwner {
  /** 128 random bits. */
  readonly id = randomBytes(16).toString('base64url');
  /** What is said in it. */
  readonly talk: ClientSession;
  readonly primes: boolean;
  /** When it began, by the clock. */
  readonly beganAt: number;
  /** When the client was last heard or answered, by the clock. */
  lastUsed: number;
  readonly #parts: ResponseParts;
  /** By number; those of POSTs stay for as long as their client may come back. */
  readonly #streams = new Map<number, EventStream>();
  /** Of POSTs that are not answered yet, what their streams belong to. */
  readonly #replies = new Map<EventStream, Reply>();
  #lastStream = OWN;

  constructor(principal: string, client: Client, parts: ResponseParts, talkParts: SessionParts) {
    // Not derived from the id, which is as good as a secret and must not turn up where audiences do.
    const audience = `http-${randomUUID()}`;
    this.talk = new ClientSession(talkParts, { principal, audience, client }, this);
    this.primes = client.protocolVersion >= PRIMING_VERSION;
    this.#parts = parts;
    this.beganAt = parts.clock.now();
    this.lastUsed = this.beganAt;
  }

  touch(): void {
    this.lastUsed = this.#parts.clock.now();
  }

  /** Whether something is under way that keeps the session, however long the client is silent. */
  get busy(): boolean {
    return this.talk.inFlight.size > 0 || this.#streams.get(OWN)?.read === true;
  }

  /** What belongs to no request goes to the session's own stream, and waits there until the client listens. */
  notify(message: Segments, topic: Topic): void {
    this.#own().send(message, topic);
  }

  /**
   * Makes a response the reader of the session's one standalone stream (2025-11-25, transports, listening for messages
   * from the server). `taken`: it has one, and nothing was written.
   */
  listen(response: ServerResponse): 'listening' | 'taken' {
    const own = this.#own();
    if (own.read) return 'taken';
    own.listen(response);
    response.once('close', () => this.touch());
    return 'listening';
  }

  /** Lets the client read on after an event that it has; see `EventStream.resume`. Only ever a stream of this session. */
  resume(response: ServerResponse, { stream, event }: EventId): 'resumed' | 'ended' | 'unknown' {
    const found = stream === OWN ? this.#own() : this.#streams.get(stream);
    const outcome = found?.resume(response, event) ?? 'unknown';
    if (outcome !== 'resumed') return outcome;
    this.#parts.waiting.enter();
    response.once('close', () => {
      this.#parts.waiting.leave();
      this.touch();
    });
    return outcome;
  }

  /** The stream that the reply to a POST becomes. */
  openStream(reply: Reply): EventStream {
    const stream = new EventStream((this.#lastStream += 1), this.#parts, this);
    this.#streams.set(stream.number, stream);
    this.#replies.set(stream, reply);
    return stream;
  }

  /** The reply is complete: what is left of it is its stream, for a client that comes back. */
  completed(stream: EventStream): void {
    this.#replies.delete(stream);
    stream.complete();
  }

  gone(stream: EventStream): void {
    this.#streams.delete(stream.number);
    const reply = this.#replies.get(stream);
    this.#replies.delete(stream);
    if (reply) this.talk.lost(reply);
  }

  /** Ends the standalone stream; the client may come back somewhere else. */
  dismiss(retryMs: number): void {
    this.#streams.get(OWN)?.dismiss(retryMs);
  }

  /** Gives up what is under way and ends the streams. */
  end(reason: string): void {
    this.talk.end(reason);
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
    this.#replies.clear();
  }

  #own(): EventStream {
    const own = this.#streams.get(OWN) ?? new EventStream(OWN, this.#parts, this);
    this.#streams.set(OWN, own);
    return own;
  }
}

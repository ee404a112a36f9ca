import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Client, DoorSession, Exchange, RpcId } from '@switchyard/plugin-api';
import type { Segments } from '@switchyard/protocol';
import { EventStream, type ResponseParts } from './event-stream.ts';

/** The lists whose changes a client hears of. */
export type ListKind = 'tools' | 'prompts' | 'resources';

/** A call under way, by the client's id for it. */
export interface InFlight {
  cancel(reason: string): void;
}

/** A question to the client that is open, by the id it was asked with. */
export type OpenAsk = (answer: Parameters<Exchange['reply']>[1]) => void;

/**
 * One client's session, from `initialize` to DELETE, expiry or the end of the gateway (2025-11-25, transports, session
 * management). Belongs to the principal that began it: the id alone opens nothing.
 */
export class Session implements DoorSession {
  /** 128 random bits. */
  readonly id = randomBytes(16).toString('base64url');
  /** Not derived from the id, which is as good as a secret and must not turn up where audiences do. */
  readonly audience = `http-${randomUUID()}`;
  readonly principal: string;
  readonly client: Client;
  /** Ids compare with their type: `1` and `"1"` are two. */
  readonly inFlight = new Map<RpcId, InFlight>();
  readonly asks = new Map<RpcId, OpenAsk>();
  /** When it began, by the clock. */
  readonly beganAt: number;
  /** Whether the client said that it is initialized (2025-11-25, lifecycle, initialization). */
  ready = false;
  /** When the client was last heard or answered, by the clock. */
  lastUsed: number;
  readonly #parts: ResponseParts;
  #stream: EventStream | undefined;
  /** What changed while nobody listened, each kind once. */
  readonly #unheard = new Map<ListKind, Segments>();

  constructor(principal: string, client: Client, parts: ResponseParts) {
    this.principal = principal;
    this.client = client;
    this.#parts = parts;
    this.beganAt = parts.clock.now();
    this.lastUsed = this.beganAt;
  }

  touch(): void {
    this.lastUsed = this.#parts.clock.now();
  }

  /** Whether something is under way that keeps the session, however long the client is silent. */
  get busy(): boolean {
    return this.inFlight.size > 0 || this.#stream?.open === true;
  }

  /**
   * Makes a response the session's one standalone stream (2025-11-25, transports, listening for messages from the
   * server). `taken`: there is one, and nothing was written.
   */
  listen(response: ServerResponse): 'listening' | 'taken' {
    if (this.#stream?.open) return 'taken';
    const stream = new EventStream(response, this.#parts);
    this.#stream = stream;
    // A comment, so that proxies pass the head on.
    stream.keepAlive();
    for (const message of this.#unheard.values()) stream.send(message);
    this.#unheard.clear();
    response.once('close', () => this.touch());
    return 'listening';
  }

  /** Says that a list changed, now or once the client listens. */
  listChanged(kind: ListKind, message: Segments): void {
    if (this.#stream?.open) this.#stream.send(message);
    else this.#unheard.set(kind, message);
  }

  endStream(): void {
    this.#stream?.end();
  }

  /** Gives up what is under way and ends the stream. */
  end(reason: string): void {
    for (const call of [...this.inFlight.values()]) call.cancel(reason);
    this.endStream();
  }
}

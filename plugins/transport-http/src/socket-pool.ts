import type { Client, Dispatcher } from 'undici';
import { type Breakage, reasonOf } from './breakage.ts';

/**
 * Servers close what is idle: those on Node after 5 s. We do it first, so that no request meets a closing socket; a
 * busy machine may keep an answer, and the next request, for most of a second each.
 */
const IDLE_MS = 3_000;
/** Where the server says how long it keeps idle sockets (`Keep-Alive: timeout=N`), we stop so much earlier. */
const IDLE_MARGIN_MS = 2_000;
const LONGEST_IDLE_MS = 60_000;
/** For TCP and TLS together. */
const CONNECT_MS = 5_000;

/** The headers of an answer, by their names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Takes one answer as it comes. `ended` or `broken` is the last that it hears, and nothing after it withdrew. */
export interface AnswerReader {
  /** The request was handed to a live socket. */
  sent(): void;
  head(status: number, headers: AnswerHeaders): void;
  body(chunk: Buffer): void;
  ended(): void;
  broken(breakage: Breakage): void;
}

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body?: readonly Uint8Array[];
  /** On a socket that carried nothing before. */
  readonly fresh?: boolean;
}

/** One socket to the server at a time, by way of undici, and how many answers came by it. */
interface Slot {
  readonly client: Client;
  served: number;
}

/** What makes the pool's clients; undici's `Client`, loaded when the first wire opens. */
export type ClientClass = typeof Client;

/**
 * The sockets to one origin, a request at a time on each. The one used last is used first, so that the others get old
 * and are closed; how many requests run at once is the caller's to bound.
 */
export class SocketPool {
  readonly #origin: string;
  readonly #Client: ClientClass;
  readonly #idle: Slot[] = [];
  readonly #slots = new Set<Slot>();
  #over = false;

  constructor(origin: string, clientClass: ClientClass) {
    this.#origin = origin;
    this.#Client = clientClass;
  }

  /** Sockets in use and idle ones. */
  get size(): number {
    return this.#slots.size;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /**
   * Sends a request; the reader is never called before this returns. Returns a function that withdraws it: the reader
   * hears nothing more, what was not sent never is, and an answer under way is cut with its socket.
   */
  request(request: HttpRequest, reader: AnswerReader): () => void {
    const slot = (request.fresh ? undefined : this.#idle.pop()) ?? this.#open();
    const dispatch = new Dispatch(slot, reader, (reusable) => this.#release(slot, reusable));
    const { method, path, headers, body } = request;
    slot.client.dispatch({ method, path, headers, ...(body && { body: oneOf(body) }) }, dispatch);
    dispatch.returned = true;
    return () => dispatch.withdraw();
  }

  /** Closes all sockets, whatever they carry; resolves when they are closed. */
  async destroy(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#slots].map(({ client }) => client.destroy()));
    this.#slots.clear();
    this.#idle.length = 0;
  }

  #open(): Slot {
    const client = new this.#Client(this.#origin, {
      pipelining: 1,
      // Answers and streams may take as long as they take: calls have timers of their own.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      keepAliveMaxTimeout: LONGEST_IDLE_MS,
      connect: { timeout: CONNECT_MS },
    });
    const slot: Slot = { client, served: 0 };
    this.#slots.add(slot);
    client.on('connect', () => (slot.served = 0));
    client.on('disconnect', () => {
      const at = this.#idle.indexOf(slot);
      if (at === -1) return;
      this.#idle.splice(at, 1);
      this.#drop(slot);
    });
    return slot;
  }

  #release(slot: Slot, reusable: boolean): void {
    if (reusable && !this.#over) {
      slot.served += 1;
      this.#idle.push(slot);
    } else {
      this.#drop(slot);
    }
  }

  #drop(slot: Slot): void {
    void slot.client.destroy().then(() => this.#slots.delete(slot));
  }
}

/** One request on its socket. */
class Dispatch implements Dispatcher.DispatchHandler {
  readonly #slot: Slot;
  readonly #reader: AnswerReader;
  readonly #release: (reusable: boolean) => void;
  #phase: 'waiting' | 'sent' | 'answering' | 'over' = 'waiting';
  #reused = false;
  /** Until then what goes wrong is told a moment later. */
  returned = false;

  constructor(slot: Slot, reader: AnswerReader, release: (reusable: boolean) => void) {
    this.#slot = slot;
    this.#reader = reader;
    this.#release = release;
  }

  withdraw(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    // Its client goes with it: what was not written never is, and an answer under way is cut.
    this.#release(false);
  }

  onRequestStart(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'sent';
    this.#reused = this.#slot.served > 0;
    if (this.returned) this.#reader.sent();
    else queueMicrotask(() => this.#phase !== 'over' && this.#reader.sent());
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    // 1xx: the answer itself is still to come.
    if (this.#phase === 'over' || status < 200) return;
    this.#phase = 'answering';
    this.#reader.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase !== 'over') this.#reader.body(chunk);
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#release(true);
    this.#reader.ended();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#phase === 'over') return;
    const breakage = this.#breakage(error);
    if (!this.returned) {
      queueMicrotask(() => this.#break(breakage));
      return;
    }
    this.#break(breakage);
  }

  #breakage(error: Error): Breakage {
    if (this.#phase === 'waiting') return { kind: 'unconnected', reason: reasonOf(error, false) };
    const kind = this.#phase === 'sent' && this.#reused ? 'stale' : 'broken';
    return { kind, reason: reasonOf(error, true) };
  }

  #break(breakage: Breakage): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#release(false);
    this.#reader.broken(breakage);
  }
}

/** Head and body are one write that way; a copy costs less than a second. */
function oneOf(segments: readonly Uint8Array[]): Uint8Array {
  return segments.length === 1 ? segments[0]! : Buffer.concat(segments);
}

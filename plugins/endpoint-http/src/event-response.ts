import type { ServerResponse } from 'node:http';
import type { Segments } from '@switchyard/protocol';
import type { Deadlined } from './deadlines.ts';
import type { ResponseParts } from './response-parts.ts';
import { pieces } from './segments.ts';
import { UnreadWatch } from './unread.ts';

/** The headers of a stream. */
export const STREAM_HEAD = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  // nginx holds events back otherwise.
  'X-Accel-Buffering': 'no',
};
const AFTER = Buffer.from('\n\n');
const KEEP_ALIVE = ': keep-alive\n\n';

/** Who is told what becomes of a response. */
export interface EventResponseOwner {
  /** What was written is read; more may be written. */
  drained(): void;
  closed(response: EventResponse): void;
}

/**
 * A response that is a stream of server-sent events, one JSON-RPC message each. It keeps itself alive, and destroys
 * itself when its client does not read.
 */
export class EventResponse implements Deadlined {
  due: Deadlined['due'];
  readonly #response: ServerResponse;
  readonly #parts: ResponseParts;
  readonly #owner: EventResponseOwner;
  #watch: UnreadWatch | undefined;

  /** The head goes out with whatever is written first. */
  constructor(response: ServerResponse, parts: ResponseParts, owner: EventResponseOwner) {
    this.#response = response;
    this.#parts = parts;
    this.#owner = owner;
    response.writeHead(200, STREAM_HEAD);
    response.on('drain', () => this.#drained());
    response.once('close', () => this.#closed());
    parts.alive.add(this);
  }

  /** Whether something sent now may still be read. */
  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Whether the client is behind: what can be left out should wait. */
  get full(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** Sends one message, which has no raw line breaks: the era sees to that. */
  send(id: string, message: Segments): void {
    if (!this.open || this.#isUnread()) return;
    const response = this.#response;
    const [first, ...rest] = pieces([Buffer.from(`event: message\nid: ${id}\ndata: `), ...message, AFTER]);
    if (rest.length === 0) {
      this.#wrote(response.write(first));
      return;
    }
    response.cork();
    let room = response.write(first);
    for (const piece of rest) room = response.write(piece);
    response.uncork();
    this.#wrote(room);
  }

  /**
   * An event without a message, which gives the client an id to come back with before there is anything to say
   * (2025-11-25, transports, resumability and redelivery).
   */
  prime(id: string, retryMs: number): void {
    if (this.open) this.#response.write(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`);
  }

  /** A comment, which clients skip and proxies count as life. */
  comment(): void {
    if (this.open && !this.full) this.#response.write(KEEP_ALIVE);
  }

  /** Says that it lives, now and from then on. */
  keepAlive(): void {
    this.comment();
    if (this.open) this.#parts.alive.add(this);
  }

  /** @param retryMs when the client should come back, if the stream is not at its end. */
  end(retryMs?: number): void {
    if (!this.open) return;
    this.#parts.alive.delete(this);
    this.#response.end(retryMs === undefined ? undefined : `retry: ${retryMs}\n\n`);
  }

  destroy(): void {
    this.#response.destroy();
  }

  #wrote(room: boolean): void {
    if (!room) this.#watch ??= new UnreadWatch(this.#response, this.#parts);
  }

  /** Looks before a message is written: one message over the limit may wait, a second may not. */
  #isUnread(): boolean {
    if (this.#response.writableLength <= this.#parts.limits.maxUnreadBytes) return false;
    this.#parts.counts.shedStreams += 1;
    this.#response.destroy();
    return true;
  }

  #drained(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#owner.drained();
  }

  #closed(): void {
    this.#watch?.stop();
    this.#parts.alive.delete(this);
    this.#owner.closed(this);
  }
}

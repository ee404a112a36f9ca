import type { ServerResponse } from 'node:http';
import type { Clock } from '@switchyard/plugin-api';
import type { Segments } from '@switchyard/protocol';
import type { EndpointCounts, ResponseLimits } from './limits.ts';
import { pieces } from './segments.ts';

/** What every response of the endpoint is written with. */
export interface ResponseParts {
  readonly clock: Clock;
  readonly limits: ResponseLimits;
  readonly counts: EndpointCounts;
}

const HEAD = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  // nginx holds events back otherwise.
  'X-Accel-Buffering': 'no',
};
const BEFORE = Buffer.from('event: message\ndata: ');
const AFTER = Buffer.from('\n\n');
const KEEP_ALIVE = ': keep-alive\n\n';

/**
 * A response that is a stream of server-sent events, one JSON-RPC message each. It keeps itself alive, and destroys
 * itself when its client does not read: what is unread is our memory.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #parts: ResponseParts;
  #stopKeepAlive: () => void;

  /** Sends the head at once: the client learns that somebody is there. */
  constructor(response: ServerResponse, parts: ResponseParts) {
    this.#response = response;
    this.#parts = parts;
    response.writeHead(200, HEAD);
    response.flushHeaders();
    response.once('close', () => this.#stopKeepAlive());
    this.#stopKeepAlive = this.#nextKeepAlive();
  }

  /** Whether something sent now may still be read. */
  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Sends one message, which has no raw line breaks: the era sees to that. On a stream that is not open it is dropped and counted. */
  send(message: Segments): void {
    if (!this.open || this.#isUnread()) {
      this.#parts.counts.dropped += 1;
      return;
    }
    const response = this.#response;
    response.cork();
    for (const piece of pieces([BEFORE, ...message, AFTER])) response.write(piece);
    response.uncork();
  }

  /** A comment, which clients skip and proxies count as life. */
  keepAlive(): void {
    if (this.open && !this.#isUnread()) this.#response.write(KEEP_ALIVE);
  }

  end(): void {
    this.#stopKeepAlive();
    if (this.open) this.#response.end();
  }

  /** Looks before a message is written: one message over the limit may wait, a second may not. */
  #isUnread(): boolean {
    if (this.#response.writableLength <= this.#parts.limits.maxUnreadBytes) return false;
    this.#parts.counts.shedStreams += 1;
    this.#response.destroy();
    return true;
  }

  #nextKeepAlive(): () => void {
    const { clock, limits } = this.#parts;
    return clock.after(limits.keepAliveMs, () => {
      this.keepAlive();
      if (this.open) this.#stopKeepAlive = this.#nextKeepAlive();
    });
  }
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Deadlined } from './deadlines.ts';
import type { ResponseParts } from './response-parts.ts';

/**
 * Watches a response whose client is slow. Reading slowly is fine; reading nothing while something waits is not: what
 * is unread is our memory, and such a client may never come back to it.
 */
export class UnreadWatch implements Deadlined {
  due: Deadlined['due'];
  readonly #response: ServerResponse;
  readonly #parts: ResponseParts;
  #taken: number | undefined;

  /** Watches from now on, until it is stopped. */
  constructor(response: ServerResponse, parts: ResponseParts) {
    this.#response = response;
    this.#parts = parts;
    this.#taken = taken(response.socket);
    parts.unread.add(this);
  }

  stop(): void {
    this.#parts.unread.delete(this);
  }

  /** Destroys the response if nothing was read since the last look. */
  look(): void {
    if (this.#response.destroyed) return;
    const now = taken(this.#response.socket);
    if (now !== undefined && now === this.#taken && this.#response.writableLength > 0) {
      this.#parts.counts.shedStreams += 1;
      this.#response.destroy();
      return;
    }
    this.#taken = now;
    this.#parts.unread.add(this);
  }
}

/** What Node does not document: how much of the write under way the system has not taken. */
interface SocketHandle {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * A number that changes whenever the client took something, and only then: `writableLength` alone stays the same until
 * a whole write is through, which for megabytes over a slow line may be minutes. Undefined: there is no socket.
 */
function taken(socket: Socket | null): number | undefined {
  if (socket === null) return undefined;
  const underWay = (socket as SocketHandle)._handle?.writeQueueSize ?? 0;
  return socket.bytesWritten - socket.writableLength - underWay;
}

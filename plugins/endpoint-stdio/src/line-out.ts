import type { Socket } from 'node:net';
import type { Topic } from '@switchyard/client-session';
import type { Clock } from '@switchyard/plugin-api';
import type { Segments } from '@switchyard/protocol';
import type { EndpointCounts, LineLimits } from './limits.ts';
import { pieces } from './pieces.ts';

/** What a client's line is written with. */
export interface LineOutParts {
  readonly clock: Clock;
  readonly limits: LineLimits;
  readonly counts: EndpointCounts;
}

type OutputState =
  | { readonly phase: 'flowing' }
  /** The client does not read as fast as it is written to. */
  | { readonly phase: 'full'; readonly held: Map<string, Segments>; stopTimer: () => void }
  /** Nothing more is said; what was said is still delivered, as long as the client reads it. */
  | { readonly phase: 'ending'; stopTimer: () => void }
  /** Nothing more is written. */
  | { readonly phase: 'over' };

const NEWLINE = Buffer.from('\n');

/**
 * The way to one client: a message a line. What is sent in one turn of the event loop is written at once, and what a
 * client does not read is bounded: nothing more is asked of it and told to it beside the answers that it waits for,
 * then it is given up.
 */
export class LineOut {
  readonly #socket: Socket;
  readonly #parts: LineOutParts;
  /** What this turn has sent. */
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #state: OutputState = { phase: 'flowing' };
  /** What the client had taken when the timer began. */
  #taken = 0;
  readonly #flush = (): void => this.#write();

  constructor(socket: Socket, parts: LineOutParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('drain', () => this.#drained());
    socket.once('close', () => this.#leave());
  }

  /** Whether what is sent may still be read. */
  get open(): boolean {
    return (this.#state.phase === 'flowing' || this.#state.phase === 'full') && this.#socket.writable;
  }

  /** Sends what the client waits for: an answer, a question to it. */
  send(message: Segments): void {
    if (!this.open) {
      this.#parts.counts.dropped += 1;
      return;
    }
    if (this.#queue.length === 0) process.nextTick(this.#flush);
    for (const segment of message) {
      this.#queue.push(segment);
      this.#queuedBytes += segment.length;
    }
    this.#queue.push(NEWLINE);
    this.#queuedBytes += 1;
    const unread = this.#queuedBytes + this.#socket.writableLength;
    if (unread > this.#parts.limits.maxQueuedBytes) this.#giveUp();
    else if (unread > this.#parts.limits.maxUnreadBytes && this.#state.phase === 'flowing') this.#fill();
  }

  /** Sends what may be late, or left out where a newer message says it all. */
  notify(message: Segments, { kind, key }: Topic): void {
    if (this.#state.phase !== 'full' || kind === 'ask' || kind === 'withdrawn') return this.send(message);
    const { held } = this.#state;
    const { counts, limits } = this.#parts;
    if (key === undefined || (held.size >= limits.maxHeld && !held.has(key))) {
      counts.dropped += 1;
      return;
    }
    if (held.delete(key)) counts.coalesced += 1;
    held.set(key, message);
  }

  /** Says no more; what was said is still delivered. */
  end(): void {
    if (this.#state.phase === 'over' || this.#state.phase === 'ending') return;
    this.#write();
    this.#leave();
    // It waits for all to be read, which a client may never do: that is for the timer.
    this.#socket.destroySoon();
    this.#state = { phase: 'ending', stopTimer: this.#watch() };
  }

  #write(): void {
    if (this.#queue.length === 0) return;
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (!this.#socket.writable) return;
    const idle = this.#socket.writableLength === 0;
    this.#socket.cork();
    for (const piece of pieces(queue)) this.#socket.write(piece);
    this.#socket.uncork();
    // What the system takes at once, nobody has read.
    if (idle) this.#taken = taken(this.#socket);
  }

  #fill(): void {
    this.#socket.pause();
    this.#state = { phase: 'full', held: new Map(), stopTimer: this.#watch() };
  }

  #watch(): () => void {
    this.#taken = taken(this.#socket);
    return this.#parts.clock.after(this.#parts.limits.unreadMs, () => {
      if (this.#state.phase !== 'full' && this.#state.phase !== 'ending') return;
      if (this.#taken === taken(this.#socket)) this.#giveUp();
      else this.#state.stopTimer = this.#watch();
    });
  }

  #drained(): void {
    if (this.#state.phase !== 'full' || this.#queue.length > 0) return;
    const { held, stopTimer } = this.#state;
    stopTimer();
    this.#state = { phase: 'flowing' };
    for (const message of held.values()) this.send(message);
    if (this.#isFlowing()) this.#socket.resume();
  }

  /** Asked anew: sending may have changed it. */
  #isFlowing(): boolean {
    return this.#state.phase === 'flowing';
  }

  #giveUp(): void {
    this.#parts.counts.clientsShed += 1;
    this.#leave();
    this.#socket.destroy();
  }

  #leave(): void {
    if (this.#state.phase === 'full' || this.#state.phase === 'ending') this.#state.stopTimer();
    this.#state = { phase: 'over' };
    this.#queue = [];
    this.#queuedBytes = 0;
  }
}

/** What Node does not document: how much of the write under way the system has not taken. */
interface SocketHandle {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * A number that changes whenever the client took something: `writableLength` alone stays the same until a whole write
 * is through, which for megabytes over a slow line may be minutes.
 */
function taken(socket: Socket): number {
  const underWay = (socket as SocketHandle)._handle?.writeQueueSize ?? 0;
  return socket.bytesWritten - socket.writableLength - underWay;
}

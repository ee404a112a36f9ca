import type { Deadlined } from './deadlines.ts';
import type { ServerResponse } from 'node:http';
import type { Topic } from '@switchyard/client-session';
import type { Segments } from '@switchyard/protocol';
import { eventId } from './event-id.ts';
import { EventResponse, type EventResponseOwner } from './event-response.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';
import type { ResponseParts } from './response-parts.ts';
import type { Retaining } from './retained.ts';
import { sizeOf } from './segments.ts';

/** An event that was written to some reader, who may have lost it. */
interface Written {
  readonly event: number;
  readonly message: Segments;
  readonly bytes: number;
}

/** What a stream is to its session. */
export interface StreamOwner {
  /** Whether its client can do with an event that has an id and no message. */
  readonly primes: boolean;
  /** Nobody can come back to the stream any more. */
  gone(stream: EventStream): void;
}

/**
 * A stream of messages to one client, which may outlast the responses that it is read from (2025-11-25, transports,
 * resumability and redelivery). Number 0 is the session's own; the others are each the reply to one POST.
 *
 * What was written is kept in a window, and what comes while nobody reads waits, both bounded; a client that comes
 * back in time reads on after the last event that it has. While a reader is behind, what a newer message will replace
 * waits too.
 */
export class EventStream implements Deadlined, EventResponseOwner, Retaining {
  due: Deadlined['due'];
  readonly number: number;
  readonly #parts: ResponseParts;
  readonly #owner: StreamOwner;
  readonly #outboxLimits: OutboxLimits;
  readonly #outbox = new Outbox();
  #written: Written[] = [];
  #writtenBytes = 0;
  /** The newest event that was written. */
  #last = 0;
  #reader: EventResponse | undefined;
  /** `complete`: nothing more will be sent. `gone`: nothing can be read any more. */
  #phase: 'running' | 'complete' | 'gone' = 'running';

  constructor(number: number, parts: ResponseParts, owner: StreamOwner) {
    this.number = number;
    this.#parts = parts;
    this.#owner = owner;
    const { maxKeptMessages, maxKeptBytes } = parts.limits;
    this.#outboxLimits = { maxMessages: maxKeptMessages, maxBytes: maxKeptBytes };
  }

  /** Whether what is sent now can reach the client, at once or when it comes back. */
  get open(): boolean {
    return this.#phase === 'running';
  }

  /** Whether somebody reads it now. */
  get read(): boolean {
    return this.#reader?.open === true;
  }

  /** Makes a response the stream's reader, from what was never written on. */
  listen(response: ServerResponse): void {
    this.#attach(response, this.#last);
    this.#flush();
    this.#accountFor();
  }

  /**
   * Lets the client read on after an event that it has. Who reads already is cut off: the client would not come back
   * if that connection were any good.
   * `ended`: there is nothing more to read. `unknown`: no such event was written, or nothing of
   * what came after it is kept any more. Then nothing is done. The session's own stream is read on all the same.
   */
  resume(response: ServerResponse, after: number): 'resumed' | 'ended' | 'unknown' {
    if (after > this.#last || this.#phase === 'gone') return 'unknown';
    if (this.number > 0 && after < this.#last && this.#written.length === 0) return 'unknown';
    const missed = this.#written.filter(({ event }) => event > after);
    if (this.#phase === 'complete' && missed.length + this.#outbox.size === 0) return 'ended';
    this.#parts.counts.resumed += 1;
    this.#parts.deserted.delete(this);
    const before = this.#reader;
    this.#reader = undefined;
    before?.destroy();
    const reader = this.#attach(response, after);
    for (const { event, message } of missed) reader.send(eventId(this.number, event), message);
    this.#flush();
    if (this.#phase === 'complete') reader.end();
    return 'resumed';
  }

  /** @param topic absent: an answer. */
  send(message: Segments, topic?: Topic): void {
    const reader = this.#reader;
    if (this.#phase !== 'running') {
      this.#parts.counts.dropped += 1;
    } else if (!reader?.open || (reader.full && topic?.key !== undefined)) {
      this.#parts.counts.unheardShed += this.#outbox.hold(message, topic, this.#outboxLimits);
      this.#accountFor();
    } else {
      this.#flush();
      this.#write(message);
    }
  }

  /** Shows that somebody is there. */
  comment(): void {
    this.#reader?.comment();
  }

  /** Nothing more comes: who reads is at the end, who comes back gets the rest. */
  complete(): void {
    if (this.#phase !== 'running') return;
    if (this.#reader?.open) this.#flush();
    this.#phase = 'complete';
    this.#reader?.end();
  }

  /** Ends the response of whoever reads, who should come back. */
  dismiss(retryMs: number): void {
    this.#reader?.end(this.#owner.primes ? retryMs : undefined);
  }

  /** Ends it for good. */
  close(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#parts.deserted.delete(this);
    this.#parts.counts.dropped += this.#outbox.take().length;
    this.#forgetWritten();
    this.#accountFor();
    this.#reader?.end();
  }

  /** The client did not come back. What waits for the session's own stream waits on. */
  giveUp(): void {
    this.#forgetWritten();
    this.#accountFor();
    if (this.number === 0) return;
    this.close();
    this.#owner.gone(this);
  }

  /** All streams together keep too much: who is cut off loses what it missed. */
  shed(): void {
    this.#parts.counts.replaysShed += 1;
    this.#forgetWritten();
    if (this.read) return;
    this.#parts.counts.dropped += this.#outbox.take().length;
    if (this.number === 0) return;
    this.close();
    this.#owner.gone(this);
  }

  drained(): void {
    this.#flush();
  }

  closed(response: EventResponse): void {
    if (this.#reader !== response) return;
    this.#reader = undefined;
    if (this.#phase !== 'gone') this.#parts.deserted.add(this);
  }

  #attach(response: ServerResponse, after: number): EventResponse {
    this.#parts.deserted.delete(this);
    const reader = new EventResponse(response, this.#parts, this);
    this.#reader = reader;
    // Something at once, so that the head is sent and proxies pass it on: the client learns that somebody is there.
    if (this.#owner.primes) reader.prime(eventId(this.number, after), this.#parts.limits.retryMs);
    else reader.comment();
    return reader;
  }

  #flush(): void {
    if (this.#outbox.size === 0) return;
    for (const { message } of this.#outbox.take()) this.#write(message);
  }

  #write(message: Segments): void {
    this.#last += 1;
    const bytes = sizeOf(message);
    this.#written.push({ event: this.#last, message, bytes });
    this.#writtenBytes += bytes;
    const { maxKeptMessages, maxKeptBytes } = this.#parts.limits;
    while (
      this.#written.length > 1 &&
      (this.#written.length > maxKeptMessages || this.#writtenBytes > maxKeptBytes)
    ) {
      this.#writtenBytes -= this.#written.shift()!.bytes;
    }
    this.#reader?.send(eventId(this.number, this.#last), message);
    this.#accountFor();
  }

  #forgetWritten(): void {
    this.#written = [];
    this.#writtenBytes = 0;
  }

  /** Tells what it keeps; last of all, because that may be too much. */
  #accountFor(): void {
    const bytes = this.#outbox.bytes + this.#writtenBytes;
    const counts = this.#phase !== 'gone' && (bytes > 0 || this.number > 0);
    if (counts) this.#parts.retained.keeps(this, bytes);
    else this.#parts.retained.keepsNothing(this);
  }
}

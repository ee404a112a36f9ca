import type { Writable } from 'node:stream';
import type { RequestSignal, Sent } from '@switchyard/plugin-api';

const NEWLINE = Buffer.from('\n');

/** Up to this size one copy costs less than handing over several pieces. */
const SMALL = 32 * 1024;

interface Entry {
  readonly segments: readonly Uint8Array[];
  readonly length: number;
  readonly settle: (sent: Sent) => void;
}

/**
 * The messages that wait for a server to read its stdin: one line each, in order, at most `maxBytes` in all.
 *
 * One message at a time is with the operating system. That costs nothing while the server reads, and when it does not,
 * there is at most one message of which nobody knows whether a part of it arrived.
 */
export class StdinQueue {
  readonly #stdin: Writable;
  readonly #maxBytes: number;
  #phase: 'open' | 'ending' | 'over' = 'open';
  #waiting: Entry[] = [];
  #writing: Entry | undefined;
  #bytes = 0;
  /** How many messages were refused because too much was waiting. */
  refused = 0;

  constructor(stdin: Writable, maxBytes: number) {
    this.#stdin = stdin;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are not with the server yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Writes one message as a line. An empty queue takes a message of any size: it could never be sent otherwise. One
   * whose `signal` aborts before its first byte is never sent; after that it is sent whole.
   */
  put(segments: readonly Uint8Array[], signal?: RequestSignal): Promise<Sent> {
    if (this.#phase !== 'open' || signal?.aborted) return Promise.resolve('unsent');
    const length = segments.reduce((sum, segment) => sum + segment.length, NEWLINE.length);
    if (this.#bytes > 0 && this.#bytes + length > this.#maxBytes) {
      this.refused += 1;
      return Promise.resolve('unsent');
    }
    this.#bytes += length;
    return new Promise((resolve) => {
      if (this.#writing) this.#wait({ segments, length, settle: resolve }, signal);
      else this.#write({ segments, length, settle: resolve });
    });
  }

  #wait({ segments, length, settle }: Entry, signal: RequestSignal | undefined): void {
    const withdraw = () => this.#withdraw(entry);
    const entry: Entry = {
      segments,
      length,
      settle: (sent) => {
        signal?.removeEventListener('abort', withdraw);
        settle(sent);
      },
    };
    signal?.addEventListener('abort', withdraw);
    this.#waiting.push(entry);
  }

  /** Takes nothing more and drops what waits; the server sees the end of its stdin after the message under way. */
  end(): void {
    if (this.#phase === 'open') this.#phase = 'ending';
    for (const entry of [...this.#waiting]) this.#withdraw(entry);
    if (!this.#writing) this.#next();
  }

  /** The server is lost: what waits is never sent, and of the message under way nobody knows whether it arrived. */
  fail(): void {
    this.#phase = 'over';
    this.#writing?.settle('sent');
    this.#writing = undefined;
    this.#bytes = 0;
    for (const { settle } of this.#waiting.splice(0)) settle('unsent');
  }

  /** Takes out a message of which no byte was written. */
  #withdraw(entry: Entry): void {
    const at = this.#waiting.indexOf(entry);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#bytes -= entry.length;
    entry.settle('unsent');
  }

  #next(): void {
    const entry = this.#waiting.shift();
    if (entry) this.#write(entry);
    else if (this.#phase !== 'open') this.#stdin.end();
  }

  #write(entry: Entry): void {
    this.#writing = entry;
    let firstAttempt = true;
    const written = (error: Error | null | undefined) => this.#written(entry, error, firstAttempt);
    if (entry.length <= SMALL) {
      this.#stdin.write(Buffer.concat([...entry.segments, NEWLINE], entry.length), written);
    } else {
      // Corked, the segments become one system call without being copied together.
      this.#stdin.cork();
      for (const segment of entry.segments) this.#stdin.write(segment);
      this.#stdin.write(NEWLINE, written);
      this.#stdin.uncork();
    }
    process.nextTick(() => {
      firstAttempt = false;
    });
  }

  #written(entry: Entry, error: Error | null | undefined, firstAttempt: boolean): void {
    if (this.#writing !== entry) return;
    if (!error) {
      this.#writing = undefined;
      this.#bytes -= entry.length;
      entry.settle('sent');
      this.#next();
      return;
    }
    // An error in the tick of the write is the first system call's own: it took nothing. Later, a part may have gone.
    if (firstAttempt) {
      this.#writing = undefined;
      entry.settle('unsent');
    }
    this.fail();
  }
}

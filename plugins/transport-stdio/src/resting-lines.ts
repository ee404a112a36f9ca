import type { Readable } from 'node:stream';
import { LineFramer, type Clock, type Framed } from '@switchyard/plugin-api';

/**
 * Cuts a stream into lines (`LineFramer`), and rests when it is told to: then it emits no line and reads nothing, so that
 * whoever writes finds the pipe full.
 */
export class RestingLines {
  readonly #stream: Readable;
  readonly #clock: Clock;
  readonly #framer: LineFramer;
  #phase: 'reading' | 'resting' | 'over' = 'reading';
  #cancel: (() => void) | undefined;

  constructor(stream: Readable, clock: Clock, maxBytes: number, emit: (framed: Framed) => void) {
    this.#stream = stream;
    this.#clock = clock;
    this.#framer = new LineFramer(maxBytes, emit);
    stream.on('data', (chunk: Buffer) => {
      if (this.#phase !== 'over') this.#framer.push(chunk);
    });
    stream.once('end', () => this.end());
    stream.once('close', () => this.#cancel?.());
  }

  /** How many bytes of an unfinished line are held or were dropped. */
  get pending(): number {
    return this.#framer.pending;
  }

  /** For so many milliseconds; while it rests already, nothing changes. */
  rest(ms: number): void {
    if (this.#phase !== 'reading') return;
    this.#phase = 'resting';
    this.#framer.hold();
    this.#stream.pause();
    this.#cancel = this.#clock.after(ms, () => this.#goOn());
  }

  /** No line follows, whatever was read already. The stream is for whoever comes next. */
  stop(): void {
    this.#phase = 'over';
    this.#cancel?.();
    this.#framer.hold();
  }

  /** What was read is told to its last byte. */
  end(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#cancel?.();
    this.#framer.end();
  }

  #goOn(): void {
    this.#phase = 'reading';
    // Whoever takes a line that was kept may let it rest again.
    this.#framer.release();
    if (!this.#framer.isHeld) this.#stream.resume();
  }
}

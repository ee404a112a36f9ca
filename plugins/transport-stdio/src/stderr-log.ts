import { type Clock, LineFramer, type Log } from '@switchyard/plugin-api';
import { escapeControls } from './stderr-ring.ts';

/** How many lines of one server are logged in a second. */
const LINES_A_SECOND = 50;
const MAX_LINE_BYTES = 8 * 1024;
const NEWLINE = Buffer.from('\n');

/**
 * Passes what a server writes to stderr on to the log, line by line, at a bounded rate. Once a second's lines are
 * logged, its further bytes are only counted: to look for lines in a flood of 100 MB/s took half a core. Therefore the
 * last line before such a gap may be a part of one. The first after it is whole: the end of a line may be half a secret.
 */
export class StderrLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #framer: LineFramer;
  #secondBegan = -Infinity;
  #lines = 0;
  #unsaid = 0;
  /** The gap ended within a line. */
  #isCut = false;
  /** How many bytes were not logged, in all. */
  suppressed = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log.with({ stream: 'stderr' });
    this.#clock = clock;
    this.#framer = new LineFramer(MAX_LINE_BYTES, (framed) => {
      if ('line' in framed) this.#take(framed.line, framed.line.length);
      else this.#take(framed.oversize.head, framed.oversize.length);
    });
  }

  push(chunk: Uint8Array): void {
    const now = this.#clock.now();
    if (now - this.#secondBegan >= 1000) {
      this.#endGap();
      this.#secondBegan = now;
      this.#lines = 0;
    }
    if (this.#lines < LINES_A_SECOND) this.#framer.push(this.#isCut ? this.#afterCut(chunk) : chunk);
    else {
      this.#suppress(chunk.length);
      this.#isCut = chunk.at(-1) !== NEWLINE[0];
    }
  }

  /** The server writes no more. */
  end(): void {
    this.#endGap();
    this.#framer.end();
  }

  #take(line: Uint8Array, length: number): void {
    this.#lines += 1;
    if (this.#lines > LINES_A_SECOND) this.#suppress(length);
    else this.#log.debug(escapeControls(Buffer.from(line).toString()));
  }

  #afterCut(chunk: Uint8Array): Uint8Array {
    const end = chunk.indexOf(NEWLINE[0]!) + 1;
    this.#isCut = end === 0;
    const left = this.#isCut ? chunk.length : end;
    this.#suppress(left);
    return chunk.subarray(left);
  }

  #suppress(bytes: number): void {
    this.suppressed += bytes;
    this.#unsaid += bytes;
  }

  #endGap(): void {
    if (this.#unsaid === 0) return;
    this.#framer.push(NEWLINE);
    this.#log.debug(`${this.#unsaid} more bytes were not logged`, { suppressed: this.#unsaid });
    this.#unsaid = 0;
  }
}

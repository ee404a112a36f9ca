/** What a `LineFramer` makes of the bytes: a whole line, or what is left of one over the limit. */
export type Framed =
  | { readonly line: Uint8Array }
  | { readonly oversize: { readonly head: Uint8Array; readonly tail: Uint8Array; readonly length: number } };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** How much of an oversize line is kept at each end: enough to find the id of the request it answers. */
const KEPT = 4096;

/**
 * Cuts a stream of bytes into lines, for wires that put one message on a line (stdio, sockets).
 * Holds at most `maxBytes` of an unfinished line; past that it keeps both ends, drops the middle, and goes on at the
 * next newline. A carriage return before the newline is taken off, empty lines are skipped. Never decodes anything.
 * Whoever takes the lines may hold it between two of them: what comes then is kept as it is until the release.
 */
export class LineFramer {
  readonly #maxBytes: number;
  readonly #emit: (framed: Framed) => void;
  #parts: Uint8Array[] = [];
  #length = 0;
  #dropping: { head: Uint8Array; tail: Uint8Array } | undefined;
  /** What no line was looked for in yet; undefined while nobody holds it. */
  #held: Uint8Array[] | undefined;
  #ended = false;

  constructor(maxBytes: number, emit: (framed: Framed) => void) {
    this.#maxBytes = maxBytes;
    this.#emit = emit;
  }

  /** How many bytes of an unfinished line are held or were dropped. */
  get pending(): number {
    return this.#length;
  }

  /** Whether it emits nothing now. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Takes the next bytes of the stream; the lines they complete are emitted before it returns, unless it is held. */
  push(chunk: Uint8Array): void {
    if (this.#held) {
      this.#held.push(chunk);
      return;
    }
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      start = end + 1;
      this.#finish();
      if (this.isHeld) break;
    }
    if (start === chunk.length) return;
    const rest = chunk.subarray(start);
    if (this.isHeld) this.#held!.push(rest);
    else this.#take(rest);
  }

  /**
   * Emits no further line until `release`; may be called by whoever is given one. There is no limit to what is kept
   * then: stop reading the stream, too.
   */
  hold(): void {
    if (!this.#ended) this.#held ??= [];
  }

  /** Goes on with what was kept. Whoever takes a line of it may hold it again. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const chunk of held) this.push(chunk);
  }

  /** The stream ended: what is kept is emitted whoever holds it, and what is pending is a line too. */
  end(): void {
    this.#ended = true;
    this.release();
    if (this.#length > 0) this.#finish();
  }

  #take(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#dropping) {
      const { head, tail } = this.#dropping;
      // Under a limit of less than KEPT the head was not whole when the line passed the limit.
      if (head.length < KEPT)
        this.#dropping.head = Buffer.concat([head, part.subarray(0, KEPT - head.length)]);
      this.#dropping.tail = lastBytes(tail, part);
    } else if (this.#length <= this.#maxBytes) {
      this.#parts.push(part);
    } else {
      // Never joined whole: that would hold twice the limit.
      const parts = [...this.#parts, part];
      this.#dropping = {
        head: Buffer.concat(parts, Math.min(KEPT, this.#length)),
        tail: parts.reduce(lastBytes, new Uint8Array(0)),
      };
      this.#parts = [];
    }
  }

  #finish(): void {
    const length = this.#length;
    const dropped = this.#dropping;
    const parts = this.#parts;
    this.#parts = [];
    this.#length = 0;
    this.#dropping = undefined;
    if (dropped) {
      this.#emit({ oversize: { ...dropped, length } });
      return;
    }
    const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const end = line[line.length - 1] === RETURN ? line.length - 1 : line.length;
    if (end > 0) this.#emit({ line: line.subarray(0, end) });
  }
}

/** The last `KEPT` bytes of `before` followed by `after`, copied, so that the chunks can be freed. */
function lastBytes(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length >= KEPT) return Uint8Array.prototype.slice.call(after, after.length - KEPT);
  return Buffer.concat([before.subarray(Math.max(0, before.length - (KEPT - after.length))), after]);
}

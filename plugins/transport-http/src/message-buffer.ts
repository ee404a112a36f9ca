/** One message, whole, or what is left of one over the limit. */
export type Collected =
  | { readonly bytes: Uint8Array }
  | { readonly oversize: { readonly head: Uint8Array; readonly tail: Uint8Array; readonly length: number } };

/** How much of an oversize message is kept at each end: enough to find the id of the request it answers. */
const KEPT = 4096;

/** Bodies may come a byte at a time, and an object for each byte would weigh a hundred times what it holds. */
const LOOSE_PARTS = 1024;

/**
 * Collects the pieces of one message. Holds at most `maxBytes`; past that only both ends are kept. One piece is given
 * out as it came, several are joined once.
 */
export class MessageBuffer {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #loose = 0;
  #length = 0;
  #ends: { head: Uint8Array; tail: Uint8Array } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes taken in so far, held or not. */
  get length(): number {
    return this.#length;
  }

  get isOver(): boolean {
    return this.#ends !== undefined;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#ends) {
      const { head, tail } = this.#ends;
      this.#ends.head = firstBytes(head, part);
      this.#ends.tail = lastBytes(tail, part);
      return;
    }
    this.#parts.push(part);
    this.#loose += 1;
    if (this.#length > this.#maxBytes) {
      const all = this.#joined();
      this.#ends = { head: firstBytes(NOTHING, all), tail: lastBytes(NOTHING, all) };
      this.#parts = [];
    } else if (this.#loose === LOOSE_PARTS) {
      this.#parts.push(Buffer.concat(this.#parts.splice(-LOOSE_PARTS)));
      this.#loose = 0;
    }
  }

  /** Gives out what was collected, and is empty. */
  take(): Collected {
    const length = this.#length;
    const ends = this.#ends;
    const collected = ends ? { oversize: { ...ends, length } } : { bytes: this.#joined() };
    this.#parts = [];
    this.#loose = 0;
    this.#length = 0;
    this.#ends = undefined;
    return collected;
  }

  #joined(): Uint8Array {
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
  }
}

const NOTHING = new Uint8Array(0);

/** The first bytes of `before` followed by `after`; copied, so that the pieces can be freed. */
function firstBytes(before: Uint8Array, after: Uint8Array): Uint8Array {
  return before.length >= KEPT ? before : Buffer.concat([before, after.subarray(0, KEPT - before.length)]);
}

/** The last bytes of `before` followed by `after`, copied too. */
function lastBytes(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length >= KEPT) return Uint8Array.prototype.slice.call(after, after.length - KEPT);
  return Buffer.concat([before.subarray(Math.max(0, before.length - (KEPT - after.length))), after]);
}

/** Something that keeps messages for clients that may come back. */
export interface Retaining {
  /** Lets go of all that it keeps. */
  shed(): void;
}

/** About what a stream costs beside the bytes of its messages. */
const OVERHEAD = 4096;

/**
 * What all streams together keep for clients that may come back, bounded: over the limit the streams that have kept
 * something for longest let go of it.
 */
export class Retained {
  readonly #maxBytes: number;
  readonly #keepers = new Map<Retaining, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Says how many bytes somebody keeps now. */
  keeps(keeper: Retaining, bytes: number): void {
    const before = this.#keepers.get(keeper);
    this.#bytes += bytes + OVERHEAD - (before ?? 0);
    this.#keepers.set(keeper, bytes + OVERHEAD);
    for (const [oldest] of this.#keepers) {
      if (this.#bytes <= this.#maxBytes) return;
      // The newest goes last, and only where it is larger than all that is allowed.
      this.keepsNothing(oldest);
      oldest.shed();
    }
  }

  keepsNothing(keeper: Retaining): void {
    this.#bytes -= this.#keepers.get(keeper) ?? 0;
    this.#keepers.delete(keeper);
  }
}

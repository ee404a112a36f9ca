import type { LogEntry } from '@switchyard/plugin-api';

/** How much is kept of the latest lines. */
export interface RingLimits {
  readonly lines: number;
  /** About as many characters, all fields included. */
  readonly size: number;
}

/** The latest lines of a log, never more than its limits; what it lets go is counted. */
export class LineRing {
  readonly #limits: RingLimits;
  /** The first ones may be gone already: they are cut off now and then. */
  #kept: { readonly entry: LogEntry; readonly size: number }[] = [];
  #first = 0;
  #size = 0;
  /** How many lines are not kept any more. */
  shed = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  push(entry: LogEntry, size: number): void {
    this.#kept.push({ entry, size });
    this.#size += size;
    while (this.#count > this.#limits.lines || (this.#size > this.#limits.size && this.#count > 1))
      this.#shift();
    if (this.#first < this.#limits.lines) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }

  /** Oldest first. */
  entries(): readonly LogEntry[] {
    return this.#kept.slice(this.#first).map(({ entry }) => entry);
  }

  get #count(): number {
    return this.#kept.length - this.#first;
  }

  #shift(): void {
    this.#size -= this.#kept[this.#first]!.size;
    this.#first += 1;
    this.shed += 1;
  }
}

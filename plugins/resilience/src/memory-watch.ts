import { getHeapStatistics } from 'node:v8';
import type { Clock } from '@switchyard/plugin-api';

/** How much of the heap may be in use before calls are refused, and before they are taken again. */
export const HEAP = { full: 0.9, fine: 0.85 };
const EVERY_MS = 500;

/** What of its heap limit this process uses, from 0 to 1. */
function heapUse(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used / limit;
}

/**
 * Whether the process is about to run out of memory. It looks twice a second while there are calls, and never per call;
 * a gateway that nobody uses is not woken.
 */
export class MemoryWatch {
  readonly #clock: Clock;
  readonly #use: () => number;
  readonly #changed: (isShort: boolean, use: number) => void;
  #isShort = false;
  #isLooking = false;
  #wasUsed = false;
  #cancelTimer: () => void = () => {};

  constructor(clock: Clock, changed: (isShort: boolean, use: number) => void, use = heapUse) {
    this.#clock = clock;
    this.#changed = changed;
    this.#use = use;
  }

  get isShort(): boolean {
    return this.#isShort;
  }

  /** What is in use now, from 0 to 1. */
  get use(): number {
    return this.#use();
  }

  /** There is a call. */
  used(): void {
    this.#wasUsed = true;
    if (!this.#isLooking) this.#again();
  }

  close(): void {
    this.#cancelTimer();
  }

  #again(): void {
    this.#isLooking = true;
    this.#wasUsed = false;
    this.#cancelTimer = this.#clock.after(EVERY_MS, () => {
      this.#look();
      // One that is short goes on looking until it is not.
      if (this.#wasUsed || this.#isShort) this.#again();
      else this.#isLooking = false;
    });
  }

  #look(): void {
    const use = this.#use();
    const isShort = use >= (this.#isShort ? HEAP.fine : HEAP.full);
    if (isShort === this.#isShort) return;
    this.#isShort = isShort;
    this.#changed(isShort, use);
  }
}

import type { Clock } from '@switchyard/plugin-api';

/**
 * Things that are due the same time after they were put in, with one timer for all of them: what leaves before costs
 * none. A timer for each call was a measurable part of a small call.
 */
export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #due: (item: Item) => void;
  /** When each is due; all wait equally long, so the order of insertion is that of time. */
  readonly #items = new Map<Item, number>();
  #stopTimer: (() => void) | undefined;

  /** @param due called with what is due, which is out by then and may be put in again. */
  constructor(clock: Clock, ms: number, due: (item: Item) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#due = due;
  }

  /** Puts it in; what is in already waits the whole time again. */
  add(item: Item): void {
    this.#items.delete(item);
    this.#items.set(item, this.#clock.now() + this.#ms);
    if (this.#stopTimer === undefined) this.#wait(this.#ms);
  }

  delete(item: Item): void {
    this.#items.delete(item);
  }

  get size(): number {
    return this.#items.size;
  }

  /** Nothing is due any more. */
  close(): void {
    this.#items.clear();
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #wait(ms: number): void {
    this.#stopTimer = this.#clock.after(ms, () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    for (const [item, at] of this.#items) {
      if (at > now) break;
      this.#items.delete(item);
      this.#due(item);
    }
    this.#stopTimer = undefined;
    const [next] = this.#items.values();
    if (next !== undefined) this.#wait(Math.max(1, next - now));
  }
}

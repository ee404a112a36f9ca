import type { Clock } from '@switchyard/plugin-api';

/** Something that can be due, in one list at a time. */
export interface Deadlined {
  /** Its place in the list, kept by the list alone. */
  due: Place | undefined;
}

/** A place in a list of deadlines. */
export interface Place {
  readonly item: Deadlined;
  readonly at: number;
  before: Place | undefined;
  after: Place | undefined;
}

/**
 * Things that are due the same time after they were put in, with one timer for all of them: what leaves before costs
 * none. A timer for each call was a measurable part of a small call, and so were the dead tables of a Map.
 */
export class Deadlines<Item extends Deadlined> {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #due: (item: Item) => void;
  /** All wait equally long, so the order of the list is that of time. */
  #first: Place | undefined;
  #last: Place | undefined;
  #size = 0;
  #stopTimer: (() => void) | undefined;

  /** @param due called with what is due, which is out by then and may be put in again. */
  constructor(clock: Clock, ms: number, due: (item: Item) => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#due = due;
  }

  /** Puts it in; what is in already waits the whole time again. */
  add(item: Item): void {
    this.delete(item);
    const place: Place = { item, at: this.#clock.now() + this.#ms, before: this.#last, after: undefined };
    if (this.#last) this.#last.after = place;
    else this.#first = place;
    this.#last = place;
    item.due = place;
    this.#size += 1;
    if (this.#stopTimer === undefined) this.#wait(this.#ms);
  }

  delete(item: Item): void {
    const place = item.due;
    if (place === undefined) return;
    item.due = undefined;
    if (place.before) place.before.after = place.after;
    else this.#first = place.after;
    if (place.after) place.after.before = place.before;
    else this.#last = place.before;
    // A dead place that points to living ones would keep them from being collected.
    place.before = undefined;
    place.after = undefined;
    this.#size -= 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Nothing is due any more. */
  close(): void {
    while (this.#first) this.delete(this.#first.item as Item);
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #wait(ms: number): void {
    this.#stopTimer = this.#clock.after(ms, () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    while (this.#first && this.#first.at <= now) {
      // Only items of this type are put in.
      const item = this.#first.item as Item;
      this.delete(item);
      this.#due(item);
    }
    this.#stopTimer = undefined;
    if (this.#first) this.#wait(Math.max(1, this.#first.at - now));
  }
}

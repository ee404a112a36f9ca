import type { CatalogKind, Clock } from '@switchyard/plugin-api';
import type { Timings } from './timings.ts';

/**
 * When to read lists again: many `list_changed` at once are one reading. Waits for quiet, and never lets two readings
 * begin within `listEvery`, however long the server keeps talking. Lists that failed are due again after a while.
 */
export class ListRefresh {
  readonly #clock: Clock;
  readonly #timings: Timings;
  readonly #read: (kinds: readonly CatalogKind[]) => void;
  #changed = new Set<CatalogKind>();
  #cancelTimer: () => void = () => {};
  #firstChangeAt: number | undefined;
  #lastRead = -Infinity;
  #readings = 0;
  readonly #failed = new Set<CatalogKind>();
  #failures = 0;
  #cancelRetry: () => void = () => {};

  constructor(context: { clock: Clock; timings: Timings }, read: (kinds: readonly CatalogKind[]) => void) {
    this.#clock = context.clock;
    this.#timings = context.timings;
    this.#read = read;
  }

  /** Some lists could not be read. */
  get isFailing(): boolean {
    return this.#failed.size > 0;
  }

  /** They failed when they were read again, too. */
  get keepsFailing(): boolean {
    return this.#failures > 1;
  }

  /** A reading begins, for whatever reason. */
  begun(): void {
    this.#lastRead = this.#clock.now();
    this.#readings += 1;
  }

  /** A reading that begun is over. */
  ended(): void {
    this.#readings -= 1;
    if (this.#changed.size > 0) this.changed([]);
  }

  /** What became of the kinds that were read: those that failed are due again after a while, ever more rarely. */
  outcome(kinds: readonly CatalogKind[], failed: readonly CatalogKind[]): void {
    for (const kind of kinds) this.#failed.delete(kind);
    for (const kind of failed) this.#failed.add(kind);
    if (failed.length > 0) {
      const { listRetry, listRetryMax } = this.#timings;
      const wait = Math.min(listRetryMax, listRetry * 2 ** this.#failures);
      this.#failures += 1;
      this.#cancelRetry();
      this.#cancelRetry = this.#clock.after(wait, () => this.changed([...this.#failed]));
    } else if (this.#failed.size === 0) {
      this.#failures = 0;
      this.#cancelRetry();
    }
  }

  /** The session is over: the next one reads all lists anyway. */
  forget(): void {
    this.#cancelTimer();
    this.#changed = new Set();
    this.#firstChangeAt = undefined;
    this.#failed.clear();
    this.#failures = 0;
    this.#cancelRetry();
  }

  /** The server says that these lists changed. */
  changed(kinds: readonly CatalogKind[]): void {
    for (const kind of kinds) this.#changed.add(kind);
    const now = this.#clock.now();
    this.#firstChangeAt ??= now;
    // A server that never falls silent is read all the same.
    const dueAt = Math.min(now + this.#timings.listQuiet, this.#firstChangeAt + this.#timings.listEvery);
    const wait = Math.max(dueAt, this.#lastRead + this.#timings.listEvery) - now;
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(Math.max(0, wait), () => this.#due());
  }

  #due(): void {
    // Of two at once the older may end last, and what it read would then count; `ended` comes back to these.
    if (this.#readings > 0) return;
    const kinds = [...this.#changed];
    this.#changed = new Set();
    this.#firstChangeAt = undefined;
    this.#read(kinds);
  }
}

import { BehaviorSubject, type Observable } from 'rxjs';

/** A configuration as it was from one change to the next. */
export interface Snapshot<T> {
  /** 1 for the first, and one more with each change. */
  readonly revision: number;
  /** Frozen, all the way down. */
  readonly value: T;
}

/** Keeps the current configuration, and tells of every change in the order in which they were made. */
export class ConfigurationStore<T> {
  readonly #stream: BehaviorSubject<Snapshot<T>>;
  readonly #untold: Snapshot<T>[] = [];
  #current: Snapshot<T>;

  /** @param initial becomes the store's: it is frozen in place. */
  constructor(initial: T) {
    this.#current = snapshotOf(1, initial);
    this.#stream = new BehaviorSubject(this.#current);
    this.snapshot$ = this.#stream.asObservable();
  }

  /** The present one on subscription, then each change. Never errors, never completes. */
  readonly snapshot$: Observable<Snapshot<T>>;

  get current(): Snapshot<T> {
    return this.#current;
  }

  /**
   * Makes `next` the configuration, and returns its snapshot.
   * @param next becomes the store's: it is frozen in place.
   */
  replace(next: T): Snapshot<T> {
    const snapshot = snapshotOf(this.#current.revision + 1, next);
    this.#current = snapshot;
    this.#untold.push(snapshot);
    // A subscriber that replaces again while it is told must not make others see revision 3 before 2:
    // the call that is telling already tells this one too, after all have seen the one before.
    if (this.#untold.length > 1) return snapshot;
    for (let told = this.#untold[0]; told !== undefined; told = this.#untold[0]) {
      this.#stream.next(told);
      this.#untold.shift();
    }
    return snapshot;
  }
}

function snapshotOf<T>(revision: number, value: T): Snapshot<T> {
  return Object.freeze({ revision, value: deepFreeze(value) });
}

/** Freezes arrays and plain objects. What has a class of its own (a Buffer, a URL) is not ours to freeze. */
function deepFreeze<T>(value: T, seen = new Set<unknown>()): T {
  if (!isPlain(value) || seen.has(value)) return value;
  seen.add(value);
  for (const member of Object.values(value)) deepFreeze(member, seen);
  return Object.freeze(value);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not compared with Object.prototype: a value of another realm has one of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

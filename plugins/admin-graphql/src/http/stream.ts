import type { Delivered, Source } from '../admin-api.ts';
import { inTurn } from './in-turn.ts';

/** How the events of one subscriber are kept until they are read. */
export interface BoundedOptions<T> {
  /** More than this many that are not read yet, and the oldest go. */
  readonly limit: number;
  /** What the subscriber gets before all events: read at the moment of subscribing, so that nothing is between the two. */
  readonly first?: () => Iterable<T>;
  /** Called with how many were lost just now. */
  readonly onDropped: (count: number) => void;
}

type Next<T> = IteratorResult<Delivered<T>, undefined>;

interface Reader<T> {
  readonly resolve: (next: Next<T>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets events be read one at a time, in order, by someone who may be slow: what is over the limit is lost, oldest first,
 * and the next event says how many were. Subscribes with the first read, and gives the source back at once when the
 * reader ends, even while it waits.
 */
export function boundedEvents<T>(
  source: Source<T>,
  { limit, first, onDropped }: BoundedOptions<T>,
): AsyncIterableIterator<Delivered<T>> {
  const readers: Reader<T>[] = [];
  let events: T[] = [];
  let dropped = 0;
  let present: Iterator<T> | undefined;
  let subscription: { unsubscribe(): void } | undefined;
  let phase: 'new' | 'open' | 'ended' = 'new';
  let isDue = false;

  function begin(): void {
    phase = 'open';
    subscription = source.subscribe(take);
    present = first?.()[Symbol.iterator]();
  }

  function take(value: T): void {
    if (phase !== 'open') return;
    events.push(value);
    if (events.length > limit) {
      events.shift();
      dropped += 1;
      onDropped(1);
    }
    wake();
  }

  /** Sees to it that a reader gets what is there, in its turn. */
  function wake(): void {
    if (isDue || readers.length === 0 || (present === undefined && events.length === 0)) return;
    isDue = true;
    inTurn(deliver);
  }

  function deliver(): void {
    isDue = false;
    if (phase !== 'open' || readers.length === 0) return;
    try {
      const value = ready();
      if (value) readers.shift()!.resolve({ done: false, value });
      wake();
    } catch (error) {
      readers.shift()!.reject(error);
      end();
    }
  }

  /** The next one that is there already. */
  function ready(): Delivered<T> | undefined {
    const before = present?.next();
    if (before && !before.done) return { value: before.value, dropped: 0 };
    present = undefined;
    if (events.length === 0) return undefined;
    const delivered = { value: events.shift()!, dropped };
    dropped = 0;
    return delivered;
  }

  function end(): void {
    phase = 'ended';
    subscription?.unsubscribe();
    subscription = undefined;
    present = undefined;
    events = [];
    for (const { resolve } of readers.splice(0)) resolve({ done: true, value: undefined });
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      try {
        if (phase === 'new') begin();
      } catch (error) {
        end();
        return Promise.reject(error);
      }
      if (phase === 'ended') return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve, reject) => {
        readers.push({ resolve, reject });
        wake();
      });
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw(error) {
      end();
      return Promise.reject(error);
    },
  };
}

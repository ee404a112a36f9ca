import type { Delivered, Source } from '../admin-api.ts';

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

/**
 * Lets events be read one at a time, in order, by someone who may be slow: what is over the limit is lost, oldest first,
 * and the next event says how many were. Subscribes with the first read, and gives the source back at once when the
 * reader ends, even while it waits.
 */
export function boundedEvents<T>(
  source: Source<T>,
  { limit, first, onDropped }: BoundedOptions<T>,
): AsyncIterableIterator<Delivered<T>> {
  const waiting: ((next: Next<T>) => void)[] = [];
  let events: T[] = [];
  let dropped = 0;
  let present: Iterator<T> | undefined;
  let subscription: { unsubscribe(): void } | undefined;
  let phase: 'new' | 'open' | 'ended' = 'new';

  function begin(): void {
    phase = 'open';
    subscription = source.subscribe(take);
    present = first?.()[Symbol.iterator]();
  }

  function take(value: T): void {
    if (phase !== 'open') return;
    const reader = waiting.shift();
    if (reader) return reader({ done: false, value: { value, dropped: 0 } });
    events.push(value);
    if (events.length <= limit) return;
    events.shift();
    dropped += 1;
    onDropped(1);
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
    for (const reader of waiting.splice(0)) reader({ done: true, value: undefined });
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      try {
        if (phase === 'new') begin();
        const value = phase === 'open' ? ready() : undefined;
        if (value) return Promise.resolve({ done: false, value });
      } catch (error) {
        end();
        return Promise.reject(error);
      }
      if (phase === 'ended') return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => waiting.push(resolve));
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

import type { Clock } from '@switchyard/plugin-api';

interface Timer {
  readonly at: number;
  /** Of two that are due at one moment the older is first. */
  readonly order: number;
  readonly run: () => void;
  readonly owner: { pending: number };
  over: boolean;
}

/** A clock that knows how many of its own timers are set. */
export interface CountingClock extends Clock {
  /** Timers that are neither over nor cancelled. */
  readonly pending: number;
}

/** Time that passes only when somebody says so. */
export interface VirtualTime {
  readonly now: number;
  /** A clock of this time; each has timers of its own. */
  clock(): CountingClock;
  /** When the next timer is due, whosever it is. */
  readonly nextAt: number | undefined;
  /** Lets time pass; `settle` is called after each timer. */
  passTo(at: number, settle: () => void): void;
  /** The wall clock of the machine is set to another time. */
  jump(ms: number): void;
}

/** When virtual time begins, for people. */
const EPOCH = 1_700_000_000_000;

/** A binary heap of timers; cancelled ones are dropped when their turn comes. */
export function createVirtualTime(): VirtualTime {
  let now = 0;
  let jumped = 0;
  let orders = 0;
  const heap: Timer[] = [];

  const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  const push = (timer: Timer): void => {
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
  };

  const pop = (): void => {
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  };

  const first = (): Timer | undefined => {
    while (heap[0]?.over === true) pop();
    return heap[0];
  };

  const finish = (timer: Timer): void => {
    if (timer.over) return;
    timer.over = true;
    timer.owner.pending -= 1;
  };

  return {
    get now() {
      return now;
    },
    clock() {
      const owner = { pending: 0 };
      return {
        now: () => now,
        date: () => EPOCH + now + jumped,
        after(ms, run) {
          // As Node does it: a wait is a whole number of milliseconds, and at least one.
          const at = now + Math.max(1, Math.ceil(ms));
          const timer: Timer = { at, order: orders++, run, owner, over: false };
          owner.pending += 1;
          push(timer);
          return () => finish(timer);
        },
        get pending() {
          return owner.pending;
        },
      };
    },
    get nextAt() {
      return first()?.at;
    },
    passTo(at, settle) {
      for (let timer = first(); timer !== undefined && timer.at <= at; timer = first()) {
        pop();
        finish(timer);
        now = timer.at;
        timer.run();
        settle();
      }
      now = Math.max(now, at);
    },
    jump(ms) {
      jumped += ms;
    },
  };
}

import type { Clock } from '@switchyard/plugin-api';

/** Time that stands still until a test lets it pass. */
export interface VirtualClock extends Clock {
  /** How many timers are set. */
  readonly pending: number;
  /** Lets time pass: fires the timers that become due one by one, and all promises settle after each. */
  advance(ms: number): Promise<void>;
}

/** Lets everything happen that needs no time: a turn of the event loop comes after all microtasks. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Makes a clock at an origin that is not zero, as real ones have. */
export function virtualClock(origin = 1_000): VirtualClock {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = origin;
  const nextUntil = (limit: number) => {
    let next: { readonly at: number; readonly run: () => void } | undefined;
    for (const timer of timers) if (timer.at <= limit && (!next || timer.at < next.at)) next = timer;
    return next;
  };
  return {
    now: () => now,
    date: () => 1_700_000_000_000 + now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      await settled();
      const until = now + ms;
      for (let timer = nextUntil(until); timer; timer = nextUntil(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settled();
      }
      now = until;
    },
  };
}

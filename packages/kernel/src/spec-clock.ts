import type { Clock } from '@switchyard/plugin-api';

/** The time of this machine. */
export const realClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** A clock whose timers all fire when the test says so. */
export interface StoppedClock extends Clock {
  /** How many timers are set. */
  readonly pending: number;
  /** Lets time pass until every timer that is set now has fired. */
  ring(): void;
}

/** Makes a clock that stands still. */
export function stoppedClock(): StoppedClock {
  const timers = new Set<{ readonly ms: number; readonly run: () => void }>();
  let now = 0;
  return {
    now: () => now,
    date: () => now,
    after(ms, run) {
      const timer = { ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    ring() {
      for (const timer of [...timers]) {
        timers.delete(timer);
        now += timer.ms;
        timer.run();
      }
    },
  };
}

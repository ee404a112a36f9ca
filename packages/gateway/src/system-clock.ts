import { performance } from 'node:perf_hooks';
import type { Clock, Random } from '@switchyard/plugin-api';

/**
 * Real time. `scale` makes every wait of ours that many times shorter, for tests that would otherwise sit through
 * them; nothing else in the system knows of it.
 */
export function systemClock(scale = 1): Clock {
  return {
    now: () => performance.now() * scale,
    date: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms / scale);
      // A wait of ours is no reason for the process to live.
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Chance as the platform has it: spreads waits, guards nothing. */
export const systemRandom: Random = { next: () => Math.random() };

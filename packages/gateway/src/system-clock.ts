import { performance } from 'node:perf_hooks';
import type { Clock, Random } from '@switchyard/plugin-api';

/** A timer that is so late was held up: by a plugin, or by a machine that slept. */
const HELD_MS = 200;
/** How long it waits then for what came meanwhile to be read. */
const GRACE_MS = 100;

/**
 * Real time. `scale` makes every wait of ours that many times shorter, for tests that would otherwise sit through
 * them; nothing else in the system knows of it.
 */
export function systemClock(scale = 1): Clock {
  return {
    now: () => performance.now() * scale,
    date: () => Date.now(),
    after(ms, run) {
      const wait = ms / scale;
      const dueAt = performance.now() + wait;
      const fire = () => {
        if (performance.now() - dueAt < HELD_MS) return run();
        // Timers come before what is to be read: an answer that was there in time would be told as one that was not.
        timer = setTimeout(run, GRACE_MS).unref();
      };
      // A wait of ours is no reason for the process to live.
      let timer = setTimeout(fire, wait).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Chance as the platform has it: spreads waits, guards nothing. */
export const systemRandom: Random = { next: () => Math.random() };

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@switchyard/plugin-api';

/** Work that lets others have their turn. */
export interface Slices {
  /** The present slice lasted long enough: `next` should be awaited. */
  isOver(): boolean;
  /** Ends the slice, and begins another when everybody else had a turn. */
  next(): Promise<void>;
  /** Ends the last one. @returns what all of them took, and the longest, in milliseconds. */
  end(): { readonly busyMs: number; readonly longestMs: number };
}

/** @param sliceMs how long a slice may last, in milliseconds */
export function beginSlices(clock: Pick<Clock, 'now'>, sliceMs: number): Slices {
  let began = clock.now();
  let busyMs = 0;
  let longestMs = 0;
  function end() {
    const ms = clock.now() - began;
    busyMs += ms;
    longestMs = Math.max(longestMs, ms);
    return { busyMs, longestMs };
  }
  return {
    isOver: () => clock.now() - began >= sliceMs,
    async next() {
      end();
      await nextTurn();
      began = clock.now();
    },
    end,
  };
}

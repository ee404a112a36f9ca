import { setFlagsFromString } from 'node:v8';

/**
 * Fits V8's collector to a process through which much passes and in which little stays (docs/decisions/0015):
 *
 * - it collects its old space at one go instead of in steps. With results of a megabyte passing through a heap of ten it
 *   began to mark anew after every tenth call, which cost as much processor time as carrying the calls;
 * - it puts nothing into the old space that is new. What it takes for long-lived there holds, dead, whatever it points
 *   to: whole requests survived each collection, the heap grew by 30 MB a second, and a small call cost half as much again.
 */
export function tuneHeap(): void {
  setFlagsFromString('--no-incremental-marking');
  setFlagsFromString('--no-allocation-site-pretenuring');
}

import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect its old space at one go instead of in steps. With results of a megabyte passing through a heap of ten,
 * it began to mark anew after every tenth call, which cost as much processor time as carrying the calls; one go takes
 * some 20 ms where 30 MB are in use, and is rare (docs/decisions/0015).
 */
export function collectAtOnce(): void {
  setFlagsFromString('--no-incremental-marking');
}

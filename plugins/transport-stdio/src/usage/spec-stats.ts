import type { ProcessStat } from './process-stat.ts';
import type { Members } from './process-trees.ts';

/** A process of which only what the test says matters. */
export function stat(pid: number, parent: number, more: Partial<ProcessStat> = {}): ProcessStat {
  return {
    pid,
    parent,
    group: pid,
    isZombie: false,
    ownTicks: 0,
    childTicks: 0,
    threads: 1,
    startedAt: 0,
    residentPages: 1,
    ...more,
  };
}

/** By their numbers. */
export function members(...stats: readonly ProcessStat[]): Members {
  return new Map(stats.map((each) => [each.pid, each]));
}

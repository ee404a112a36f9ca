import type { Members } from './process-trees.ts';
import { isSameProcess, type ProcessStat } from './process-stat.ts';

/** What a tree used of the processor so far, in clock ticks. */
export interface ProcessorTime {
  readonly total: number;
  /** Of processes that ended, and whose time no living one of the tree has among that of its children. */
  readonly ended: number;
}

/**
 * The time that a tree used. A process that ends takes its own along, unless its parent waited for it: what was last
 * seen of it is remembered then, so that the total never falls.
 */
export function processorTime(before: ProcessorTime, then: Members, now: Members): ProcessorTime {
  let ended = before.ended;
  for (const [heir, left] of leftBehind(then, now)) {
    // An heir that gained less than they had used waited for some of them only, or for others.
    const inherited = heir === undefined ? 0 : now.get(heir)!.childTicks - then.get(heir)!.childTicks;
    ended += Math.max(0, left - inherited);
  }
  let living = 0;
  for (const stat of now.values()) living += ticksOf(stat);
  return { total: Math.max(before.total, ended + living), ended };
}

/** What those had used that are gone, by who can have waited for them: their nearest ancestor that is there. */
function leftBehind(then: Members, now: Members): ReadonlyMap<number | undefined, number> {
  const left = new Map<number | undefined, number>();
  const isThere = (stat: ProcessStat) => isSameProcess(stat, now.get(stat.pid));
  for (const stat of then.values()) {
    if (isThere(stat)) continue;
    const seen = new Set([stat.pid]);
    let heir = then.get(stat.parent);
    while (heir && !isThere(heir) && !seen.has(heir.pid)) {
      seen.add(heir.pid);
      heir = then.get(heir.parent);
    }
    const key = heir && isThere(heir) ? heir.pid : undefined;
    left.set(key, (left.get(key) ?? 0) + ticksOf(stat));
  }
  return left;
}

function ticksOf({ ownTicks, childTicks }: ProcessStat): number {
  return ownTicks + childTicks;
}

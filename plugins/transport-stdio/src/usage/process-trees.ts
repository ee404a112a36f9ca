import { isSameProcess, type ProcessStat } from './process-stat.ts';

/** The processes of one tree, by number. */
export type Members = ReadonlyMap<number, ProcessStat>;

/**
 * Who belongs to which tree: the members of the root's process group, all that descends from a member, and whoever
 * belonged to it before. The last is why a process that left the group is not lost when its parent ends.
 * @param before the members of each tree when they were last looked at, by root
 */
export function processTrees(
  processes: Members,
  before: ReadonlyMap<number, Members>,
): ReadonlyMap<number, Members> {
  const trees = new Map([...before.keys()].map((root) => [root, new Map<number, ProcessStat>()]));
  const known = new Map<number, number | undefined>();
  for (const [root, members] of before) {
    for (const [pid, member] of members) if (isSameProcess(member, processes.get(pid))) known.set(pid, root);
  }

  function rootOf(stat: ProcessStat): number | undefined {
    const path: number[] = [];
    let root: number | undefined;
    for (let each: ProcessStat | undefined = stat; each; each = processes.get(each.parent)) {
      if (known.has(each.pid)) {
        root = known.get(each.pid);
        break;
      }
      // Numbers were given anew between two readings: a circle must not hold us up.
      if (path.includes(each.pid)) break;
      path.push(each.pid);
      root = trees.has(each.group) ? each.group : trees.has(each.pid) ? each.pid : undefined;
      if (root !== undefined) break;
    }
    for (const pid of path) known.set(pid, root);
    return root;
  }

  for (const stat of processes.values()) {
    const root = rootOf(stat);
    if (root !== undefined) trees.get(root)!.set(stat.pid, stat);
  }
  return trees;
}

import type { Clock, Log, ProcessUsage } from '@switchyard/plugin-api';
import { machineUnits, type MachineUnits } from './machine-units.ts';
import { processTrees, type Members } from './process-trees.ts';
import { processorTime, type ProcessorTime } from './processor-time.ts';
import { countDescriptors, readProcesses } from './read-processes.ts';
import { beginSlices, type Slices } from './slices.ts';

/** How long after the first server, and how often after that, in milliseconds. */
const FIRST_MS = 1_000;
const EVERY_MS = 5_000;
/** How long one slice of a pass holds up everybody else, in milliseconds. */
const SLICE_MS = 1;
/** The share of one processor that this may take: on a machine with very many processes it looks less often. */
const MAX_SHARE = 0.005;

/** Looks at what the processes of all servers use. */
export interface UsageReader {
  /** Begins to look at the tree of a process that leads its own group. */
  watch(pid: number): WatchedTree;
  /** Looks at once; nobody needs to call it. Never rejects. */
  look(): Promise<void>;
  /** What the latest look cost. */
  readonly cost: { readonly busyMs: number; readonly longestMs: number };
  close(): void;
}

/** The tree of one server. */
export interface WatchedTree {
  /** What the last look saw; undefined before the first. */
  readonly usage: ProcessUsage | undefined;
  /** Ends the watch: the number may belong to somebody else from now on. */
  release(): void;
}

interface Tree {
  members: Members;
  time: ProcessorTime;
  usage: ProcessUsage | undefined;
}

const NOTHING: WatchedTree = { usage: undefined, release: () => {} };

/**
 * One reader for all servers: one pass over /proc tells of each of them. It runs while there is a server, never twice
 * at once, and only where there is a /proc as Linux has it.
 */
export function createUsageReader(clock: Clock, log: Log): UsageReader {
  const trees = new Map<number, Tree>();
  let units: MachineUnits | undefined;
  let phase: 'idle' | 'waiting' | 'looking' | 'closed' = 'idle';
  let looking: Promise<void> = Promise.resolve();
  let cancelTimer = () => {};
  let cost = { busyMs: 0, longestMs: 0 };
  let failures = 0;

  function lookAfter(ms: number): void {
    phase = 'waiting';
    cancelTimer = clock.after(ms, () => void look());
  }

  function look(): Promise<void> {
    if (phase === 'looking' || phase === 'closed') return looking;
    cancelTimer();
    phase = 'looking';
    looking = lookOnce().then(() => {
      if (phase === 'closed') return;
      if (trees.size === 0) phase = 'idle';
      else lookAfter(Math.max(EVERY_MS, cost.busyMs / MAX_SHARE));
    });
    return looking;
  }

  async function lookOnce(): Promise<void> {
    const slices = beginSlices(clock, SLICE_MS);
    try {
      // Those that are released or begin meanwhile are not among them.
      const watched = new Map(trees);
      const processes = await readProcesses(slices);
      const seen = processTrees(processes, new Map([...watched].map(([pid, { members }]) => [pid, members])));
      for (const [pid, tree] of watched) await describe(tree, seen.get(pid)!, slices);
    } catch (error) {
      failures += 1;
      if (failures === 1) log.warn('what servers use cannot be read', { error });
    } finally {
      cost = slices.end();
    }
  }

  async function describe(tree: Tree, members: Members, slices: Slices): Promise<void> {
    const { pageBytes, ticksPerSecond } = (units ??= machineUnits());
    let [processes, threads, pages, descriptors] = [0, 0, 0, 0];
    for (const stat of members.values()) {
      if (stat.isZombie) continue;
      processes += 1;
      threads += stat.threads;
      pages += stat.residentPages;
      descriptors += await countDescriptors(stat.pid);
      if (slices.isOver()) await slices.next();
    }
    tree.time = processorTime(tree.time, tree.members, members);
    tree.members = members;
    // Of a server that is gone what was last seen says more than nothing.
    if (processes === 0) return;
    tree.usage = {
      sampledAt: clock.date(),
      processes,
      threads,
      residentBytes: pages * pageBytes,
      cpuSeconds: tree.time.total / ticksPerSecond,
      descriptors,
    };
  }

  return {
    watch(pid) {
      if (process.platform !== 'linux' || phase === 'closed') return NOTHING;
      const tree: Tree = { members: new Map(), time: { total: 0, ended: 0 }, usage: undefined };
      trees.set(pid, tree);
      if (phase === 'idle') lookAfter(FIRST_MS);
      return {
        get usage() {
          return tree.usage;
        },
        release() {
          if (trees.get(pid) === tree) trees.delete(pid);
          if (trees.size > 0 || phase !== 'waiting') return;
          cancelTimer();
          phase = 'idle';
        },
      };
    },
    look,
    get cost() {
      return cost;
    },
    close() {
      phase = 'closed';
      cancelTimer();
      trees.clear();
    },
  };
}

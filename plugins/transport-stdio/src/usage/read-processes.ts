import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { parseStat, type ProcessStat } from './process-stat.ts';
import type { Slices } from './slices.ts';

/** A line of /proc/<pid>/stat is a few hundred bytes. */
const LINE = Buffer.alloc(4096);

/**
 * All processes of this machine that we can see. It reads synchronously, in slices: the kernel makes these lines from
 * its memory without waiting for anybody, and a trip through the thread pool for each would cost ten times as much.
 */
export async function readProcesses(slices: Slices): Promise<ReadonlyMap<number, ProcessStat>> {
  const processes = new Map<number, ProcessStat>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = readStat(pid);
    if (stat) processes.set(pid, stat);
    if (slices.isOver()) await slices.next();
  }
  return processes;
}

/** How many descriptors a process has open; 0 if we may not know. */
export async function countDescriptors(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  // Linux 6.2 and later tell the number as the folder's size; before, it is 0.
  const size = statSync(folder, { throwIfNoEntry: false })?.size ?? 0;
  return size > 0
    ? size
    : readdir(folder).then(
        ({ length }) => length,
        () => 0,
      );
}

function readStat(pid: number): ProcessStat | undefined {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/stat`, 'r');
    return parseStat(pid, LINE.toString('latin1', 0, readSync(file, LINE, 0, LINE.length, 0)));
  } catch {
    // It ended in this moment.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

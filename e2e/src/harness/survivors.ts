import { setImmediate as nextTurn } from 'node:timers/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export { survivorsOf } from '@switchyard/testing';

/** The pids of what watches over the servers of a run. */
export function guardiansOf(runId: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && cmdlineOf(pid).includes(`switchyard-guardian\0${runId}\0`))
    .map(Number);
}

/** Resolves when no guardian of a gateway's run is left. */
export async function guardianGone(runId: string): Promise<void> {
  while (guardiansOf(runId).length > 0) await nextTurn();
}

function cmdlineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended, or is somebody else's.
    return '';
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The processes that carry the marker of a run: pid and command line. Only Linux can tell; zombies have no marker. */
export function survivorsOf(runId: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'environ').includes(`SWITCHYARD_RUN_ID=${runId}\0`))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`);
}

/** The pids of what watches over the servers of a run. */
export function guardiansOf(runId: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'cmdline').includes(`switchyard-guardian\0${runId}\0`))
    .map(Number);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

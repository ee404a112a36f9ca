import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The processes that carry the marker of a run: pid and command line. Only Linux can tell; zombies have no marker. */
export function survivorsOf(runId: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'environ').includes(`SWITCHYARD_RUN_ID=${runId}\0`))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

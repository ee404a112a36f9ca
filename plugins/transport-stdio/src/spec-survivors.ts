import { readdirSync, readFileSync } from 'node:fs';

/** The processes of a run, by the marker in their environment: what `ps` would show of them. Zombies have none. */
export function survivorsOf(runId: string): string[] {
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

import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/** A socket of /proc/net/tcp that listens (include/net/tcp_states.h). */
const LISTENING = '0A';
/** On a machine with more processes than this, looking through all of them would hold up the answer. */
const MAX_PROCESSES = 5_000;

/**
 * Who listens on a port of this machine: `pid 4711 (switchyard)`. Undefined where the system does not tell: it is not
 * Linux, or the process is somebody else's. Of the command line nothing but the program is told: arguments may be secrets.
 */
export async function portOwner(port: number): Promise<string | undefined> {
  try {
    const inodes = await listeners(port);
    if (inodes.size === 0) return undefined;
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids.slice(0, MAX_PROCESSES)) {
      if (await holds(pid, inodes)) return `pid ${pid} (${await programOf(pid)})`;
    }
  } catch {
    // There is no /proc here.
  }
  return undefined;
}

/** The sockets that listen on a port, as /proc/<pid>/fd names them. */
async function listeners(port: number): Promise<ReadonlySet<string>> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'latin1').catch(() => '')),
  );
  const rows = tables.flatMap((text) => text.split('\n').map((line) => line.trim().split(/\s+/)));
  return new Set(
    rows
      .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${hex}`))
      .map((row) => `socket:[${row[9]}]`),
  );
}

async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const fd of await readdir(folder).catch(() => [])) {
    if (sockets.has(await readlink(`${folder}/${fd}`).catch(() => ''))) return true;
  }
  return false;
}

async function programOf(pid: string): Promise<string> {
  const [, script = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  if (/^switchyard(\.js)?$/.test(basename(script))) return 'switchyard';
  return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
}

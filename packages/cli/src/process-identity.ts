import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Which process, so that a later one with the same number is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Linux: its start in clock ticks since the machine started. Elsewhere unknown, and the number alone decides. */
  readonly started?: string;
}

/** The process that owns a state directory, by the lock in it; undefined if there is none to be read. */
export async function ownerOf(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    const { owner } = JSON.parse(await readFile(path.join(folder, 'lock'), 'utf8')) as {
      readonly owner?: ProcessIdentity;
    };
    return owner;
  } catch {
    return undefined;
  }
}

/** Whether the instance that left its number in a state directory runs: by the lock there, if that is its own. */
export async function instanceRuns(folder: string, pid: number): Promise<boolean> {
  const owner = await ownerOf(folder);
  return isRunning(owner?.pid === pid ? owner : { pid });
}

/** Whether that very process still runs. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statusOf(pid);
  if (now === undefined) return true;
  // A zombie answers to its number until its parent looks.
  if (now.state === 'Z' || now.state === 'X') return false;
  return started === undefined || started === now.started;
}

/** State and start time by /proc/<pid>/stat (proc(5), fields 3 and 22); undefined where there is no /proc. */
function statusOf(pid: number): { readonly state: string; readonly started: string } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // Field 2 is the program's name in parentheses, and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

import { readFileSync } from 'node:fs';

/** Which process, so that a later one with the same number is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Linux: its start in clock ticks since the machine started. Elsewhere unknown, and the number alone decides. */
  readonly started?: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  const now = statusOf(process.pid);
  return now === undefined ? { pid: process.pid } : { pid: process.pid, started: now.started };
}

/** Whether that very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !hasProcess(pid)) return false;
  const now = statusOf(pid);
  if (now === undefined) return true;
  // A zombie answers to its number until its parent looks, which under some container inits is never.
  if (now.state === 'Z' || now.state === 'X') return false;
  return started === undefined || started === now.started;
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** State and start time of a process by /proc/<pid>/stat (proc(5), fields 3 and 22); undefined where there is no /proc. */
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

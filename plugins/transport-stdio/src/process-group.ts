import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/**
 * A server and all that it started, but for what left the group by itself (`setsid`). The server leads its group: the
 * group's id is its pid.
 */
export class ProcessGroup {
  readonly #id: number;
  /** `gone` is for ever: the number may belong to somebody else by now, and is not touched again. */
  #phase: 'led' | 'orphaned' | 'gone' = 'led';

  constructor(leader: number) {
    this.#id = leader;
  }

  /** To be called when the leader's exit is seen, and not later: that is when its number can be used anew. */
  leaderExited(): void {
    this.#phase = exists(this.#id) ? 'orphaned' : 'gone';
  }

  /** Sends a signal to all that is left of the group. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#phase === 'gone') return;
    if (process.platform === 'win32') {
      endTree(this.#id, name);
      return;
    }
    try {
      process.kill(-this.#id, name);
    } catch {
      // It ended in this moment; whoever asks `alive` next finds out.
    }
  }

  /** Whether anything of the group is running. */
  async alive(): Promise<boolean> {
    if (this.#phase === 'orphaned' && !(exists(this.#id) && (await hasRunningMember(this.#id))))
      this.#phase = 'gone';
    return this.#phase !== 'gone';
  }
}

/** Whether the group has members, dead ones that nobody has waited for included. Windows has no groups to ask. */
function exists(group: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether a member is more than a zombie. In a container whose first process waits for nobody, orphans that were
 * killed stay in the process table for ever, and their group with them.
 */
async function hasRunningMember(group: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // "pid (name) state ppid pgrp …": the name may hold anything, parentheses and spaces included.
    const [state = '', , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pgrp) === group && state !== '' && !'ZX'.includes(state)) return true;
  }
  return false;
}

function endTree(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  const force = name === 'SIGKILL' ? ['/F'] : [];
  const killer = spawn('taskkill', ['/PID', String(pid), '/T', ...force], {
    stdio: 'ignore',
    windowsHide: true,
  });
  killer.on('error', () => {});
}

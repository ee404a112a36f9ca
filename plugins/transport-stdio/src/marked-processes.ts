import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Clock, Log } from '@switchyard/plugin-api';
import { pause } from './pause.ts';

/** The variable in which a server, and all that it starts, has its mark. */
export const MARK_VARIABLE = 'SWITCHYARD_PROCESS';
const MARK = new RegExp(`(?:^|\\0)${MARK_VARIABLE}=([^\\0]+)`);

/** How long a signal is given, and how often is looked. Milliseconds. */
const STEP_MS = 2_000;
const LOOK_MS = 20;
/** The last twice: what is killed may have started something in this moment. */
const SIGNALS = ['SIGTERM', 'SIGKILL', 'SIGKILL'] as const;
/** How many processes are looked at at once. */
const AT_ONCE = 32;

/**
 * Ends what left the group of a server that has ended (`setsid`), by the mark in its environment: SIGTERM, then SIGKILL.
 * Only Linux shows environments, and whoever clears its own is not found. Never rejects.
 */
export async function endMarked(mark: string, clock: Clock, log: Log): Promise<void> {
  for (const signal of SIGNALS) {
    const pids = (await look()).get(mark) ?? [];
    if (pids.length === 0) return;
    log.info('what left the group of a server is ended', { pids, signal });
    // A number may have been given anew since it was seen.
    for (const pid of pids) if (isMarked(pid, mark)) send(pid, signal);
    const deadline = clock.now() + STEP_MS;
    while (clock.now() < deadline && pids.some((pid) => isMarked(pid, mark))) await pause(clock, LOOK_MS);
  }
}

type Marks = ReadonlyMap<string, readonly number[]>;

let looking: Promise<Marks> | undefined;
let following: Promise<Marks> | undefined;

/** Looks at all processes once, for however many ask; not for those that ask while it is looking already. */
function look(): Promise<Marks> {
  if (looking) {
    following ??= looking.then(() => {
      following = undefined;
      return look();
    });
    return following;
  }
  looking = marks().finally(() => (looking = undefined));
  return looking;
}

async function marks(): Promise<Marks> {
  const found = new Map<string, number[]>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const worker = async () => {
    for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      const mark = MARK.exec(environment)?.[1];
      if (mark !== undefined) found.set(mark, [...(found.get(mark) ?? []), pid]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}

/** A process that ended has no environment, whoever waits for it. */
function isMarked(pid: number, mark: string): boolean {
  try {
    return MARK.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1] === mark;
  } catch {
    return false;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this moment.
  }
}

import { readFileSync } from 'node:fs';
import type { Clock, Log } from '@switchyard/plugin-api';
import { pause } from './pause.ts';
import type { ProcessStat } from './usage/process-stat.ts';
import { readProcesses } from './usage/read-processes.ts';
import { beginSlices } from './usage/slices.ts';

/** The variable in which a server, and all that it starts, has its mark. */
export const MARK_VARIABLE = 'SWITCHYARD_PROCESS';
const MARK = new RegExp(`(?:^|\\0)${MARK_VARIABLE}=([^\\0]+)`);

/** How often is looked, in milliseconds. */
const LOOK_MS = 20;
/**
 * What is sent, and how long it is given in milliseconds. Not long for the first: its server had its own time to end
 * before. The last twice: what is killed may have started something in this moment.
 */
const STEPS = [
  { signal: 'SIGTERM', ms: 500 },
  { signal: 'SIGKILL', ms: 2_000 },
  { signal: 'SIGKILL', ms: 2_000 },
] as const;
/** How long the other servers wait for a look at all processes, at a time. */
const SLICE_MS = 2;

/**
 * Ends what left the group of a server that has ended (`setsid`), by the mark in its environment: SIGTERM, then SIGKILL.
 * Only Linux shows environments, and whoever clears its own is not found. Never rejects.
 */
export async function endMarked(mark: string, clock: Clock, log: Log): Promise<void> {
  for (const { signal, ms } of STEPS) {
    const pids = (await look(clock)).get(mark) ?? [];
    if (pids.length === 0) return;
    log.info('what left the group of a server is ended', { pids, signal });
    // A number may have been given anew since it was seen.
    for (const pid of pids) if (markOf(pid) === mark) send(pid, signal);
    const deadline = clock.now() + ms;
    while (clock.now() < deadline && pids.some((pid) => markOf(pid) === mark)) await pause(clock, LOOK_MS);
  }
}

type Marks = ReadonlyMap<string, readonly number[]>;

let looking: Promise<Marks> | undefined;
let following: Promise<Marks> | undefined;

/** Looks at all processes once, for however many ask; not for those that ask while it is looking already. */
function look(clock: Clock): Promise<Marks> {
  if (looking) {
    following ??= looking.then(() => {
      following = undefined;
      return look(clock);
    });
    return following;
  }
  looking = marks(clock).finally(() => (looking = undefined));
  return looking;
}

/** Only of processes that are younger than this one: to read an environment costs more than to read an age. */
async function marks(clock: Clock): Promise<Marks> {
  const found = new Map<string, number[]>();
  const slices = beginSlices(clock, SLICE_MS);
  // There is no /proc but on Linux, and no descriptor to read it with where all are in use.
  const processes = await readProcesses(slices).catch(() => new Map<number, ProcessStat>());
  const since = processes.get(process.pid)?.startedAt ?? 0;
  for (const { pid, startedAt } of processes.values()) {
    if (slices.isOver()) await slices.next();
    const mark = startedAt < since ? undefined : markOf(pid);
    if (mark !== undefined) found.set(mark, [...(found.get(mark) ?? []), pid]);
  }
  return found;
}

/** Of a process that ended there is none, even if nobody has waited for it. */
function markOf(pid: number): string | undefined {
  try {
    return MARK.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this moment.
  }
}

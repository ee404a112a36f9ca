import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Clock, Log } from '@switchyard/plugin-api';
import { pause } from './pause.ts';

/** How long an orphan has between SIGTERM and SIGKILL, and how often is looked. Milliseconds. */
const GRACE_MS = 2_000;
const LOOK_MS = 100;

/** The variable by which a process says whose server it is, or was started by. */
export const GATEWAY_VARIABLE = 'SWITCHYARD_GATEWAY';
const MARKER = new RegExp(`(?:^|\\0)${GATEWAY_VARIABLE}=([^\\0]+)`);
const SERVER = /(?:^|\0)SWITCHYARD_SERVER=([^\0]+)/;

/** A process of a gateway that is gone. */
interface Orphan {
  readonly pid: number;
  readonly startedAt: string;
  readonly server: string;
}

/**
 * This process as its servers name it: namespace of processes, pid, start time. Undefined where nobody could read it
 * again: only Linux shows environments.
 */
export async function gatewayMarker(): Promise<string | undefined> {
  const startedAt = await startTime(process.pid);
  const namespace = await pidNamespace();
  return startedAt === undefined || namespace === undefined
    ? undefined
    : `${namespace}:${process.pid}:${startedAt}`;
}

/**
 * Ends what gateways left behind that ended without their guardian: SIGTERM, then SIGKILL. A process without the marker
 * is never touched, nor one whose gateway lives or is in another container, nor any that this one descends from.
 */
export async function endOrphans(clock: Clock, log: Log): Promise<void> {
  const orphans = await findOrphans();
  for (const { pid, server } of orphans) {
    log.warn('a server of a gateway that is gone is ended', { pid, server });
    signal(pid, 'SIGTERM');
  }
  const deadline = clock.now() + GRACE_MS;
  let left = orphans;
  while (left.length > 0 && clock.now() < deadline) {
    await pause(clock, LOOK_MS);
    left = await stillThere(left);
  }
  for (const { pid } of left) signal(pid, 'SIGKILL');
}

async function findOrphans(): Promise<readonly Orphan[]> {
  const namespace = await pidNamespace();
  if (namespace === undefined) return [];
  const spared = await ancestors();
  const orphans: Orphan[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || spared.has(pid)) continue;
    const environment = await read(`/proc/${pid}/environ`);
    const [place, gateway, gatewayStart] = MARKER.exec(environment)?.[1]?.split(':') ?? [];
    if (place !== namespace || gatewayStart === undefined) continue;
    // A number that was given anew has another start time.
    if ((await startTime(Number(gateway))) === gatewayStart) continue;
    const startedAt = await startTime(pid);
    if (startedAt !== undefined)
      orphans.push({ pid, startedAt, server: SERVER.exec(environment)?.[1] ?? 'unknown' });
  }
  return orphans;
}

async function stillThere(orphans: readonly Orphan[]): Promise<readonly Orphan[]> {
  const seen = await Promise.all(orphans.map(({ pid }) => startTime(pid)));
  return orphans.filter(({ startedAt }, index) => seen[index] === startedAt);
}

/** This process and all that it descends from. */
async function ancestors(): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let pid = process.pid; pid > 0 && !found.has(pid);) {
    found.add(pid);
    pid = Number((await statOf(pid))[1] ?? 0);
  }
  return found;
}

/** In ticks since the machine started; undefined of a process that is not, or is a zombie. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await statOf(pid);
  return stat[0] === undefined || 'ZX'.includes(stat[0]) ? undefined : stat[19];
}

/** What stands behind the name, which may hold anything: state, parent, group … */
async function statOf(pid: number): Promise<readonly string[]> {
  const stat = await read(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function pidNamespace(): Promise<string | undefined> {
  const link = await readlink('/proc/self/ns/pid').catch(() => undefined);
  return /\d+/.exec(link ?? '')?.[0];
}

function read(file: string): Promise<string> {
  return readFile(file, 'latin1').catch(() => '');
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in this moment.
  }
}

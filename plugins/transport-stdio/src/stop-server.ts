import { MessageChannel } from 'node:worker_threads';
import type { Clock, Log } from '@switchyard/plugin-api';
import { endMarked } from './marked-processes.ts';
import { pause, settlesWithin } from './pause.ts';
import { PACE_OF_THE_UNWANTED, readPaced } from './read-paced.ts';
import type { ServerProcess } from './server-process.ts';

/** How long each step is given before the next, in milliseconds (2025-11-25, lifecycle, shutdown of stdio). */
const STEP_MS = 2000;
/** How soon is looked for the rest of a group, and how rarely at last: nobody tells when it ends, as it is not our child. */
const LOOK_MS = { first: 10, last: 500 };

/**
 * Ends a server and its group: the end of its stdin, then SIGTERM, then SIGKILL, each only if something is left; then
 * what left its group, if it can be found. Resolves when nothing is left; never rejects. A process that even SIGKILL does not end (it hangs in the kernel) is waited
 * for, with a warning: to say that it is gone would be untrue.
 */
export async function stopServer(
  server: ServerProcess,
  endInput: () => void,
  clock: Clock,
  log: Log,
): Promise<void> {
  const { child } = server;
  const release = keepAlive();
  // Whoever listened has gone; a server that is blocked in writing its last words could not end by itself.
  child.stdout.removeAllListeners('data');
  readPaced(child.stdout, clock, () => {}, PACE_OF_THE_UNWANTED);
  child.stderr.resume();
  try {
    await endGroup(server, endInput, clock, log);
    await endMarked(server.mark, clock, log);
  } finally {
    // What is not found may hold the other ends of the pipes for ever.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
    release();
  }
}

async function endGroup(server: ServerProcess, endInput: () => void, clock: Clock, log: Log): Promise<void> {
  const { child, group } = server;
  if (!(await group.alive())) return;
  if (child.exitCode === null && child.signalCode === null) {
    endInput();
    if (await goneWithin(STEP_MS, server, clock)) return;
  }
  group.signal('SIGTERM');
  if (await goneWithin(STEP_MS, server, clock)) return;
  group.signal('SIGKILL');
  if (await goneWithin(STEP_MS, server, clock)) return;
  log.warn('still there after SIGKILL', { pid: server.pid });
  while (!(await goneWithin(STEP_MS, server, clock))) group.signal('SIGKILL');
}

async function goneWithin(ms: number, server: ServerProcess, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + ms;
  if (!(await settlesWithin(clock, ms, server.exited))) return false;
  for (let look = LOOK_MS.first; await server.group.alive(); look = Math.min(look * 2, LOOK_MS.last)) {
    const left = deadline - clock.now();
    if (left <= 0) return false;
    await pause(clock, Math.min(look, left));
  }
  return true;
}

/**
 * Keeps this process from ending meanwhile. Timers of the clock do not, and once the server itself has exited nothing
 * else might: the rest of its group would survive a gateway that thinks it is done.
 */
function keepAlive(): () => void {
  const { port1 } = new MessageChannel();
  port1.ref();
  return () => port1.close();
}

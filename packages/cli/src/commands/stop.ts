import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { GlobalFlags } from '../flags.ts';
import { isRunning, ownerOf } from '../process-identity.ts';
import { findInstance } from '../running.ts';
import type { Terminal } from '../terminal.ts';

/** Calls under way have 10 s, then servers that hang are ended by force. */
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Stops the instance that serves the configuration, and waits until it is gone.
 * @throws NOT_RUNNING, STOP_UNFINISHED.
 */
export async function stop(
  flags: GlobalFlags,
  terminal: Terminal,
  patienceMs = PATIENCE_MS,
): Promise<number> {
  const { config, folder, instance } = await findInstance(flags, terminal);
  const { pid } = instance;
  const owner = await ownerOf(folder);
  // A number is soon given to somebody else: who is not known to be ours is not stopped.
  if (owner?.pid !== pid)
    throw new SwitchyardError('NOT_RUNNING', { config }, { why: `pid ${pid} does not hold ${folder}` });

  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + patienceMs;
  while (isRunning(owner)) {
    if (performance.now() > deadline)
      throw new SwitchyardError('STOP_UNFINISHED', { pid, seconds: patienceMs / 1000 });
    await pause(LOOK_EVERY_MS);
  }
  if (flags.json) terminal.print(JSON.stringify({ stopped: pid }));
  else terminal.tell(`${terminal.err.paint.green('✓')} stopped  pid ${pid}`);
  return 0;
}

import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/plugin-api';
import { configurationFile } from '../configuration-file.ts';
import type { DetachedGateway } from '../detached-gateway.ts';
import type { GlobalFlags } from '../flags.ts';
import { connectInstance } from '../local-instance.ts';
import { instanceRuns } from '../process-identity.ts';
import { relay } from '../relay.ts';
import { stateFolder } from '../running.ts';
import type { Terminal } from '../terminal.ts';

/** Longer than a plugin may take to be set up: then its own error is what is told. */
const START_MS = 30_000;
const LOOK_EVERY_MS = 25;
/** Whoever has the state directory is about to listen, or about to go. */
const TAKEN_MS = 500;

/**
 * Speaks MCP on stdin and stdout, for clients that start a server as a process: relays bytes to the instance that
 * serves the configuration, which is started if there is none. Nothing else is ever written to stdout.
 * @throws GATEWAY_LOST, START_FAILED, NOT_RUNNING, and whatever `serve` fails with.
 */
export async function stdio(flags: GlobalFlags, terminal: Terminal): Promise<number> {
  const { folder } = stateFolder(flags, terminal);
  const socket =
    (await existing(folder)) ?? (await started(folder, configurationFile(flags, terminal), terminal.env));
  const end = await relay(socket, terminal);
  if (end.by === 'gateway') throw new SwitchyardError('GATEWAY_LOST', { reason: end.reason });
  return 0;
}

/** Several clients may come here at once: who gets the state directory serves, the others connect to that one. */
async function started(folder: string, configuration: string, env: NodeJS.ProcessEnv): Promise<Socket> {
  // Seldom needed: the second client finds a gateway that runs.
  const { startDetached } = await import('../detached-gateway.ts');
  const giveUpAt = performance.now() + START_MS;
  for (;;) {
    const gateway = startDetached({ configuration, folder, env });
    try {
      const socket = await whenListening(folder, gateway, giveUpAt);
      if (socket) return socket;
    } finally {
      gateway.letGo();
    }
    if (performance.now() < giveUpAt) continue;
    const reason = `nobody listens after ${START_MS / 1000} s`;
    throw new SwitchyardError('START_FAILED', { config: configuration, reason });
  }
}

/**
 * Looks until somebody listens, ours or another. Undefined: nobody does in the time, or ours found the state directory
 * taken by one that is on its way out, for it does not listen.
 */
async function whenListening(
  folder: string,
  gateway: DetachedGateway,
  giveUpAt: number,
): Promise<Socket | undefined> {
  let until = giveUpAt;
  do {
    const socket = await existing(folder);
    if (socket) return socket;
    if (gateway.end?.kind === 'failed') throw gateway.end.error;
    if (gateway.end?.kind === 'taken') until = Math.min(until, performance.now() + TAKEN_MS);
    await pause(LOOK_EVERY_MS);
  } while (performance.now() < until);
  return undefined;
}

/** @throws NOT_RUNNING if the one that runs has no such door. */
async function existing(folder: string): Promise<Socket | undefined> {
  const found = await connectInstance(folder);
  if (found.kind === 'connected') return found.socket;
  if (found.kind === 'closed' && (await instanceRuns(folder, found.pid))) {
    const why = `the one that runs (pid ${found.pid}) has no door for clients on stdin and stdout`;
    throw new SwitchyardError('NOT_RUNNING', { config: folder }, { why });
  }
  return undefined;
}

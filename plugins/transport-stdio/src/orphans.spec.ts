import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Log } from '@switchyard/plugin-api';
import { endOrphans, GATEWAY_VARIABLE, gatewayMarker } from './orphans.ts';
import { realClock } from './spec-clock.ts';

const FIXTURES = new URL('fixtures', import.meta.url).pathname;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function serverOf(gateway: string, script = 'sleeper.mjs'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: FIXTURES,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], [GATEWAY_VARIABLE]: gateway, SWITCHYARD_SERVER: 'left-behind' },
  });
  started.push(child);
  if (script === 'stubborn.mjs') await once(child.stdout, 'data');
  else await once(child, 'spawn');
  return child;
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

describe('orphans', () => {
  it('are ended when their gateway is gone, by SIGKILL if they ignore SIGTERM, and each is told', async () => {
    const marker = (await gatewayMarker())!;
    const [namespace, pid] = marker.split(':');
    const lines: unknown[] = [];
    const keep = (line: string, fields?: unknown) => void lines.push({ line, fields });
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
    // The number of a process that lives, with the start time of one that does not: it was given anew.
    const gone = await serverOf(`${namespace}:${pid}:1`, 'stubborn.mjs');
    const kept = await serverOf(marker);
    const elsewhere = await serverOf(`1:${pid}:1`);
    const nonsense = await serverOf('what is this');
    const exit = once(gone, 'exit');
    await endOrphans(realClock(10), log);
    expect((await exit)[1]).toBe('SIGKILL');
    expect(lines).toEqual([
      {
        line: 'a server of a gateway that is gone is ended',
        fields: { pid: gone.pid, server: 'left-behind' },
      },
    ]);
    expect([kept, elsewhere, nonsense].map(isRunning)).toEqual([true, true, true]);
  });
});

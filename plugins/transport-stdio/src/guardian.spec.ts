import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Log } from '@switchyard/plugin-api';
import { Guardian } from './guardian.ts';
import { survivorsOf } from './spec-survivors.ts';

const FIXTURES = new URL('fixtures', import.meta.url).pathname;
let runs = 0;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function guarded() {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  return { guardian: new Guardian(log), lines, runId: `guardian-${process.pid}-${(runs += 1)}` };
}

/** A process that leads a group of its own and carries the marker, once it has said something. */
async function leader(runId: string, command: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(command, args, {
    cwd: FIXTURES,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], SWITCHYARD_RUN_ID: runId },
  });
  started.push(child);
  await once(child.stdout!, 'data');
  return child;
}

const ended = (child: ChildProcess) =>
  child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();

describe('the guardian', () => {
  it('ends a group whose gateway is gone, though it ignores SIGTERM and hides behind a shell', async () => {
    const { guardian, runId } = guarded();
    const stubborn = await leader(runId, process.execPath, 'stubborn.mjs');
    const shell = await leader(runId, 'sh', '-c', `"${process.execPath}" stubborn.mjs; true`);
    expect(survivorsOf(runId)).toHaveLength(3);
    guardian.watch(stubborn.pid!, runId);
    guardian.watch(shell.pid!, runId);
    // The end of its input is what it sees of a gateway that is killed.
    await guardian.close();
    await Promise.all([ended(stubborn), ended(shell)]);
    expect(survivorsOf(runId)).toEqual([]);
  });

  it('ends what left its group, by the marker, and nothing that has another', async () => {
    const { guardian, runId } = guarded();
    const escaped = `const { spawn } = require('node:child_process');
      spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref(); console.log('ready');`;
    const server = await leader(runId, process.execPath, '-e', escaped);
    const release = guardian.watch(server.pid!, runId);
    await ended(server);
    release();
    const other = await leader(`${runId}-other`, process.execPath, 'stubborn.mjs');
    expect(survivorsOf(runId)).toEqual([expect.stringContaining('sleep 1000')]);
    await guardian.close();
    expect(survivorsOf(runId)).toEqual([]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  it('leaves a group alone of which it was told that it is gone', async () => {
    const { guardian, runId } = guarded();
    const first = await leader(runId, process.execPath, 'stubborn.mjs');
    // Without the marker nothing but the list of groups could end it.
    const second = await leader('', process.execPath, 'stubborn.mjs');
    guardian.watch(first.pid!, runId);
    const release = guardian.watch(second.pid!, runId);
    release();
    await guardian.close();
    await ended(first);
    expect(second.exitCode ?? second.signalCode).toBeNull();
  });

  it('is started again with all groups when somebody ends it', async () => {
    const { guardian, lines, runId } = guarded();
    const server = await leader(runId, process.execPath, 'stubborn.mjs');
    guardian.watch(server.pid!, runId);
    process.kill(guardian.pid!, 'SIGKILL');
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await guardian.close();
    await ended(server);
    expect(survivorsOf(runId)).toEqual([]);
  });

  it('costs nothing where no server was started', async () => {
    const { guardian } = guarded();
    expect(guardian.pid).toBeUndefined();
    await guardian.close();
  });
});

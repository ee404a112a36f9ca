import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { recordedTerminal } from '../spec-terminal.ts';
import { stop } from './stop.ts';

/** Runs a Node program until it prints something, as the one that serves from a folder. */
async function instance(program: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'switchyard-stop-'));
  const child = spawn(process.execPath, ['-e', `${program}; setInterval(() => {}, 1e6); console.log('up')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const { pid } = child;
  await writeFile(path.join(folder, 'instance.json'), JSON.stringify({ pid, endpoints: [] }));
  await writeFile(path.join(folder, 'lock'), JSON.stringify({ owner: { pid } }));
  return {
    pid,
    folder,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}

describe('stop', () => {
  it('waits until the one that serves is gone', async () => {
    await using running = await instance('');
    const terminal = recordedTerminal();
    expect(await stop({ stateDir: running.folder, json: true }, terminal)).toBe(0);
    expect(terminal.printed).toEqual([JSON.stringify({ stopped: running.pid })]);
  });

  it('says so when it does not go, and kills nobody', async () => {
    await using running = await instance("process.on('SIGTERM', () => {})");
    await expect(stop({ stateDir: running.folder }, recordedTerminal(), 100)).rejects.toMatchObject({
      code: 'STOP_UNFINISHED',
      message: `pid ${running.pid} was told to stop and still runs after 0.1 s`,
      remedy: `look again later (switchyard status), or end it: kill -9 ${running.pid}`,
    });
    expect(process.kill(running.pid!, 0)).toBe(true);
  });
});

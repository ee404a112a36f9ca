import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { shellEnvironment } from './harness/environment.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { BIN, fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';
import { survivorsOf } from './harness/survivors.ts';
import { afterThisTest } from './harness/undo.ts';
import { within } from './harness/within.ts';

/** A bound for what takes no time of its own. */
const SOON_MS = 20_000;

describe('a gateway that is told to stop', () => {
  it('lets the call under way be answered, takes no new one, and ends', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'executed.log');
    const slow = {
      command: process.execPath,
      args: [fixture('recorder.mjs')],
      env: { NAME: 'slow', LOG: log },
    };
    const gateway = await serve({ mcpServers: { slow } }, { folder });
    await gateway.phase('slow', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const underWay = callTool(session, 1, 'slow__hold', { nonce: 'last' });
    await written(log, 'executed last');
    const { pid } = await gateway.server('slow');

    const stopped = gateway.stop();
    let refused;
    for (let id = 2; refused === undefined; id += 1) {
      const answer = await session.post(
        requestText(id, 'tools/call', { name: 'slow__record', arguments: {} }),
      );
      if (answer.status !== 200) refused = answer;
    }
    expect(refused.status).toBe(503);
    expect(parse(refused)).toMatchObject([
      { error: { data: { code: 'SWY-E706', executed: 'no', retryable: true } } },
    ]);
    // Only now, when the gateway is certainly stopping, is the call answered.
    process.kill(pid!, 'SIGUSR2');
    expect((await underWay).result?.content?.[0]?.text).toBe('last at slow');
    await stopped;
    expect((await linesOf(log))[0]).toBe('executed last');
  });

  it('a second time ends at once, and leaves nothing of a server that will not end', async () => {
    const folder = await temporaryFolder();
    const stateDir = path.join(folder, 'state');
    const file = path.join(folder, 'switchyard.jsonc');
    const stubborn = { command: process.execPath, args: [fixture('stubborn.mjs')] };
    await writeFile(file, JSON.stringify({ mcpServers: { stubborn } }));
    const args = [BIN, 'serve', '--config', file, '--port', '0', '--state-dir', stateDir];
    const gateway = spawn(process.execPath, args, {
      env: shellEnvironment(folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    afterThisTest(async () => void gateway.kill('SIGKILL'));
    let stderr = '';
    let heard = () => {};
    gateway.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      heard();
    });
    const said = async (words: string) => {
      while (!stderr.includes(words)) await new Promise<void>((resolve) => (heard = resolve));
    };
    const exited = once(gateway, 'exit');
    await within(SOON_MS, () => stderr, said('Ctrl+C stops it'));
    const { runId } = JSON.parse(await readFile(path.join(stateDir, 'instance.json'), 'utf8')) as {
      runId: string;
    };
    afterThisTest(async () => {
      for (const survivor of survivorsOf(runId)) process.kill(Number.parseInt(survivor), 'SIGKILL');
    });
    // The server and its child, where they can be seen.
    expect(survivorsOf(runId)).toHaveLength(process.platform === 'linux' ? 2 : 0);

    gateway.kill('SIGINT');
    await within(SOON_MS, () => stderr, said('again to stop at once'));
    gateway.kill('SIGINT');
    expect(await within(SOON_MS, () => stderr, exited)).toEqual([null, 'SIGINT']);
    const gone = async () => {
      while (survivorsOf(runId).length > 0) await nextTurn();
    };
    await within(SOON_MS, () => survivorsOf(runId).join('\n'), gone());
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { shellEnvironment } from './harness/environment.ts';
import { figure } from './harness/figure.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { BIN, fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';
import { guardianGone, survivorsOf } from './harness/survivors.ts';
import { afterThisTest } from './harness/undo.ts';
import { within } from './harness/within.ts';

/** A bound for what takes no time of its own. */
const SOON_MS = 60_000;
/** The gateway's own waits are so many times shorter: the 10 s of calls under way are five. */
const SCALE = 2;
/** What is promised of every stop, whatever hangs (docs/architecture.md). */
const STOP_S = 15;

const loaded = (...args: string[]) => ({
  command: process.execPath,
  args: [fixture('loaded.mjs'), ...args],
  // Nothing but the stop ends a call.
  timeout: '10m',
});

/** Opens a session's own stream, and reads nothing of it. */
async function unreadStream(url: string, session: string): Promise<void> {
  const headers = {
    accept: 'text/event-stream',
    'mcp-session-id': session,
    'mcp-protocol-version': '2025-11-25',
  };
  const asked = get(url, { headers });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.pause();
  // It is cut in the end.
  response.on('error', () => {});
  afterThisTest(async () => void asked.destroy());
}

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

  it('F66: with 200 calls fast, slow and hung: /readyz says so at once, all are answered, in the time there is', async () => {
    const gateway = await serve(
      {
        mcpServers: {
          ...Object.fromEntries(['a', 'b', 'c'].map((name) => [name, loaded()])),
          stubborn: loaded('--stubborn'),
        },
      },
      { env: { SWITCHYARD_TIME_SCALE: String(SCALE) } },
    );
    for (const name of ['a', 'b', 'c', 'stubborn']) await gateway.phase(name, 'ready');
    const sessions = await Promise.all(
      Array.from({ length: 20 }, (_, n) => openSession(gateway.url, `client ${n}`)),
    );
    await unreadStream(gateway.url, sessions[0]!.id);
    const call = (n: number, name: string) =>
      sessions[n % sessions.length]!.post(
        requestText(n, 'tools/call', { name, arguments: { nonce: `nonce ${n}` } }),
      );
    const hung = Array.from({ length: 100 }, (_, n) => call(n, `${n % 2 === 0 ? 'c' : 'stubborn'}__hang`));
    const slow = Array.from({ length: 60 }, (_, n) => call(100 + n, `${n % 2 === 0 ? 'a' : 'b'}__slow`));
    while ((await gateway.status()).ledger.inFlight < 160) await nextTurn();
    let nextId = 160;
    let answered = 0;
    // Each goes on until it is refused.
    const fast = sessions
      .flatMap(() => [1, 2])
      .map(async () => {
        for (;;) {
          const answer = await call((nextId += 1), 'a__fast');
          if (answer.status !== 200) return answer;
          expect(parse(answer).at(-1)).toHaveProperty('result');
          answered += 1;
        }
      });
    const pids = await Promise.all(['a', 'b'].map(async (name) => (await gateway.server(name)).pid!));
    while (answered < fast.length) await nextTurn();

    process.kill(gateway.pid, 'SIGTERM');
    const signalledAt = performance.now();
    let ready = 200;
    while (ready === 200) ready = (await fetch(new URL('/readyz', gateway.admin.url))).status;
    expect(ready).toBe(503);
    figure('from SIGTERM to 503 of /readyz, 40 clients busy', performance.now() - signalledAt, 'ms');
    // Only now, when the gateway is certainly stopping, are they answered.
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    for (const answer of await Promise.all(fast)) {
      expect(answer.status).toBe(503);
      expect(parse(answer)).toMatchObject([{ error: { data: { code: 'SWY-E706', executed: 'no' } } }]);
    }
    for (const answer of await Promise.all(slow)) expect(parse(answer).at(-1)).toHaveProperty('result');
    for (const answer of await Promise.all(hung)) {
      expect(parse(answer).at(-1)).toMatchObject({
        error: { data: { code: 'SWY-E705', executed: 'unknown', retryable: false } },
      });
    }
    const { code } = await within(SOON_MS, 'end of the gateway', gateway.ended);
    const seconds = (performance.now() - signalledAt) / 1000;
    figure('from SIGTERM to the end, calls hung, scaled', seconds, 's');
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(STOP_S);
    // What is true after every stop.
    await gateway.stop();
  });

  it('F66: with all that can hang at once it ends all the same, and says what hung', async () => {
    const gateway = await serve(
      { mcpServers: { stubborn: loaded('--stubborn') }, plugins: [fixture('plugins/never-undone.mjs')] },
      { env: { SWITCHYARD_TIME_SCALE: String(SCALE) } },
    );
    await gateway.phase('stubborn', 'ready');
    const session = await openSession(gateway.url, 'ada');
    await unreadStream(gateway.url, session.id);
    const hung = callTool(session, 1, 'stubborn__hang', { nonce: 'one' });
    while ((await gateway.status()).ledger.inFlight === 0) await nextTurn();
    process.kill(gateway.pid, 'SIGINT');
    const signalledAt = performance.now();
    expect((await hung).error?.data).toMatchObject({ executed: 'unknown' });
    expect(await within(SOON_MS, 'end of the gateway', gateway.ended)).toEqual({ code: 1, signal: null });
    expect((performance.now() - signalledAt) / 1000).toBeLessThan(STOP_S);
    expect(gateway.stderr()).toMatch(/SWY-E13[12].*never-undone/s);
    expect(survivorsOf(gateway.runId)).toEqual([]);
    // The guardian sees the end of a gateway that had no time to dismiss it.
    await within(SOON_MS, 'end of the guardian', guardianGone(gateway.runId));
    await gateway.kill();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'a second time ends at once, and leaves nothing of a server that will not end: %s',
    async (signal) => {
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

      gateway.kill(signal);
      await within(SOON_MS, () => stderr, said('again to stop at once'));
      gateway.kill(signal);
      expect(await within(SOON_MS, () => stderr, exited)).toEqual([null, signal]);
      const gone = async () => {
        while (survivorsOf(runId).length > 0) await nextTurn();
      };
      await within(SOON_MS, () => survivorsOf(runId).join('\n'), gone());
    },
  );
});

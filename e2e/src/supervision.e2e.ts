import { availableParallelism } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ServerPhase, ServerView } from '@switchyard/plugin-api';
import { serve, type Gateway } from './harness/gateway.ts';
import { dataOf } from './harness/graphql.ts';
import { temporaryFolder } from './harness/folder.ts';
import { written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, listAll } from './harness/rpc.ts';

const PATIENCE_MS = 60_000;

const scripted = (name: string, more: object = {}) => ({
  command: process.execPath,
  args: [fixture(`${name}.mjs`)],
  ...more,
});

/** How long a server takes to start is not what these stories are about. */
const UNHURRIED = { startupTimeout: '10m' };

/** Runs a gateway's own waits so many times faster. */
const faster = (times: number) => ({ env: { SWITCHYARD_TIME_SCALE: String(times) } });

describe('a server with an idleTimeout', () => {
  it('is closed when nobody calls it, keeps its tools, and starts with the next call', async () => {
    const gateway = await serve({ mcpServers: { typed: scripted('typed', { idleTimeout: '300ms' }) } });
    await gateway.phase('typed', 'ready');
    const { pid } = await gateway.server('typed');
    await reached(gateway, 'typed', 'idle');
    expect(isRunning(pid!)).toBe(false);
    expect(await gateway.server('typed')).toMatchObject({
      desired: 'idle',
      failures: 0,
      catalog: { tools: 2 },
    });

    const session = await openSession(gateway.url, 'ada');
    const tools = await listAll(session, 'tools/list', 'tools');
    expect(tools.map(({ name }) => name)).toEqual(['typed__add', 'typed__fail']);
    const { result } = await callTool(session, 1, 'typed__add', { left: 1, right: 2 });
    expect(result?.content?.[0]?.text).toBe('sum: 3');
    // It is unused again, and every call of a client that comes now and then is answered all the same.
    for (const right of [1, 2, 3]) {
      await reached(gateway, 'typed', 'idle');
      const again = await callTool(session, `again-${right}`, 'typed__add', { left: 1, right });
      expect(again.result?.content?.[0]?.text).toBe(`sum: ${1 + right}`);
    }
    const { transitions } = await gateway.server('typed');
    expect(new Set(transitions.map(({ event }) => event))).toEqual(
      new Set(['start', 'advanced', 'opened', 'unused', 'closed', 'wanted']),
    );
  });

  it('loses no call, whenever it comes', async () => {
    const gateway = await serve({ mcpServers: { typed: scripted('typed', { idleTimeout: '1ms' }) } });
    const session = await openSession(gateway.url, 'ada');
    await reached(gateway, 'typed', 'idle');
    for (let call = 0; call < 20; call += 1) {
      const { result } = await callTool(session, call, 'typed__add', { left: call, right: 1 });
      expect(result?.content?.[0]?.text).toBe(`sum: ${call + 1}`);
    }
  });
});

describe('a server that falls silent', () => {
  it('is degraded, and ready again as soon as it answers', async () => {
    const gateway = await serve({ mcpServers: { typed: scripted('typed', UNHURRIED) } }, faster(10));
    await gateway.phase('typed', 'ready');
    const { pid } = await gateway.server('typed');
    process.kill(pid!, 'SIGSTOP');
    await gateway.phase('typed', 'degraded');
    const { conditions, problem } = await gateway.server('typed');
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'responsive', status: 'false' }));
    expect(problem).toMatchObject({ code: 'SWY-E214' });
    process.kill(pid!, 'SIGCONT');
    await reached(gateway, 'typed', 'ready');
    expect(await gateway.server('typed')).toMatchObject({ pid, restarts: 0 });
  });

  it('is ended after two probes that it did not answer, and started anew', async () => {
    const gateway = await serve({ mcpServers: { typed: scripted('typed', UNHURRIED) } }, faster(10));
    await gateway.phase('typed', 'ready');
    const { pid } = await gateway.server('typed');
    process.kill(pid!, 'SIGSTOP');
    await gateway.phase('typed', 'degraded');
    await gateway.phase('typed', 'backoff');
    await reached(gateway, 'typed', 'ready');
    const again = await gateway.server('typed');
    expect(again).toMatchObject({ restarts: 1, failures: 0 });
    expect([again.pid === pid, isRunning(pid!)]).toEqual([false, false]);
    expect(again.transitions.filter(({ code }) => code === 'SWY-E214').map(({ to }) => to)).toEqual([
      'degraded',
      'backoff',
    ]);
    const session = await openSession(gateway.url, 'ada');
    const { result } = await callTool(session, 1, 'typed__add', { left: 1, right: 2 });
    expect(result?.content?.[0]?.text).toBe('sum: 3');
  });
});

describe('a shell that finds no such command', () => {
  it('is not asked to look again', async () => {
    const missing = { command: 'sh', args: ['-c', 'no-such-server --stdio'] };
    const gateway = await serve({ mcpServers: { missing } });
    await gateway.phase('missing', 'failed');
    expect(await gateway.server('missing')).toMatchObject({
      restarts: 0,
      problem: {
        code: 'SWY-E215',
        message: expect.stringContaining('was not found'),
        why: expect.stringContaining('no-such-server'),
      },
    });
  });
});

/** Starts that a machine like this has places for. */
const PLACES = Math.max(2, 2 * availableParallelism());

describe('servers that start together', () => {
  it(`begin ${PLACES} at once; the others say that they wait, and begin one by one`, async () => {
    const names = Array.from({ length: PLACES + 3 }, (_, n) => `late-${n}`);
    const folder = await temporaryFolder();
    const log = path.join(folder, 'late.log');
    const late = scripted('late', { env: { LATE_LOG: log } });
    const mcpServers = Object.fromEntries(names.map((name) => [name, late]));
    // Ten times slower: on a machine with much to do, places must not be given back before all is looked at.
    const gateway = await serve({ mcpServers }, { folder, ...faster(0.1) });
    const begun = async () => (await gateway.status()).servers.filter(({ pid }) => pid !== undefined);
    const negotiating = (count: number) => async () =>
      (await begun()).filter(({ phase }) => phase === 'negotiating').length === count;
    await until(negotiating(PLACES));
    const { servers } = await gateway.status();
    expect(servers.slice(PLACES).map(waitsForTurn)).toEqual([true, true, true]);
    expect((await begun()).map(({ name }) => name)).toEqual(names.slice(0, PLACES));

    // Whoever is answered first gives its place to the first that waits.
    const [first, second] = await begun();
    for (const [count, { pid, name }] of [first!, second!].entries()) {
      // Earlier than this the signal would end it.
      await written(log, String(pid));
      process.kill(pid!, 'SIGUSR2');
      await gateway.phase(name, 'ready');
      await until(negotiating(PLACES));
      expect((await begun()).map((each) => each.name)).toEqual(names.slice(0, PLACES + count + 1));
    }
  });

  it('beyond limits.maxProcesses wait for room, and start when there is some', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const gateway = await serve({
      limits: { maxProcesses: 2 },
      mcpServers: Object.fromEntries(names.map((name) => [name, scripted('typed')])),
    });
    await Promise.all([gateway.phase('one', 'ready'), gateway.phase('two', 'ready')]);
    await gateway.phase('four', 'backoff');
    expect(await gateway.server('three')).toMatchObject({
      phase: 'backoff',
      failures: 0,
      problem: { code: 'SWY-E707', remedy: expect.stringContaining('limits.maxProcesses') },
    });
    await dataOf(gateway, 'mutation { stopServer(input: { server: "one" }) { server { phase } } }');
    await gateway.phase('three', 'ready');
    expect((await gateway.server('four')).phase).toBe('backoff');
    expect((await gateway.status()).servers.filter(({ pid }) => pid !== undefined)).toHaveLength(2);
  });
});

function waitsForTurn({ phase, conditions }: ServerView): boolean {
  return phase === 'starting' && conditions.some(({ reason }) => reason === 'WaitingForTurn');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function reached(gateway: Gateway, name: string, phase: ServerPhase): Promise<void> {
  return until(async () => (await gateway.server(name)).phase === phase);
}

/** Asks again and again: of a phase that was left and is come back to no event tells apart which time it was. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not become so');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { askDirectly } from './harness/direct-peer.ts';
import type { ServeEvent } from './harness/event-log.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { figure } from './harness/figure.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { realServers } from './harness/real-servers.ts';
import { callTool, listAll } from './harness/rpc.ts';

/** A run of less than ten seconds starts again after a second, give or take a fifth; bounded by ten times that. */
const READY_AGAIN_MS = 12_000;
/** The aim is 250 ms beyond the server's own start; ten times all of it is a fault on any machine. */
const READY_MS = 250;
const BOUND = 10;
/** Ten seconds of a clock that runs ten times as fast, and some more. */
const HEALTHY_MS = 1_100;

describe('a server that is killed', () => {
  it('is ready again by itself; calls under way end in doubt, its tools stay listed', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'executed.log');
    const recorder = {
      command: process.execPath,
      args: [fixture('recorder.mjs')],
      env: { NAME: 'frail', LOG: log },
    };
    const other = { command: process.execPath, args: [fixture('many-tools.mjs')] };
    const gateway = await serve({ mcpServers: { frail: recorder, other } }, { folder });
    await gateway.phase('frail', 'ready');
    await gateway.phase('other', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const before = await listAll(session, 'tools/list', 'tools');

    const underWay = [1, 2, 3].map((id) => callTool(session, id, 'frail__hold', { nonce: `${id}` }));
    await written(log, 'executed 1', 'executed 2', 'executed 3');
    const { pid } = await gateway.server('frail');
    const killedAt = performance.now();
    process.kill(pid!, 'SIGKILL');
    for (const { error } of await Promise.all(underWay)) {
      expect(error).toMatchObject({
        code: -33014,
        data: { code: 'SWY-E705', server: 'frail', executed: 'unknown' },
      });
    }
    // Sent while the server is away: held, then carried out by the next run.
    const held = callTool(session, 5, 'frail__record', { nonce: '5' });
    expect(await listAll(session, 'tools/list', 'tools')).toEqual(before);
    expect((await callTool(session, 6, 'other__tool-1')).result).toBeDefined();

    expect((await held).result?.content).toEqual([{ type: 'text', text: '5 at frail' }]);
    const ms = performance.now() - killedAt;
    figure('from SIGKILL to the first answer of the next run', ms, 'ms');
    expect(ms).toBeLessThan(READY_AGAIN_MS);
    const again = await gateway.server('frail');
    expect(again).toMatchObject({ phase: 'ready', restarts: 1 });
    expect(again.pid).not.toBe(pid);
    expect(await gateway.server('other')).toMatchObject({ phase: 'ready', restarts: 0 });
    expect((await linesOf(log)).sort()).toEqual(['1', '2', '3', '5'].map((nonce) => `executed ${nonce}`));
  });

  it('is started again at once after a healthy run', async () => {
    const folder = await temporaryFolder();
    const real = (await realServers(folder))['sequential-thinking']!;
    const bareAt = performance.now();
    await (await askDirectly(real)).request('tools/list');
    const bare = performance.now() - bareAt;

    // Ten times as fast: a run of one second is a healthy one.
    const gateway = await serve(
      { mcpServers: { real: { ...real, startupTimeout: '10m' } } },
      { folder, env: { SWITCHYARD_TIME_SCALE: '10' } },
    );
    await gateway.phase('real', 'ready');
    const { pid, since } = await gateway.server('real');
    await until(() => Date.now() - since > HEALTHY_MS);
    const killedAt = performance.now();
    process.kill(pid!, 'SIGKILL');
    const readyAgain = ({ name, phase }: ServeEvent) => name === 'real' && phase === 'ready';
    await gateway.log.find('a second time ready', (event) => {
      const times = gateway.log.events.slice(0, gateway.log.events.indexOf(event) + 1).filter(readyAgain);
      return readyAgain(event) && times.length === 2;
    });
    const ms = performance.now() - killedAt;
    figure('from SIGKILL to ready, beyond the bare start of the server', ms - bare, 'ms');
    expect(ms).toBeLessThan(BOUND * (bare + READY_MS));
    expect(await gateway.server('real')).toMatchObject({ phase: 'ready', restarts: 1, failures: 0 });
  });
});

/** The passing of time is what is waited for; nothing else tells of it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

import { describe, expect, it } from '@jest/globals';
import { figure } from './harness/figure.ts';
import { serve } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { guardiansOf, survivorsOf } from './harness/survivors.ts';

/** The bound is ten times what it should take. */
const GONE_MS = 50_000;

const stubborn = fixture('stubborn.mjs');
/** Starts a process that leaves the group, then is a server that ignores the end of its input. */
const escaping = `
  require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
  import(process.argv[1]);`;

/** Starts a child in its group that ends by nothing but SIGKILL, answers as a server, and then ends without it. */
const crashing = `
  import(process.argv[1]);
  setTimeout(() => process.exit(1), 300 + Number(process.argv[2]));`;
const ROUNDS = 5;

async function untilGone(runId: string): Promise<number> {
  const startedAt = performance.now();
  while (survivorsOf(runId).length > 0 && performance.now() - startedAt < GONE_MS)
    await new Promise((resolve) => setImmediate(resolve));
  return performance.now() - startedAt;
}

describe('a gateway that is killed', () => {
  it('leaves no process behind: not the stubborn, not those behind a shell, not those that left their group', async () => {
    const gateway = await serve({
      mcpServers: {
        stubborn: { command: process.execPath, args: [stubborn] },
        shell: { command: 'sh', args: ['-c', `"$0" "$1"; true`, process.execPath, stubborn] },
        escaping: { command: process.execPath, args: ['-e', escaping, stubborn] },
      },
    });
    for (const name of ['stubborn', 'shell', 'escaping']) await gateway.phase(name, 'ready');
    expect(survivorsOf(gateway.runId)).toHaveLength(8);
    await gateway.kill();
    const ms = await untilGone(gateway.runId);
    expect(survivorsOf(gateway.runId)).toEqual([]);
    figure('from SIGKILL of the gateway to the end of the last process', ms, 'ms');
  });

  it('F67: again and again, while servers with children start again: nothing is left of any', async () => {
    const servers = Object.fromEntries(
      Array.from({ length: 4 }, (_, n) => [
        `crashing ${n}`,
        { command: process.execPath, args: ['-e', crashing, stubborn, String(20 * n)] },
      ]),
    );
    const runs: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const gateway = await serve({ mcpServers: servers }, { env: { SWITCHYARD_TIME_SCALE: '20' } });
      runs.push(gateway.runId);
      // A different moment of their lives each time.
      const starts = () =>
        gateway.log.events.filter(({ event, phase }) => event === 'server' && phase === 'starting').length;
      await gateway.log.find('more starts', () => starts() > 5 + 2 * round);
      await gateway.kill();
    }
    for (const runId of runs) await untilGone(runId);
    expect(runs.flatMap(survivorsOf)).toEqual([]);
  });

  it('is followed by one that ends what it left, should the guardian have been killed with it', async () => {
    const mcpServers = { stubborn: { command: process.execPath, args: [stubborn] } };
    const first = await serve({ mcpServers });
    await first.phase('stubborn', 'ready');
    for (const guardian of guardiansOf(first.runId)) process.kill(guardian, 'SIGSTOP');
    await first.kill();
    expect(survivorsOf(first.runId)).toHaveLength(2);
    const second = await serve({ mcpServers: {} });
    await untilGone(first.runId);
    expect(survivorsOf(first.runId)).toEqual([]);
    for (const guardian of guardiansOf(first.runId)) process.kill(guardian, 'SIGKILL');
    await second.stop();
  });
});

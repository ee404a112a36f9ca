import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ServerTransition } from '@switchyard/plugin-api';
import { switchyard } from './harness/command.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { dataOf } from './harness/graphql.ts';
import { fixture } from './harness/places.ts';
import { within } from './harness/within.ts';

const server = { command: process.execPath, args: [fixture('many-tools.mjs')] };

const toldOf = ({ from, to }: ServerTransition) => `${from} ${to}`;
const STARTED = ['idle starting', 'starting negotiating', 'negotiating ready'];
const STOPPED = ['ready stopping', 'stopping stopped'];

/** The numbers grow; whatever was seen of earlier runs is seen again, and nothing is told twice. */
function expectContinued(seen: readonly ServerTransition[], now: readonly ServerTransition[]): void {
  const numbers = now.map(({ seq }) => seq);
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  const known = new Map(now.map((each) => [each.seq, each]));
  for (const each of seen) expect(known.get(each.seq) ?? each).toEqual({ ...each, earlier: true });
  const latest = Math.max(0, ...seen.map(({ seq }) => seq));
  for (const { seq, earlier } of now) if (!earlier) expect(seq).toBeGreaterThan(latest);
}

/** Resolves when the file has this in it. */
async function holds(file: string, text: string): Promise<void> {
  let look = () => {};
  // Watched before the first look, or a change between the two would be missed.
  const watcher = watch(path.dirname(file), () => look());
  const found = new Promise<void>((resolve, reject) => {
    look = () => void readFile(file, 'utf8').then((now) => now.includes(text) && resolve(), reject);
    look();
  });
  try {
    await within(30_000, `${text} in ${file}`, found);
  } finally {
    watcher.close();
  }
}

async function healthz({ admin }: Gateway, query = ''): Promise<string> {
  const response = await fetch(new URL(`/healthz${query}`, admin.url));
  return `${response.status} ${await response.text()}`;
}

describe('what became of a server', () => {
  it('is told by the gateways after the one that saw it, stopped or killed, and forgotten with its entry', async () => {
    const folder = await temporaryFolder();
    const mcpServers = { files: server, other: server };
    const first = await serve({ mcpServers }, { folder });
    await first.phase('files', 'ready');
    const { transitions: seenFirst } = await first.server('files');
    expect(seenFirst.map(toldOf)).toEqual(STARTED);
    await first.stop();

    const second = await serve({ mcpServers }, { folder });
    await second.phase('files', 'ready');
    const { transitions: seenSecond } = await second.server('files');
    expect(seenSecond.map(toldOf)).toEqual([...STARTED, ...STOPPED, ...STARTED]);
    expect(seenSecond.map(({ earlier, run }) => [earlier, run])).toEqual([
      ...new Array<unknown>(5).fill([true, 1]),
      ...new Array<unknown>(3).fill([undefined, 1]),
    ]);
    expectContinued(seenFirst, seenSecond);
    const { server: told } = await dataOf<{ server: { history: { nodes: object[] } } }>(
      second,
      '{ server(name: "files") { history(last: 4) { nodes { from to seq earlier } } } }',
    );
    const plain = ({ from, to, seq, earlier }: ServerTransition) => ({
      from: from.toUpperCase(),
      to: to.toUpperCase(),
      seq,
      earlier: earlier === true,
    });
    expect(told.history.nodes).toEqual(seenSecond.slice(-4).map(plain));
    const args = ['status', 'files', '--state-dir', 'state'];
    const shown = await switchyard(args, { cwd: folder });
    expect(shown.stdout.split('\n').filter((line) => line.includes('started anew'))).toHaveLength(1);

    // What was written by then outlives it; what was not leaves a gap in the numbers.
    const [entry] = (await readdir(path.join(folder, 'state', 'history'))).filter((name) =>
      name.startsWith('files'),
    );
    await holds(path.join(folder, 'state', 'history', entry!), `"seq":${seenSecond.at(-1)!.seq},`);
    await second.kill();
    const third = await serve({ mcpServers: { files: server } }, { folder });
    await third.phase('files', 'ready');
    const { transitions: seenThird, restarts, failures } = await third.server('files');
    expect(seenThird.map(toldOf)).toEqual([...seenSecond.map(toldOf), ...STARTED]);
    expectContinued(seenSecond, seenThird);
    expect({ restarts, failures }).toEqual({ restarts: 0, failures: 0 });
    expect(await readdir(path.join(folder, 'state', 'history'))).toEqual([entry]);
    const metrics = await (await fetch(new URL('/metrics', third.admin.url))).text();
    expect(metrics).toContain(
      'switchyard_server_transitions_total{mcp_server="files",from="negotiating",to="ready",reason="opened"} 1\n',
    );
    await third.stop();
  });
});

describe('/healthz', () => {
  it('says of each server, and of all, whether they take calls', async () => {
    const gateway = await serve({
      mcpServers: {
        files: server,
        wrong: { command: 'no-such-command-anywhere' },
        off: { ...server, enabled: false },
      },
    });
    await gateway.phase('files', 'ready');
    await gateway.phase('wrong', 'failed');
    expect(await healthz(gateway, '?server=files')).toBe('200 ok\n');
    expect(await healthz(gateway, '?server=wrong')).toBe('503 not ready: failed\n');
    expect(await healthz(gateway, '?server=off')).toBe('503 not ready: disabled\n');
    expect(await healthz(gateway, '?server=nobody')).toBe('404 unknown server\n');
    expect(await healthz(gateway)).toBe('503 not ready\n');
    await gateway.stop();
  });
});

import { cp } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { dataOf, follow } from './harness/graphql.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool } from './harness/rpc.ts';

const STATE_CHANGED = `subscription ($server: ID!) {
  serverStateChanged(server: $server) {
    seq dropped
    server { phase restarts process { pid } }
    transition { from to event code signal attempt retryAt }
  }
}`;
const CATALOG_CHANGED = `subscription ($server: ID!) {
  catalogChanged(server: $server) {
    seq dropped removed
    added { name ... on Tool { description } }
    changed { name ... on Tool { description } }
  }
}`;

interface StateEvent {
  readonly seq: number;
  readonly dropped: number;
  readonly server: {
    readonly phase: string;
    readonly restarts: number;
    readonly process: { pid: number } | null;
  };
  readonly transition: Readonly<Record<string, string | number | null>> | null;
}

interface Item {
  readonly name: string;
  readonly description: string | null;
}

interface CatalogEvent {
  readonly seq: number;
  readonly dropped: number;
  readonly added: readonly Item[];
  readonly removed: readonly string[];
  readonly changed: readonly Item[];
}

const server = (name: string) => ({ command: process.execPath, args: [fixture(name)] });

/** Of all samples on the page of metrics: those of one series, labels included. */
async function metric(gateway: Gateway, series: string): Promise<number | undefined> {
  const page = await (await fetch(`${gateway.admin.url}/metrics`)).text();
  const line = page.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** The page is at most a second old: reads it until it says what it must, and gives up after sixty. */
async function expectMetric(gateway: Gateway, series: string, value: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  let seen = await metric(gateway, series);
  while (seen !== value && performance.now() < deadline) seen = await metric(gateway, series);
  expect({ [series]: seen }).toEqual({ [series]: value });
}

describe('whoever watches a gateway', () => {
  it('hears of each change of a server that is killed and comes back, and reads the same everywhere', async () => {
    const gateway = await serve({ mcpServers: { many: server('many-tools.mjs') } });
    await gateway.phase('many', 'ready');
    const events = await follow<StateEvent>(gateway, STATE_CHANGED, { server: 'many' });
    const present = await events.next();
    const { pid } = await gateway.server('many');
    expect(present).toMatchObject({
      dropped: 0,
      transition: null,
      server: { phase: 'READY', restarts: 0, process: { pid } },
    });
    process.kill(pid!, 'SIGKILL');
    const told = [await events.next(), await events.next(), await events.next(), await events.next()];
    expect(told.map(({ transition }) => transition)).toMatchObject([
      {
        from: 'READY',
        to: 'BACKOFF',
        event: 'lost',
        code: 'SWY-E206',
        signal: 'SIGKILL',
        attempt: expect.any(Number),
        retryAt: expect.any(String),
      },
      { from: 'BACKOFF', to: 'STARTING', event: 'due', code: null },
      { from: 'STARTING', to: 'NEGOTIATING', event: 'advanced' },
      { from: 'NEGOTIATING', to: 'READY', event: 'opened' },
    ]);
    expect(told.map(({ seq, dropped }) => ({ seq: seq - present.seq, dropped }))).toEqual(
      [1, 2, 3, 4].map((seq) => ({ seq, dropped: 0 })),
    );
    const status = await gateway.server('many');
    const { process: child, restarts } = told.at(-1)!.server;
    expect({ pid: child?.pid, restarts }).toEqual({ pid: status.pid, restarts: 1 });
    expect(status).toMatchObject({ phase: 'ready', restarts: 1 });
    expect(status.pid).not.toBe(pid);
    await expectMetric(
      gateway,
      'switchyard_server_restarts_total{mcp_server="many",reason="automatic"}',
      status.restarts,
    );
    await expectMetric(gateway, 'switchyard_server_state{mcp_server="many",state="ready"}', 1);
  });

  it('hears exactly what a list gained, lost and changed', async () => {
    const gateway = await serve({ mcpServers: { changing: server('changing.mjs') } });
    await gateway.phase('changing', 'ready');
    const events = await follow<CatalogEvent>(gateway, CATALOG_CHANGED, { server: 'changing' });
    expect(await events.next()).toMatchObject({ dropped: 0, added: [], removed: [], changed: [] });
    const session = await openSession(gateway.url, 'ada');
    await callTool(session, 1, 'changing__offer', { second: 'the other second', third: 'the third' });
    expect(await events.next()).toMatchObject({
      dropped: 0,
      added: [{ name: 'changing__third', description: 'the third' }],
      removed: ['changing__first'],
      changed: [{ name: 'changing__second', description: 'the other second' }],
    });
    await expectMetric(gateway, 'switchyard_catalog_items{mcp_server="changing",kind="tools"}', 3);
  });

  it('gives orders, and is told what came of them', async () => {
    const gateway = await serve({ mcpServers: { many: server('many-tools.mjs') } });
    await gateway.phase('many', 'ready');
    const order = (verb: string, name: string) =>
      dataOf<Record<string, unknown>>(
        gateway,
        `mutation ($input: ServerRefInput!) {
          ${verb}Server(input: $input) {
            clientMutationId server { phase desired } userErrors { code message hint field }
          }
        }`,
        { input: { server: name, waitFor: '20s', clientMutationId: verb } },
      );
    expect(await order('stop', 'many')).toMatchObject({
      stopServer: {
        clientMutationId: 'stop',
        server: { phase: 'STOPPED', desired: 'STOPPED' },
        userErrors: [],
      },
    });
    expect((await gateway.server('many')).phase).toBe('stopped');
    expect(await order('start', 'many')).toMatchObject({ startServer: { server: { phase: 'READY' } } });
    const before = (await gateway.server('many')).pid;
    expect(await order('restart', 'many')).toMatchObject({ restartServer: { server: { phase: 'READY' } } });
    expect((await gateway.server('many')).pid).not.toBe(before);
    expect(await order('start', 'mayn')).toMatchObject({
      startServer: {
        server: null,
        userErrors: [{ code: 'SERVER_UNKNOWN', hint: expect.stringContaining('many') }],
      },
    });
    await expectMetric(gateway, 'switchyard_server_restarts_total{mcp_server="many",reason="ordered"}', 2);
  });

  it('has metrics and fields of plugins that nobody here wrote', async () => {
    const folder = await temporaryFolder();
    await cp(fixture('plugins/own-metric.mjs'), path.join(folder, 'own-metric.mjs'));
    const gateway = await serve(
      { plugins: { './own-metric.mjs': true }, mcpServers: { many: server('many-tools.mjs') } },
      { folder },
    );
    await gateway.phase('many', 'ready');
    const session = await openSession(gateway.url, 'ada');
    for (const id of [1, 2, 3]) await callTool(session, id, 'many__tool-7');
    expect(await dataOf(gateway, '{ ownCalls { tool calls } }')).toEqual({
      ownCalls: [{ tool: 'tool-7', calls: 3 }],
    });
    await expectMetric(gateway, 'own_calls_total{tool="tool-7"}', 3);
  });
});

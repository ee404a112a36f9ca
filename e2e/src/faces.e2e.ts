import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  createGateway,
  effectivePlugins,
  parseConfiguration,
  systemClock,
  type Gateway,
} from '@switchyard/gateway';
import { SERVER_PHASES, type ServerPhase, type Status } from '@switchyard/plugin-api';
import { filter, firstValueFrom, map, startWith } from 'rxjs';
import { temporaryFolder } from './harness/folder.ts';
import { BIN } from './harness/places.ts';
import { StagedServer, stagedTransport } from './harness/staged.ts';
import { afterThisTest } from './harness/undo.ts';
import { within } from './harness/within.ts';

/** Waits of the gateway last a tenth: a crash loop is a matter of seconds. */
const SCALE = 10;
/** None of the stages that a test holds may take too long for the gateway. */
const PATIENT = '1h';
/** Phases that nothing leads to yet. */
const LATER: readonly ServerPhase[] = ['degraded', 'auth_required'];

/** A gateway in this process, with the faces that it shows to others. */
async function opened(mcpServers: object, servers: Readonly<Record<string, StagedServer>>, folder: string) {
  const configuration = parseConfiguration(JSON.stringify({ mcpServers }), { folder, env: {} });
  const stateDir = path.join(folder, 'state');
  const defaults = [
    { name: '@switchyard/store-fs', options: { dir: stateDir } },
    { name: '@switchyard/http-host', options: { port: 0 } },
    { name: '@switchyard/endpoint-http' },
    { name: '@switchyard/catalog-memory' },
    { name: '@switchyard/routing-standard' },
    { name: '@switchyard/metrics-prometheus' },
    { name: '@switchyard/admin-graphql' },
  ];
  const gateway = createGateway({
    configuration,
    plugins: [
      { name: 'transport-staged', from: folder, plugin: stagedTransport(servers) },
      ...effectivePlugins(defaults, configuration),
    ],
    pluginFallback: path.dirname(BIN),
    version: '0.0.0',
    clock: systemClock(SCALE),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= gateway.stop());
  afterThisTest(stop);
  await gateway.start();
  const admin = new URL(gateway.endpoints.find(({ kind }) => kind === 'http')!.url!).origin;
  const token = (await readFile(path.join(stateDir, 'admin-token'), 'utf8')).trim();
  return { gateway, stop, faces: () => facesOf(admin, token) };
}

/** What each face says of every server's phase, in one spelling. */
async function facesOf(admin: string, token: string): Promise<readonly Record<string, string>[]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const status = (await (await fetch(`${admin}/status`, { headers })).json()) as Status;
  const body = JSON.stringify({ query: '{ servers { nodes { name phase } } }' });
  const answer = (await (await fetch(`${admin}/graphql`, { method: 'POST', headers, body })).json()) as {
    data: { servers: { nodes: readonly { name: string; phase: string }[] } };
  };
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  const states = metrics.matchAll(
    /^switchyard_server_state\{(?=[^}]*mcp_server="([^"]+)")[^}]*state="([^"]+)"[^}]*\} 1$/gm,
  );
  return [
    Object.fromEntries(status.servers.map(({ name, phase }) => [name, phase])),
    Object.fromEntries(answer.data.servers.nodes.map(({ name, phase }) => [name, phase.toLowerCase()])),
    Object.fromEntries([...states].map(([, name, state]) => [name, state])),
  ];
}

/** Resolves to the first of these phases that the server is in. */
async function reached(gateway: Gateway, name: string, ...phases: readonly ServerPhase[]): Promise<string> {
  const phase = () => gateway.servers.list().find((each) => each.name === name)!.phase;
  const there = gateway.servers.changes$.pipe(
    startWith(undefined),
    map(phase),
    filter((now) => phases.includes(now)),
  );
  return within(20_000, () => `${phases.join(' or ')} of ${name}, but ${phase()}`, firstValueFrom(there));
}

describe('what is true of a server', () => {
  it('is the same in /status, GraphQL and metrics, in every phase that there is', async () => {
    const folder = await temporaryFolder();
    const staged = { transport: 'staged', startupTimeout: PATIENT };
    const lazy = new StagedServer();
    // A server is idle if its lists are known and it starts on demand: the first run reads them.
    const first = await opened({ lazy: { ...staged, start: 'lazy' } }, { lazy }, folder);
    await reached(first.gateway, 'lazy', 'ready');
    await first.stop();

    const walked = new StagedServer();
    walked.hold('open');
    walked.hold('answer');
    const mcpServers = {
      off: { ...staged, enabled: false },
      wrong: { transport: 'nobody-has-this' },
      lazy: { ...staged, start: 'lazy' },
      walked: staged,
    };
    const { gateway, faces } = await opened(mcpServers, { lazy, walked }, folder);
    const seen = new Set<string>();
    const compare = async (phase: ServerPhase) => {
      await reached(gateway, 'walked', phase);
      const expected = { off: 'disabled', wrong: 'failed', lazy: 'idle', walked: phase };
      for (const value of Object.values(expected)) seen.add(value);
      // A page of metrics is up to a second old: those of the other faces are the present.
      const deadline = performance.now() + 5_000;
      let [status, graphql, metrics] = await faces();
      while (JSON.stringify(metrics) !== JSON.stringify(status) && performance.now() < deadline)
        [status, graphql, metrics] = await faces();
      expect({ status, graphql, metrics }).toEqual({
        status: expected,
        graphql: expected,
        metrics: expected,
      });
    };

    await compare('starting');
    walked.release('open');
    await compare('negotiating');
    walked.release('answer');
    await compare('ready');
    walked.hold('close');
    walked.exit(7);
    await compare('backoff');
    // How many short runs make a crash loop is the gateway's to say.
    for (let phase = ''; phase !== 'crash_loop';) {
      walked.release('close');
      await reached(gateway, 'walked', 'ready');
      walked.hold('close');
      walked.exit(7);
      phase = await reached(gateway, 'walked', 'backoff', 'crash_loop');
    }
    await compare('crash_loop');
    void gateway.servers.stop('walked');
    await compare('stopping');
    walked.release('close');
    await compare('stopped');

    expect([...seen].sort()).toEqual(SERVER_PHASES.filter((phase) => !LATER.includes(phase)).sort());
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
import { BIN, installed } from './harness/places.ts';
import { connectToGateway } from './harness/sdk-client.ts';
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
    { name: '@switchyard/transport-stdio' },
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
  return {
    gateway,
    stop,
    faces: () => facesOf(admin, token),
    usages: () => usagesOf(admin, token),
    held: () => heldOf(admin, token),
  };
}

/** What each face says of the use of every server's processes, in the spelling of `/status`. */
async function usagesOf(admin: string, token: string): Promise<readonly Record<string, object>[]> {
  const { status, servers, metrics } = await told(
    admin,
    token,
    'name process { rssBytes cpuSeconds threads descriptors processes }',
  );
  const figures = ['residentBytes', 'cpuSeconds', 'threads', 'descriptors', 'processes'] as const;
  const names = [
    'resident_memory_bytes',
    'cpu_seconds_total',
    'threads',
    'open_descriptors',
    'processes',
  ] as const;
  const shown: Record<string, Record<string, number>> = {};
  names.forEach((metric, index) => {
    const samples = metrics.matchAll(
      new RegExp(`^switchyard_server_${metric}\\{mcp_server="([^"]+)"\\} (\\S+)$`, 'gm'),
    );
    for (const [, name, value] of samples) (shown[name!] ??= {})[figures[index]!] = Number(value);
  });
  return [
    Object.fromEntries(
      status.servers.flatMap(({ name, usage }) =>
        usage ? [[name, Object.fromEntries(figures.map((figure) => [figure, usage[figure]]))]] : [],
      ),
    ),
    Object.fromEntries(
      servers.flatMap(({ name, process }) => {
        if (process?.rssBytes == null) return [];
        const { rssBytes, ...same } = process;
        return [[name, { residentBytes: rssBytes, ...same }]];
      }),
    ),
    shown,
  ];
}

/** What each face says of the calls that wait for each server. */
async function heldOf(admin: string, token: string): Promise<readonly Record<string, number | undefined>[]> {
  const { status, servers, metrics } = await told(admin, token, 'name queue { held }');
  const samples = metrics.matchAll(/^switchyard_requests_held\{mcp_server="([^"]+)"\} (\S+)$/gm);
  return [
    Object.fromEntries(status.servers.map(({ name, queue }) => [name, queue?.held])),
    Object.fromEntries(servers.map(({ name, queue }) => [name, queue?.held])),
    Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)])),
  ];
}

/** A server as GraphQL tells it. */
interface ToldServer {
  readonly name: string;
  readonly phase: string;
  readonly process?: Readonly<Record<string, number>> | null;
  readonly queue?: { readonly held: number } | null;
}

/** What each face tells of the servers. */
async function told(admin: string, token: string, fields: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const status = (await (await fetch(`${admin}/status`, { headers })).json()) as Status;
  const body = JSON.stringify({ query: `{ servers { nodes { ${fields} } } }` });
  const answer = (await (await fetch(`${admin}/graphql`, { method: 'POST', headers, body })).json()) as {
    data: { servers: { nodes: readonly ToldServer[] } };
  };
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  return { status, servers: answer.data.servers.nodes, metrics };
}

/** What each face says of every server's phase, in one spelling. */
async function facesOf(admin: string, token: string): Promise<readonly Record<string, string>[]> {
  const { status, servers, metrics } = await told(admin, token, 'name phase');
  const states = metrics.matchAll(
    /^switchyard_server_state\{(?=[^}]*mcp_server="([^"]+)")[^}]*state="([^"]+)"[^}]*\} 1$/gm,
  );
  return [
    Object.fromEntries(status.servers.map(({ name, phase }) => [name, phase])),
    Object.fromEntries(servers.map(({ name, phase }) => [name, phase.toLowerCase()])),
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

/** The entry of every server that a test acts. */
const staged = { transport: 'staged', startupTimeout: PATIENT };

/** A server that starts on demand, and a folder whose state has its lists, since an earlier run read them. */
async function knownToAnEarlierRun() {
  const folder = await temporaryFolder();
  const lazy = new StagedServer();
  const first = await opened({ lazy: { ...staged, start: 'lazy' } }, { lazy }, folder);
  await reached(first.gateway, 'lazy', 'ready');
  await first.stop();
  return { folder, lazy };
}

describe('what is true of a server', () => {
  it('is the same in /status, GraphQL and metrics, in every phase that there is', async () => {
    // A server is idle if its lists are known and it starts on demand.
    const { folder, lazy } = await knownToAnEarlierRun();

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

  it('is the same of the calls that wait for it', async () => {
    // Who calls a tool must know it.
    const { folder, lazy } = await knownToAnEarlierRun();

    lazy.hold('open');
    const busy = new StagedServer();
    const patient = { ...staged, timeout: PATIENT };
    const mcpServers = { lazy: { ...patient, start: 'lazy' }, busy: patient };
    const { gateway, held } = await opened(mcpServers, { lazy, busy }, folder);
    const { url } = gateway.endpoints.find(({ kind }) => kind === 'http')!;
    const client = await connectToGateway(url!);
    const agreed = async (waiting: number) => {
      const expected = { lazy: waiting, busy: 0 };
      // Calls come in their own time, and a page of metrics is up to a second old.
      for (;;) {
        const faces = await held();
        if (faces.every((face) => isDeepStrictEqual(face, expected))) return;
        last = JSON.stringify(faces);
      }
    };
    let last = '';
    await reached(gateway, 'busy', 'ready');
    // What a server works on does not wait.
    busy.hold('answer');
    const names = ['busy__echo', 'lazy__echo', 'lazy__echo', 'lazy__echo'];
    const calls = names.map((name) => client.callTool({ name, arguments: {} }));
    await within(20_000, () => `three that wait: ${last}`, agreed(3));
    lazy.release('open');
    busy.release('answer');
    await Promise.all(calls);
    await within(20_000, () => `none that waits: ${last}`, agreed(0));
  });

  it('is the same of what its processes use', async () => {
    const memory = { command: installed('mcp-server-memory') };
    const { gateway, usages } = await opened({ memory }, {}, await temporaryFolder());
    await reached(gateway, 'memory', 'ready');
    // The reader of /proc looks again and again, and a page of metrics is up to a second old.
    const agree = async () => {
      for (;;) {
        const [status, graphql, metrics] = await usages();
        const text = JSON.stringify(status);
        const isSame = Object.keys(status!).length > 0 && sameFigures(status!, graphql!, metrics!);
        if (isSame) return status!;
        last = `${text} ${JSON.stringify(graphql)} ${JSON.stringify(metrics)}`;
      }
    };
    let last = '';
    const seen = await within(20_000, () => `agreement: ${last}`, agree());
    const { pid } = gateway.servers.list()[0]!;
    expect(seen).toEqual({
      memory: {
        residentBytes: expect.any(Number),
        cpuSeconds: expect.any(Number),
        threads: expect.any(Number),
        descriptors: expect.any(Number),
        processes: expect.any(Number),
      },
    });
    const ofKernel = await readFile(`/proc/${pid}/status`, 'utf8');
    const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(ofKernel)![1]) * 1024;
    const { residentBytes, processes } = seen['memory'] as Record<string, number>;
    expect(processes).toBeGreaterThanOrEqual(1);
    expect(residentBytes! / resident).toBeGreaterThan(0.5);
    expect(residentBytes! / resident).toBeLessThan(5);
  });
});

/** Whether all say the same, in whatever order. */
function sameFigures(...faces: readonly Record<string, object>[]): boolean {
  const [first, ...others] = faces.map((face) =>
    JSON.stringify(Object.entries(face).map(([name, figures]) => [name, Object.entries(figures).sort()])),
  );
  return others.every((other) => other === first);
}

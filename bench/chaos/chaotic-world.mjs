import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openChaosProxy, randomOf, scriptedServer } from '@switchyard/testing';
import { openGateway } from '../connections/gateway.mjs';
import { sedServer } from '../connections/servers.mjs';
import { BENCH_RUN, lineOf, start } from '../lib/processes.mjs';
import { misbehavedRuns } from './misdeeds.mjs';

const HTTP_SERVERS = fileURLToPath(new URL('http-servers.mjs', import.meta.url));
const SCRIPTED = 6;
const LIGHT = 2;
const HTTP = 4;
/** Waits of the gateway are so many times shorter: backoff from 100 ms on, calls given up after 6 s. */
export const TIME_SCALE = 10;
/** Calls of a light server between two kills. */
const KILL_GAP = { least: 400, most: 2_000 };

/** The networks in front of the servers at URLs, one each. A connection carries a call after the other. */
const NETWORKS = [
  [
    { toxic: 'reset', of: 0.5, after: { least: 200, most: 20_000 } },
    { toxic: 'reset', of: 0.2, after: { least: 0, most: 20_000 }, way: 'up' },
  ],
  [
    { toxic: 'cut', of: 0.5, after: { least: 200, most: 20_000 } },
    { toxic: 'cut', of: 0.1, after: { least: 0, most: 20_000 }, way: 'up' },
    { toxic: 'slice', of: 0.2, bytes: 7 },
  ],
  [
    { toxic: 'blackhole', of: 0.2, after: { least: 500, most: 10_000 } },
    { toxic: 'latency', of: 0.3, ms: 1, jitterMs: 20 },
  ],
  [
    { toxic: 'bandwidth', of: 0.3, bytesPerSecond: 1_000_000 },
    { toxic: 'slice', of: 0.3, bytes: 1_400 },
    { toxic: 'reset', of: 0.1, after: { least: 200, most: 20_000 } },
    { toxic: 'cut', of: 0.1, after: { least: 200, most: 20_000 } },
  ],
];

/**
 * A gateway with servers that misbehave by seed and count: on stdio by a script, light ones that are killed, and at URLs
 * behind networks that lose connections.
 * @param calls how many there will be in all
 */
export async function openWorld({ seed, calls, folder, gatewayOptions = {}, plugins = {} }) {
  const logs = {};
  const logOf = (name) => (logs[name] = path.join(folder, `${name}.executed`));
  const scripted = {};
  for (let place = 0; place < SCRIPTED; place++) {
    const name = `scripted${place}`;
    const script = path.join(folder, `${name}.script`);
    const executionLog = logOf(name);
    const runs = misbehavedRuns(seed * 100 + place, calls);
    await writeFile(
      script,
      JSON.stringify({ executionLog, runCount: path.join(folder, `${name}.runs`), runs }),
    );
    scripted[name] = { ...scriptedServer(script), env: { BENCH_RUN } };
  }
  const lights = Object.fromEntries(Array.from({ length: LIGHT }, (_, n) => [`light${n}`, sedServer()]));

  const places = Array.from({ length: HTTP }, (_, n) => ({
    seed: seed * 100 + 50 + n,
    log: logOf(`http${n}`),
  }));
  const httpServers = start(process.execPath, [HTTP_SERVERS, JSON.stringify(places)]);
  const { ports } = await lineOf(httpServers, (event) => event.ports !== undefined);
  const proxies = await Promise.all(
    ports.map((to, n) => openChaosProxy({ to, seed: seed * 100 + n, toxics: NETWORKS[n] })),
  );
  const https = Object.fromEntries(
    proxies.map(({ port }, n) => [`http${n}`, { url: `http://127.0.0.1:${port}/mcp` }]),
  );
  const mcpServers = { ...scripted, ...lights, ...https };
  const gateway = await openGateway({ plugins, mcpServers }, folder, {
    ...gatewayOptions,
    env: { SWITCHYARD_TIME_SCALE: String(TIME_SCALE), ...gatewayOptions.env },
  });
  const names = Object.keys(mcpServers);
  await gateway.ready(names);
  const killer = killsOf(gateway, Object.keys(lights), seed);
  return {
    gateway,
    names,
    /** To be told of each call: light servers are killed by the count of theirs. */
    called: killer.called,
    logs,
    unlogged: new Set(Object.keys(lights)),
    faults: async () => ({
      kills: killer.kills(),
      ...sum(proxies.map(({ counts }) => counts)),
      ...(await endsOf(gateway)),
    }),
    proxies,
    async close() {
      await killer.end();
      await gateway.stop();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await httpServers.stop();
    },
  };
}

function killsOf(gateway, lights, seed) {
  const random = randomOf(seed + 1);
  const gap = () => KILL_GAP.least + Math.floor(random() * (KILL_GAP.most - KILL_GAP.least));
  const left = new Map(lights.map((name) => [name, gap()]));
  let kills = 0;
  let under = Promise.resolve();
  async function kill(name) {
    const { servers } = await gateway.status();
    const { pid, phase } = servers.find((server) => server.name === name);
    if (phase !== 'ready') return;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }
  return {
    called(name) {
      const calls = left.get(name);
      if (calls === undefined) return;
      left.set(name, calls === 0 ? gap() : calls - 1);
      // A process that has ended between the question and the kill is none to kill.
      if (calls === 0) under = under.then(() => kill(name)).catch(() => undefined);
    },
    kills: () => kills,
    end: () => under,
  };
}

async function endsOf(gateway) {
  const { servers } = await gateway.status();
  return { restarts: servers.reduce((total, { restarts = 0 }) => total + restarts, 0) };
}

function sum(all) {
  const total = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return total;
}

/*
 * What a plugin costs a call (`metrics-prometheus`, `resilience`): two gateways in this process, with it and without, and a server that answers
 * at once. Calls go through the pipeline in turns; prints the processor time of a call in each, in microseconds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createGateway, parseConfiguration } from '@switchyard/gateway';

const [plugin = 'metrics-prometheus'] = process.argv.slice(2);
const CALLS = 20_000;
const ROUNDS = 21;
const FOLDER = import.meta.dirname;
const BASE = ['store-fs', 'http-host', 'catalog-memory', 'routing-standard', 'transport-memory'];

const call = {
  method: 'tools/call',
  name: 's0__echo',
  params: payload({ name: 's0__echo', arguments: { text: 'hello' } }),
  principal: 'local',
  audience: 'bench',
  client: { era: 'legacy', protocolVersion: '2025-11-25', capabilities: {}, name: 'bench' },
  wantsProgress: false,
  canSuspend: false,
  canBeAsked: false,
};

function payload(value) {
  return { bytes: Buffer.from(JSON.stringify(value)) };
}

/** A server that says what it must, in this process. */
const SERVER = {
  transport: 'memory',
  options: { module: './fixtures/memory-echo.mjs' },
};

const state = await mkdtemp(path.join(os.tmpdir(), 'switchyard-bench-'));

async function opened(plugins) {
  const configuration = parseConfiguration(JSON.stringify({ mcpServers: { s0: SERVER } }), {
    folder: FOLDER,
    env: {},
  });
  const gateway = createGateway({
    configuration,
    plugins: plugins.map((name) => ({
      name: `@switchyard/${name}`,
      from: FOLDER,
      options:
        { 'http-host': { port: 0 }, 'store-fs': { dir: path.join(state, String(plugins.length)) } }[name] ??
        {},
    })),
    version: '0.0.0',
  });
  await gateway.start();
  await gateway.servers.listed(10_000);
  return gateway;
}

let calls = 0;
function run(gateway, count) {
  return new Promise((resolve, reject) => {
    let left = count;
    const next = () => {
      if (left === 0) return resolve();
      left -= 1;
      calls += 1;
      gateway.execute({ ...call, id: `bench-${calls}` }, ({ kind, outcome }) => {
        if (kind !== 'outcome') return;
        if (outcome.kind !== 'result') return reject(new Error(Buffer.from(outcome.error.bytes).toString()));
        next();
      });
    };
    next();
  });
}

process.env['SWITCHYARD_ADMIN_TOKEN'] = 'only-for-this-process-0123456789abcdef';
const gateways = { without: await opened(BASE), with: await opened([...BASE, plugin]) };
const times = { without: [], with: [] };
for (let round = 0; round < ROUNDS; round++) {
  const order = round % 2 === 0 ? ['without', 'with'] : ['with', 'without'];
  for (const which of order) {
    const before = process.cpuUsage();
    await run(gateways[which], CALLS);
    const { user, system } = process.cpuUsage(before);
    // The first rounds are compiled while they run.
    if (round >= 3) times[which].push((user + system) / CALLS);
  }
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const more = median(times.with.map((value, round) => value - times.without[round]));
console.log(JSON.stringify({ without: median(times.without), with: median(times.with), more }));
for (const gateway of Object.values(gateways)) await gateway.stop();
await rm(state, { recursive: true, force: true });

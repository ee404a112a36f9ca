/*
 * `node bench/interceptors.mjs`: small calls a second, 32 at a time, through a gateway with all interceptors that are
 * installed by default and through one without any, in turns. Prints one line of JSON, and one for people on stderr;
 * fails below nine tenths. `--quick` shows that it runs, and keeps nothing. Leaves no process.
 */
import { parseArgs } from 'node:util';
import { keep } from './chaos/kept.mjs';
import { openGateway } from './connections/gateway.mjs';
import { nodeServer } from './connections/servers.mjs';
import { startLoad } from './lib/load-process.mjs';
import { measure } from './lib/measure.mjs';
import { ownFolder } from './lib/own-folder.mjs';
import { median } from './lib/statistics.mjs';

/** The plugins that put something into the way of every call. */
const INTERCEPTORS = ['@switchyard/resilience'];
const WANTED = 0.9;
const LANES = 32;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { rounds, ms } = values.quick ? { rounds: 3, ms: 500 } : { rounds: 15, ms: 2_000 };

const { folder, leaveNothing } = ownFolder('interceptors');
const load = startLoad();
try {
  const off = Object.fromEntries(INTERCEPTORS.map((name) => [name, false]));
  const ways = { with: await opened({}), without: await opened(off) };
  for (const way of Object.values(ways)) await small(way, ms);
  const rates = { with: [], without: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? ['with', 'without'] : ['without', 'with'];
    for (const way of order) rates[way].push(await small(ways[way], ms));
  }
  for (const { gateway } of Object.values(ways)) await gateway.stop();
  // Of each round its own share: what the machine does beside meets both parts of one.
  const share = median(rates.with.map((rate, round) => rate / rates.without[round]));
  const result = {
    interceptors: INTERCEPTORS,
    lanes: LANES,
    rounds,
    share,
    with: median(rates.with),
    without: median(rates.without),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.stderr.write(
    `small calls at ${LANES}: ${Math.round(result.with)}/s with all interceptors, ${Math.round(result.without)}/s without: ` +
      `${(share * 100).toFixed(1)} % (${share >= WANTED ? '≥' : 'MISSED:'} ${WANTED * 100} %)\n`,
  );
  if (!values.quick) await keep('interceptors', 'node bench/interceptors.mjs', result);
  process.exitCode = share >= WANTED ? 0 : 1;
} finally {
  await load.stop();
  leaveNothing();
}

async function opened(plugins) {
  const gateway = await openGateway({ plugins, mcpServers: { s0: nodeServer() } }, folder);
  await gateway.ready(['s0']);
  const { plugins: installed } = await gateway.status();
  const isThere = (name) => installed.some((plugin) => plugin.name === name && plugin.state === 'ready');
  for (const name of INTERCEPTORS) {
    if (isThere(name) === (plugins[name] === false)) throw new Error(`${name} is not as it should be`);
  }
  return { gateway, variant: { target: gateway.target, names: ['s0__echo'] } };
}

async function small({ variant }, forMs) {
  return (await measure(load, variant, { ask: 'echo', lanes: LANES, ms: forMs })).rate;
}

/*
 * What connections hold and cost: see README.md beside it. `npm run connections` writes bench/CONNECTIONS.md, `npm run
 * uptime` its last chapter. Leaves no process, by whatever it ends.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { startLoad } from '../lib/load-process.mjs';
import { describeMachine } from '../lib/machine.mjs';
import { ownFolder } from '../lib/own-folder.mjs';
import { addedStart } from './added-start.mjs';
import { crashCycles } from './crash-cycles.mjs';
import { idleSessions } from './idle-sessions.mjs';
import { manyServers } from './many-servers.mjs';
import { manyUrls } from './many-urls.mjs';
import { neighbours } from './neighbours.mjs';
import { report } from './report.mjs';
import { uptime } from './uptime.mjs';

const RESULTS = path.join(import.meta.dirname, '../CONNECTIONS.md');
const KEPT = path.join(import.meta.dirname, '../tmp/connections.json');
const BUILT = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js');

const tell = (line) => process.stderr.write(`${line}\n`);

/** What is measured, how long, and how long to see that it runs. */
const CASES = {
  many: (quick, folder) =>
    manyServers(
      quick ? { counts: [10, 20], rounds: 1 } : { counts: [50, 100, 200, 400], rounds: 3 },
      folder,
      tell,
    ),
  start: (quick, folder) => addedStart({ rounds: quick ? 10 : 100 }, folder, tell),
  neighbours: (quick, folder, load) =>
    neighbours(quick ? { rounds: 1, ms: 1_000 } : { rounds: 5, ms: 5_000 }, { load, folder, tell }),
  cycles: (quick, folder) =>
    crashCycles(quick ? { cycles: 40, gateways: 2 } : { cycles: 1_000, gateways: 5 }, folder, tell),
  urls: (quick, folder) =>
    manyUrls(
      quick ? { counts: [20, 40], rounds: 1 } : { counts: [250, 500, 1_000], rounds: 3 },
      folder,
      tell,
    ),
  sessions: (quick, folder, load) =>
    idleSessions(quick ? { count: 200, rounds: 1, ms: 1_000 } : { count: 5_000, rounds: 3, ms: 10_000 }, {
      load,
      folder,
      tell,
    }),
  uptime: (quick, folder, _load, { minutes, seed }) =>
    uptime({ minutes: quick ? 1.5 : minutes, seed }, folder, tell),
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'many,start,neighbours,cycles,urls,sessions' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    report: { type: 'boolean', default: false },
  },
});
const chosen = values.only.split(',');
for (const name of chosen)
  if (!(name in CASES)) throw new Error(`no case is called "${name}": ${Object.keys(CASES)}`);
if (!existsSync(BUILT)) throw new Error('switchyard is not built yet: npm run build');

const kept = existsSync(KEPT) ? JSON.parse(await readFile(KEPT, 'utf8')) : {};
if (!values.report) await measure();
if (!values.quick) {
  await mkdir(path.dirname(KEPT), { recursive: true });
  await writeFile(KEPT, JSON.stringify(kept, undefined, 2));
  const text = await format(report(kept), { ...(await resolveConfig(RESULTS)), filepath: RESULTS });
  await writeFile(RESULTS, text);
  process.stdout.write(text);
}

async function measure() {
  const { folder, leaveNothing } = ownFolder('connections');
  const load = startLoad();
  try {
    for (const name of chosen) {
      tell(name);
      const { minutes, seed } = values;
      const result = await CASES[name](values.quick, folder, load, {
        minutes: Number(minutes),
        seed: Number(seed),
      });
      if (values.quick) process.stdout.write(`${JSON.stringify(result)}\n`);
      kept[name] = { machine: describeMachine(), result };
    }
  } finally {
    await load.stop();
    leaveNothing();
  }
}

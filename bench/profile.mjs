/*
 * Where the gateway's processor time goes: node bench/profile.mjs <http|stdio> [small-1|small-32|big-1|big-32|list]
 * The profile itself stays in bench/tmp, for DevTools.
 */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CASES } from './lib/cases.mjs';
import { openGroup } from './lib/group.mjs';
import { startLoad } from './lib/load-process.mjs';
import { measure } from './lib/measure.mjs';
import { killAll } from './lib/processes.mjs';
import { selfTimes } from './lib/self-times.mjs';
import { table } from './lib/tables.mjs';
import { switchyard } from './variants/ours.mjs';

const [way = 'stdio', name = 'small-32'] = process.argv.slice(2);
const { ask, lanes, tools } = CASES.find((one) => one.name === name);
const MS = 10_000;
const TOP = 25;

const profiles = path.join(import.meta.dirname, 'tmp', `profile-${way}-${name}`);
await rm(profiles, { recursive: true, force: true });
await mkdir(profiles, { recursive: true });
const folder = await mkdtemp(path.join(os.tmpdir(), 'switchyard-bench-'));
const plain = switchyard('switchyard', 1);
const profiled = {
  ...plain,
  start: (context) => plain.start({ ...context, node: ['--cpu-prof', `--cpu-prof-dir=${profiles}`] }),
};
process.on('SIGINT', () => {
  killAll();
  process.exit(130);
});
const load = startLoad();
try {
  const group = await openGroup([profiled], way, tools, folder);
  const [variant] = group.opened;
  if (variant === undefined) throw new Error(group.failed.switchyard);
  const { rate, cpu } = await measure(load, { ...variant, names: [ask] }, { ask, lanes, ms: MS });
  await group.close();
  const [file] = await readdir(profiles);
  const all = selfTimes(JSON.parse(await readFile(path.join(profiles, file), 'utf8')));
  const rows = all
    .slice(0, TOP)
    .map(({ name: what, place, share }) => [what, place, `${(share * 100).toFixed(1)} %`]);
  process.stdout.write(
    `${rate.toFixed(0)} calls/s, ${cpu.toFixed(3)} ms of processor time a call, start included\n\n`,
  );
  process.stdout.write(`${table(['function', 'place', 'self'], rows)}\n`);
} finally {
  await load.stop();
  killAll();
  await rm(folder, { recursive: true, force: true });
}

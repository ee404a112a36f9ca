/*
 * Runs the whole gateway through seeded scenarios in virtual time (README.md).
 *
 *   node tools/simulator/run.mjs                      seeds from 1, until the seconds are over
 *   node tools/simulator/run.mjs --seeds 10000        so many, however long they take
 *   node tools/simulator/run.mjs --from 5000 --steps 600 --seconds 30
 *   node tools/simulator/run.mjs --seed 42            one, with a line for each thing that happens
 *   node tools/simulator/run.mjs --regression 0       one of those that failed once, in the same way
 *   node tools/simulator/run.mjs --planted timer      bugs whose name has this word, planted one after another
 *   … --table                                         how often everything happened
 *   … --keep                                          the result is kept for the scorecard
 *
 * Exit 1: a promise was broken. The steps that are left of the scenario are added to regressions.json.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { bundle } from './bundle.mjs';

const here = import.meta.dirname;
const REGRESSIONS = path.join(here, 'regressions.json');
const WORKERS = 2;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '300' },
    seconds: { type: 'string' },
    regression: { type: 'string' },
    planted: { type: 'string' },
    table: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const steps = Number(values.steps);
// It notes the commit at once: there may be another when the seeds are over.
const keeping = values.keep ? await import('../../bench/chaos/kept.mjs') : undefined;
const regressions = JSON.parse(readFileSync(REGRESSIONS, 'utf8'));
if (values.planted !== undefined) process.exit((await found(values.planted)) ? 0 : 1);
const folder = await bundle();
const file = path.join(folder, 'main.mjs');

if (values.seed !== undefined) process.exit(await traced({ seed: Number(values.seed) }));
if (values.regression !== undefined)
  process.exit(await traced({ scenario: regressions[Number(values.regression)].scenario }));
process.exit((await manySeeds()) ? 0 : 1);

/** Resolves to the code that it exits with. */
function traced(which) {
  const child = spawn(process.execPath, [file, JSON.stringify({ do: 'trace', steps, ...which })], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

async function found(words) {
  const { allFound, astray } = await import('./planted.mjs');
  const lines = astray();
  for (const line of lines) console.error(`✗ ${line}`);
  return lines.length === 0 && (await allFound(words));
}

async function manySeeds() {
  const startedAt = performance.now();
  const from = Number(values.from);
  const count = values.seeds === undefined ? Infinity : Number(values.seeds);
  const seconds = Number(values.seconds ?? (values.seeds === undefined ? 45 : 86_400));
  const jobs = Array.from({ length: WORKERS }, (_, index) => ({
    do: 'seeds',
    from: from + index,
    to: Math.min(from + count, Number.MAX_SAFE_INTEGER),
    stride: WORKERS,
    steps,
    seconds,
    regressions: regressions.filter((_, place) => place % WORKERS === index),
  }));
  const done = await Promise.all(jobs.map((job) => worked(job)));
  const sum = (key) => done.reduce((total, each) => total + each[key], 0);
  const counts = new Map();
  for (const each of done)
    for (const [name, times] of each.counts) counts.set(name, (counts.get(name) ?? 0) + times);
  const { ENOUGH_SEEDS, missing, tableOf } = await import(path.join(folder, 'coverage.mjs'));
  if (values.table) console.log(`${tableOf(counts)}\n`);

  const broken = done.flatMap(({ failure }) => failure ?? []);
  for (const failure of broken) await tell(failure);
  const absent = sum('seeds') >= ENOUGH_SEEDS ? missing(counts) : [];
  if (broken.length === 0 && absent.length > 0)
    console.log(
      `✗ the simulator is at fault: in ${sum('seeds')} seeds there was never: ${absent.join(', ')}`,
    );

  const took = (performance.now() - startedAt) / 1_000;
  const looked = [...counts]
    .filter(([name]) => name.startsWith('looked at'))
    .reduce((all, [, n]) => all + n, 0);
  const hours = sum('virtualMs') / 3_600_000;
  console.log(
    `${sum('seeds')} seeds and ${regressions.length} regressions of ${steps} steps, ${sum('calls')} calls, ${Math.round(hours)} h of virtual time: ` +
      `${looked} looks at promises, ${broken.length} broken, in ${took.toFixed(1)} s (${(sum('seeds') / took).toFixed(0)} seeds a second)`,
  );
  const isGood = broken.length === 0 && absent.length === 0;
  if (keeping && isGood) {
    await keeping.keep('simulator', `npm run simulate -- --seeds ${sum('seeds')} --steps ${steps} --keep`, {
      seeds: sum('seeds'),
      steps,
      calls: sum('calls'),
      virtualHours: hours,
      looks: looked,
      broken: broken.length,
      seconds: took,
      counts: Object.fromEntries(counts),
    });
  }
  return isGood;
}

async function tell({ seed, invariant, step, sentence, shrunk }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: here,
    encoding: 'utf8',
  }).trim();
  regressions.push({ invariant, sentence, commit, scenario: shrunk });
  const config = { ...(await resolveConfig(REGRESSIONS)), filepath: REGRESSIONS };
  writeFileSync(REGRESSIONS, await format(JSON.stringify(regressions), config));
  console.log(`✗ ${invariant}: ${sentence}`);
  console.log(
    `  seed ${seed} at commit ${commit}, step ${step}; ${shrunk.steps.length} steps are left of it:`,
  );
  console.log(`  node tools/simulator/run.mjs --regression ${regressions.length - 1}`);
}

/** Resolves to what a worker did. */
function worked(job) {
  const child = spawn(process.execPath, [file, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString();
      if (code === 0 && text !== '') resolve(JSON.parse(text));
      else reject(new Error(`a worker ended with code ${code}, and said: ${text.slice(0, 500)}`));
    });
  });
}

/*
 * `npm run faults`: each fault of the catalogue on the real gateway with times as they are, three times; the same servers
 * before the bare client of the official SDK, once; and docs/faults.md of it. `--runs <n>` does it another number of
 * times. Ends with 1 if a test fails or a figure is over its limit. It needs the machine for itself: some ten minutes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { documentOf } from './faults/document.mjs';

const e2e = fileURLToPath(new URL('..', import.meta.url));
const target = path.join(e2e, '..', 'docs', 'faults.md');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const runs = Number(values.runs);
const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-faults-'));

let failures = 0;
for (let run = 1; run <= runs; run += 1) {
  const env = { SWITCHYARD_FAULTS_RECORD: folderOf(run), ...(run === 1 && { SWITCHYARD_FAULTS_BARE: '1' }) };
  jest(['src/faults/'], env);
}
const FAULTS = read(folderOf(1), 'catalogue');
/** What stories beside the catalogue's print of themselves. */
const printed = new Map();
for (const { story } of Object.values(FAULTS)) {
  if (story.startsWith('faults/') || printed.has(story)) continue;
  const figures = jest([`src/${story}.e2e`], {}).match(/(?<=^ {2}figure {2}).*$/gm);
  printed.set(story, figures ?? []);
}

const rows = Object.entries(FAULTS).map(([id, row]) => {
  const records = Array.from({ length: runs }, (_, n) => read(folderOf(n + 1), id)).filter(Boolean);
  return { id, ...row, records, figures: printed.get(row.story), bare: read(folderOf(1), `${id}.bare`) };
});
const { text, missed } = documentOf(rows, {
  runs,
  node: process.version,
  cpu: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.availableParallelism()} cores`,
  system: `${os.type()} ${os.release()}`,
  date: new Date().toISOString().slice(0, 10),
});
writeFileSync(
  target,
  await prettier.format(text, { ...(await prettier.resolveConfig(target)), parser: 'markdown' }),
);
rmSync(folder, { recursive: true });
for (const one of missed) console.error(`✗ ${one}`);
console.log(`docs/faults.md: ${rows.length} faults, ${runs} runs, ${missed.length} figures over their limit`);
process.exitCode = failures === 0 && missed.length === 0 ? 0 : 1;

/** One after the other: two at once would measure each other. Returns what the stories printed. */
function jest(args, env) {
  const { status, stderr } = spawnSync('npx', ['--no-install', 'jest', '--runInBand', ...args], {
    cwd: e2e,
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      ...env,
    },
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe'],
    maxBuffer: 64 * 1024 ** 2,
  });
  process.stderr.write(stderr);
  if (status !== 0) failures += 1;
  return stderr;
}

function folderOf(run) {
  return path.join(folder, `run-${run}`);
}

function read(where, name) {
  const file = path.join(where, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

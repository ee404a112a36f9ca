/* The bench: see README.md. Ends only what it started, and leaves nothing, by whatever it ends. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readArguments, USAGE } from './lib/arguments.mjs';
import { bench } from './lib/bench.mjs';
import { FULL, QUICK } from './lib/cases.mjs';
import { installPeers } from './lib/install-peers.mjs';
import { startLoad } from './lib/load-process.mjs';
import { killAll, survivors } from './lib/processes.mjs';
import { report } from './lib/report.mjs';

const HERE = import.meta.dirname;
const RESULTS = path.join(HERE, 'RESULTS.md');
const LAST_WHOLE_RUN = path.join(HERE, 'tmp', 'results.json');
const BUILT = path.join(HERE, '../packages/cli/dist/bin.js');

const tell = (line) => process.stderr.write(`${line}\n`);

async function run(chosen) {
  if (!existsSync(BUILT)) throw new Error('switchyard is not built yet: npm run build');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'switchyard-bench-'));
  const leaveNothing = () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (signal) => {
    leaveNothing();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  const load = startLoad();
  try {
    installPeers(tell);
    return await bench({ chosen, scale: chosen.isQuick ? QUICK : FULL, load, folder, tell });
  } finally {
    await load.stop();
    const left = survivors().length;
    if (left > 0) tell(`${left} processes had to be ended`);
    leaveNothing();
  }
}

/** As the format check wants it: tables aligned. */
async function writeResults(text) {
  await writeFile(RESULTS, await format(text, { ...(await resolveConfig(RESULTS)), filepath: RESULTS }));
}

async function main() {
  const chosen = readArguments(process.argv.slice(2));
  if (chosen.isReportOnly) {
    await writeResults(report(JSON.parse(await readFile(LAST_WHOLE_RUN, 'utf8'))));
    return;
  }
  const results = await run(chosen);
  const text = report(results);
  if (chosen.isWhole) {
    await mkdir(path.dirname(LAST_WHOLE_RUN), { recursive: true });
    await writeFile(LAST_WHOLE_RUN, JSON.stringify(results, undefined, 2));
    await writeResults(text);
  }
  process.stdout.write(text);
}

try {
  await main();
} catch (error) {
  tell(
    error.code?.startsWith('ERR_PARSE_ARGS') || /is called/.test(error.message)
      ? `${error.message}\n\n${USAGE}`
      : error.stack,
  );
  process.exitCode = 1;
}

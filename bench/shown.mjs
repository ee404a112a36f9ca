/*
 * `node bench/shown.mjs`: runs the tests that docs/bad-input.md and docs/threats.md name, and keeps for the scorecard how
 * many rows they show. Prints one line of JSON, and what is not shown on stderr. Needs what is built.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BAD_INPUT } from '../tools/shown/bad-input.mjs';
import { THREATS } from '../tools/shown/threats.mjs';
import { keep } from './chaos/kept.mjs';
import { ownFolder } from './lib/own-folder.mjs';

const ROOT = path.join(import.meta.dirname, '..');
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');
/** For all that is named of one package. */
const LONGEST_MS = 900_000;

const badInput = Object.values(BAD_INPUT).flat();
const named = [...badInput, ...THREATS].flatMap(({ tests = [] }) => tests);
const { folder, leaveNothing } = ownFolder('shown');
try {
  const told = new Map();
  for (const [home, specs] of byPackage(named)) {
    for (const [spec, results] of run(home, specs)) told.set(spec, results);
    process.stderr.write(`  ${home}: ${specs.size} files\n`);
  }
  const isShown = ({ spec, title }) => {
    const found = (told.get(spec) ?? []).filter(({ fullName }) => fullName.endsWith(title));
    return found.length > 0 && found.every(({ status }) => status === 'passed');
  };
  for (const test of named.filter((each) => !isShown(each)))
    process.stderr.write(`✗ not shown: "${test.title}" of ${test.spec}\n`);
  const state = (wanted) => THREATS.filter((threat) => threat.state === wanted);
  const result = {
    tests: new Set(named.map(({ spec, title }) => `${spec} ${title}`)).size,
    badInput: {
      rows: badInput.length,
      shown: badInput.filter(({ tests }) => tests?.every(isShown)).length,
      lacks: badInput.filter(({ tests }) => tests === undefined).map(({ what }) => what),
    },
    threats: {
      all: THREATS.length,
      held: state('held').filter(({ tests }) => tests.every(isShown)).length,
      inPart: state('in part').filter(({ tests }) => tests.every(isShown)).length,
      notBuilt: state('not built').length,
    },
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await keep('shown', 'node bench/shown.mjs', result);
  process.exitCode = named.every(isShown) ? 0 : 1;
} finally {
  leaveNothing();
}

/** The files of each package, `e2e` or `packages/x`. */
function byPackage(tests) {
  const homes = new Map();
  for (const { spec } of tests) {
    const home = spec.startsWith('e2e/') ? 'e2e' : spec.split('/').slice(0, 2).join('/');
    homes.set(home, (homes.get(home) ?? new Set()).add(spec));
  }
  return homes;
}

/** What became of each test, by file. */
function run(home, specs) {
  const report = path.join(folder, `${home.replace('/', '-')}.json`);
  spawnSync(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST],
      ...['--runTestsByPath', ...[...specs].map((spec) => path.join(ROOT, spec))],
      ...['--json', '--outputFile', report, '--coverage=false'],
    ],
    { cwd: path.join(ROOT, home), stdio: 'ignore', timeout: LONGEST_MS, killSignal: 'SIGKILL' },
  );
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.map(({ name, assertionResults }) => [path.relative(ROOT, name), assertionResults]);
}

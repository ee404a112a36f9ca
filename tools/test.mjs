/* `npm test`: everything that must be true of a commit, in the order in which it fails fastest. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { unitTestsOnNode24 } from './node24.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const npx = (...args) => ['npx', '--no-install', ...args];
const nx = (target, ...args) => npx('nx', 'run-many', '-t', target, ...args);
const node = (...args) => ['node', ...args];
const docs = readdirSync(path.join(root, 'tools', 'docs')).filter((file) => file.endsWith('.mjs'));

/**
 * Stages, one after the other. A stage is one or more rows of steps: a row in its order, rows beside each other, since
 * compilers and linters keep one core busy each. Lint and types run once over everything and not once a project, as the
 * targets of Nx do: what most of it costs is to read the same declarations again.
 *
 * A step without a command cannot run on this machine; the last line says so, or the run fails: SWITCHYARD_REQUIRE=all.
 */
const STAGES = [
  [
    [
      { name: 'project references', command: npx('nx', 'sync:check') },
      { name: 'build', command: nx('build', '--output-style=static-failures-only') },
    ],
  ],
  [
    [
      { name: 'format', command: npx('prettier', '--check', '--log-level=warn', '.') },
      { name: 'lint and boundaries', command: npx('eslint', '.') },
    ],
    [
      { name: 'types', command: npx('tsc', '--build', '--emitDeclarationOnly') },
      { name: 'types of the simulator', command: npx('tsc', '-p', 'tools/simulator/tsconfig.json') },
      { name: 'unused code and dependencies', command: npx('knip') },
      { name: 'public API report', command: node('tools/checks/api-report.mjs') },
      { name: 'error codes', command: node('tools/checks/error-codes.mjs') },
      ...docs.map((file) => ({
        name: `docs: ${path.basename(file, '.mjs')}`,
        command: node(`tools/docs/${file}`, '--check'),
      })),
      { name: 'planted bugs', command: node('tools/planted-bugs.mjs', '--check') },
      { name: 'packages', command: node('tools/checks/packages.mjs') },
    ],
  ],
  [[{ name: 'unit tests', command: nx('test', '--output-style=static-failures-only', '--coverage') }]],
  [[{ name: 'unit tests on Node 24', command: unitTestsOnNode24(root) }]],
  [[{ name: 'simulator', command: node('tools/simulator/run.mjs', '--seeds', '10000', '--seconds', '45') }]],
  [[{ name: 'coverage', command: node('tools/checks/coverage.mjs') }]],
  [[{ name: 'end to end', command: nx('e2e', '--output-style=stream') }]],
];

const startedAt = Date.now();
const skipped = [];
let failed = false;
for (const stage of STAGES) {
  await Promise.all(stage.map((row) => runRow(row, stage.length > 1)));
  if (failed) process.exit(1);
}
const count = STAGES.flat(2).length;
const passed = count - skipped.length;
console.log(`\n${passed} passed, 0 failed`);
console.log(
  `${skipped.length === 0 ? 'All ' : ''}${passed} steps passed in ${secondsSince(startedAt)} s. SKIPPED: ${skipped.join(', ') || 'none'}`,
);

/** Until one of them fails, here or in a row beside. */
async function runRow(row, isBesideOthers) {
  for (const step of row) {
    if (failed) return;
    await runStep(step, isBesideOthers);
  }
}

async function runStep({ name, command }, isBesideOthers) {
  if (command === undefined) {
    if (process.env.SWITCHYARD_REQUIRE === 'all')
      return fail(`${name} cannot run here, and nothing may be skipped`);
    skipped.push(name);
    console.log(`\n━━ ${name}\n– skipped: this machine has not what it needs`);
    return;
  }
  const beganAt = Date.now();
  // What steps beside each other say is told when each is over, so that it can be read.
  if (!isBesideOthers) console.log(`\n━━ ${name}`);
  const { status, output } = await run(command, isBesideOthers);
  if (isBesideOthers) process.stdout.write(`\n━━ ${name}\n${output}`);
  if (status !== 0) return fail(`${name} failed after ${secondsSince(beganAt)} s`);
  console.log(`✓ ${name}  ${secondsSince(beganAt)} s`);
}

function run([program, ...args], isKept) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', isKept ? 'pipe' : 'inherit', isKept ? 'pipe' : 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

function secondsSince(moment) {
  return ((Date.now() - moment) / 1000).toFixed(1);
}

function fail(what) {
  failed = true;
  console.log(`\n✗ ${what}`);
}

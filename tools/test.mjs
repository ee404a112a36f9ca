/* `npm test`: everything that must be true of a commit, in the order in which it fails fastest. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { unitTestsOnNode24 } from './node24.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const nx = (...args) => ['npx', '--no-install', 'nx', ...args];
const node = (...args) => ['node', ...args];
const docs = readdirSync(path.join(root, 'tools', 'docs')).filter((file) => file.endsWith('.mjs'));

/** A step without a command cannot run on this machine; the last line says so, or the run fails: SWITCHYARD_REQUIRE=all. */
const STEPS = [
  { name: 'format', command: ['npx', '--no-install', 'prettier', '--check', '--log-level=warn', '.'] },
  { name: 'project references', command: nx('sync:check') },
  { name: 'build', command: nx('run-many', '-t', 'build', '--output-style=static-failures-only') },
  { name: 'types', command: nx('run-many', '-t', 'typecheck', '--output-style=static-failures-only') },
  {
    name: 'lint and boundaries',
    command: nx('run-many', '-t', 'lint', '--output-style=static-failures-only'),
  },
  { name: 'unused code and dependencies', command: ['npx', '--no-install', 'knip'] },
  { name: 'public API report', command: node('tools/checks/api-report.mjs') },
  { name: 'error codes', command: node('tools/checks/error-codes.mjs') },
  ...docs.map((file) => ({
    name: `docs: ${path.basename(file, '.mjs')}`,
    command: node(`tools/docs/${file}`, '--check'),
  })),
  { name: 'planted bugs', command: node('tools/planted-bugs.mjs', '--check') },
  { name: 'packages', command: node('tools/checks/packages.mjs') },
  {
    name: 'unit tests',
    command: nx('run-many', '-t', 'test', '--output-style=static-failures-only', '--coverage'),
  },
  { name: 'unit tests on Node 24', command: unitTestsOnNode24(root) },
  { name: 'coverage', command: node('tools/checks/coverage.mjs') },
  { name: 'end to end', command: nx('run-many', '-t', 'e2e', '--output-style=stream') },
];

const startedAt = Date.now();
const skipped = [];
for (const { name, command } of STEPS) {
  const stepStartedAt = Date.now();
  console.log(`\n━━ ${name}`);
  if (command === undefined) {
    if (process.env.SWITCHYARD_REQUIRE === 'all') fail(`${name} cannot run here, and nothing may be skipped`);
    skipped.push(name);
    console.log('– skipped: this machine has not what it needs');
    continue;
  }
  const [program, ...args] = command;
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
  });
  const seconds = ((Date.now() - stepStartedAt) / 1000).toFixed(1);
  if (status !== 0) fail(`${name} failed after ${seconds} s`);
  console.log(`✓ ${name}  ${seconds} s`);
}
const passed = STEPS.length - skipped.length;
console.log(`\n${passed} passed, 0 failed`);
console.log(
  `${skipped.length === 0 ? 'All ' : ''}${passed} steps passed in ${Math.round((Date.now() - startedAt) / 1000)} s. SKIPPED: ${skipped.join(', ') || 'none'}`,
);

function fail(what) {
  console.log(`\n✗ ${what}`);
  process.exit(1);
}

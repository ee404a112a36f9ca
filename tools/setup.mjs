/* What `npm start` and `npm test` need after a clone. Plain Node: nothing is installed yet when this runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`✗ Switchyard needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** npm writes this file last, so it is as new as the installation. */
const installed = path.join(root, 'node_modules', '.package-lock.json');
const lock = path.join(root, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error('Installing what is missing (once) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
if (process.argv.includes('--build')) {
  run('npx', ['--no-install', 'nx', 'run-many', '-t', 'build', '--output-style=static-failures-only']);
}

/** Runs a command, and shows what it said only if it failed. */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  console.error(`✗ ${command} ${args.join(' ')} failed.`);
  process.exit(status ?? 1);
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { PEERS, versionOf } from '../variants/peers.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where and of what the figures are. */
export function describeMachine() {
  const [cpu] = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpu?.model ?? 'unknown'}, ${os.availableParallelism()} cores`,
    memory: `${Math.round(os.totalmem() / 1_024 ** 3)} GB`,
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    commit: commit(),
    sdk: sdkVersion(),
    peers: Object.fromEntries(PEERS.map(({ name }) => [name, installedVersion(name)])),
  };
}

function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
  const changed = git('status', '--porcelain', '--', 'packages', 'plugins') === '' ? '' : ', with changes';
  return (git('rev-parse', '--short', 'HEAD') || 'unknown') + changed;
}

function sdkVersion() {
  // Its own `exports` hide package.json.
  const entry = createRequire(import.meta.url).resolve('@modelcontextprotocol/sdk/types.js');
  const folder = entry.slice(0, entry.lastIndexOf('/dist/'));
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version;
}

function installedVersion(name) {
  try {
    return versionOf(name);
  } catch {
    return 'not installed';
  }
}

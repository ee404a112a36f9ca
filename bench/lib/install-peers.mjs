import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PEERS_FOLDER } from '../variants/peers.mjs';

/** Installs the peers as their lock file says, without their scripts, unless that has been done. */
export function installPeers(tell) {
  const lock = path.join(PEERS_FOLDER, 'package-lock.json');
  const installed = path.join(PEERS_FOLDER, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && sameVersions(lock, installed)) return;
  tell('installing the peers into bench/peers/node_modules');
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'],
    {
      cwd: PEERS_FOLDER,
      encoding: 'utf8',
      timeout: 300_000,
    },
  );
  if (status !== 0) tell(`the peers cannot be installed, and are left out:\n${stderr}`);
}

function sameVersions(lock, installed) {
  const [wanted, found] = [lock, installed].map((file) => JSON.parse(readFileSync(file, 'utf8')).packages);
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || found[name]?.version === version,
  );
}

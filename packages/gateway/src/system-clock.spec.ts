import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from './system-clock.ts';

const HELD_MS = 500;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-clock-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Nothing of this process runs until it is so, and so long at least. */
function holdLoop(isSo: () => boolean): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let held = 0; held < HELD_MS || !isSo(); held += 10) Atomics.wait(nobody, 0, 0, 10);
}

/** Says back what it is told, and writes the file when it has said it. */
const ECHO = `const { writeFileSync, writeSync } = require('node:fs');
process.stdin.once('data', (data) => {
  writeSync(1, data);
  writeFileSync(process.argv[1], '');
});`;

it('a wait that ends while the loop is held lets what came meanwhile be read first', async () => {
  const said = path.join(folder, 'said');
  const other = spawn(process.execPath, ['-e', ECHO, said], { stdio: ['pipe', 'pipe', 'ignore'] });
  const told: string[] = [];
  const heard = once(other.stdout, 'data').then(() => told.push('answer'));
  const over = new Promise<void>((resolve) => {
    systemClock().after(20, () => {
      told.push('timeout');
      resolve();
    });
  });
  other.stdin.write('call');
  holdLoop(() => existsSync(said));
  await Promise.all([heard, over]);
  expect(told).toEqual(['answer', 'timeout']);
  other.stdin.end();
  await once(other, 'exit');
});

it('a wait that is held up can still be cancelled', async () => {
  const clock = systemClock();
  let runs = 0;
  const cancel = clock.after(20, () => (runs += 1));
  holdLoop(() => true);
  // It was due, and waits for what is to be read.
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  cancel();
  await new Promise<void>((resolve) => clock.after(300, resolve));
  expect(runs).toBe(0);
});

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeMachine } from '../lib/machine.mjs';

const FOLDER = path.join(import.meta.dirname, '../tmp');
/** As it is when the run begins: somebody may commit meanwhile. */
const machine = describeMachine();

/** Keeps the last whole result of a run, with where it is from. */
export async function keep(name, command, result) {
  await mkdir(FOLDER, { recursive: true });
  const text = JSON.stringify({ command, machine, result }, undefined, 2);
  await writeFile(path.join(FOLDER, `${name}.json`), text);
}

/** What was kept; undefined: it was never run here. */
export async function kept(name) {
  const file = path.join(FOLDER, `${name}.json`);
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}

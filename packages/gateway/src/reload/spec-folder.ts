import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folders: string[] = [];

/** A folder of the test's own. */
export async function specFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'switchyard-reload-')));
  folders.push(folder);
  return folder;
}

/** Removes those that `specFolder` made. */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterThisTest } from './undo.ts';

/** A new empty folder of the present test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'switchyard-e2e-')));
  afterThisTest(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

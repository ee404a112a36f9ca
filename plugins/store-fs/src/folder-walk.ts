import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDraft } from './atomic-file.ts';
import { isEntryName, isSegment } from './entry-name.ts';
import { isAlive } from './process-identity.ts';
import { hasCode } from './reason.ts';

/** What `.lock-<pid>-…` is to lock.ts: the draft of a lock, of a process that may be about to use it. */
const LOCK_DRAFT = /^\.lock-(\d+)-/;

/** Names of the entries under `folder` (`''`: all), in no order. */
export async function entriesUnder(root: string, folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of walk(root, folder)) {
    if (isEntryName(file)) names.push(file);
  }
  return names;
}

/** Deletes what writers left behind that died half way. Only for the owner of the folder. */
export async function removeLeftovers(root: string): Promise<number> {
  let removed = 0;
  for await (const file of walk(root, '')) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    const contender = LOCK_DRAFT.exec(name)?.[1];
    if (!isDraft(name) && (contender === undefined || isAlive({ pid: Number(contender) }))) continue;
    await rm(join(root, file), { force: true });
    removed++;
  }
  return removed;
}

/** All plain files under `folder`, as paths from `root`; folders that are none of ours are not entered. */
async function* walk(root: string, folder: string): AsyncGenerator<string> {
  const found = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  for (const item of found) {
    const path = folder === '' ? item.name : `${folder}/${item.name}`;
    if (item.isFile()) yield path;
    else if (item.isDirectory() && isSegment(item.name)) yield* walk(root, path);
  }
}

import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from './reason.ts';

/** What drafts begin with; no entry can (entry-name.ts). */
const DRAFT = '.draft-';

/**
 * Replaces the file, or makes it, mode 0600: a reader sees all of the old bytes or all of the new ones, also after
 * a power cut. Resolves when they are on disk.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `${DRAFT}${randomUUID()}-${basename(path)}`);
  try {
    await writeDurably(draft, bytes);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a new file, mode 0600; its bytes are on disk when this resolves, its name perhaps not yet. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.sync();
}

/** Makes names that came and went in a folder survive a power cut, where the system can say so. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows opens no folders, and some network file systems do not sync them.
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF')) throw error;
  } finally {
    await handle?.close();
  }
}

/** Whether a file of that name is a draft that somebody did not finish; only the owner of the folder may ask. */
export function isDraft(name: string): boolean {
  return name.startsWith(DRAFT);
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Store, type StoreEntry, SwitchyardError } from '@switchyard/plugin-api';
import { syncFolder, writeAtomically } from './atomic-file.ts';
import { checkEntryName, splitPrefix } from './entry-name.ts';
import { entriesUnder } from './folder-walk.ts';
import { createTurns } from './turns.ts';
import { hasCode, reasonOf } from './reason.ts';

/** Writes that may wait at once; their bytes are in memory. */
const MAX_WAITING = 1_000;

/** A store whose entries are the plain files of a folder that belongs to this process alone (lock.ts). */
export interface FileStore extends Store {
  /** Waits for the writes under way; later ones are refused. */
  close(): Promise<void>;
}

/** Entries are files of the same name; the folder must be there. */
export function createFileStore(folder: string): FileStore {
  const turns = createTurns(MAX_WAITING);
  const pathOf = (name: string): string => {
    checkEntryName(name);
    return join(folder, name);
  };
  const write = async (name: string, path: string, bytes: Uint8Array, expected?: string): Promise<string> => {
    if (expected !== undefined && ((await read(name, path))?.version ?? 'absent') !== expected) {
      throw new SwitchyardError('STORE_CONFLICT', { name });
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeAtomically(path, bytes);
    return versionOf(bytes);
  };
  const erase = async (path: string): Promise<void> => {
    await rm(path).then(
      () => syncFolder(dirname(path)),
      (error: unknown) => {
        if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
      },
    );
  };
  return {
    folder,
    get: async (name) => read(name, pathOf(name)),
    put: async (name, bytes, expected) => {
      const path = pathOf(name);
      return failing(name, () => turns.take(name, () => write(name, path, bytes, expected)));
    },
    delete: async (name) => {
      const path = pathOf(name);
      await failing(name, () => turns.take(name, () => erase(path)));
    },
    list: async (prefix) => {
      const { folder: under } = splitPrefix(prefix);
      return (await entriesUnder(folder, under)).filter((name) => name.startsWith(prefix)).sort();
    },
    close: () => turns.close(),
  };
}

async function read(name: string, path: string): Promise<StoreEntry | undefined> {
  try {
    const bytes = await readFile(path);
    return { bytes, version: versionOf(bytes) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw new SwitchyardError('STORE_UNREADABLE', { name, reason: reasonOf(error) }, { cause: error });
  }
}

/** Of the bytes alone, so that it is the same after a restart. */
function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

async function failing<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (SwitchyardError.is(error)) throw error;
    throw new SwitchyardError('STORE_FAILED', { name, reason: reasonOf(error) }, { cause: error });
  }
}

import type { Log, Store } from '@switchyard/plugin-api';
import { FOLDER, fileOf, readRemembered, writeRemembered } from './remembered-file.ts';
import type { Memory, Remembered } from './repository.ts';

/** Keeps what is known of servers in the store, one entry a server. */
export interface Keeper extends Memory {
  /** What earlier runs left, by server. What cannot be read is logged and left out. */
  restore(): Promise<ReadonlyMap<string, Remembered>>;
  /** Resolves when everything that was said is on disk, or was logged as failed. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Writes behind: one write at a time, and while one is under way the latest word for each server waits, so that a
 * server that changes its lists all the time costs no more than the disk can do. At most one word a server waits.
 */
export function createKeeper(store: Store, log: Log): Keeper {
  const waiting = new Map<string, Remembered | 'forget'>();
  let writing: Promise<void> | undefined;

  const write = async (server: string, word: Remembered | 'forget'): Promise<void> => {
    try {
      if (word === 'forget') await store.delete(fileOf(server));
      else await store.put(fileOf(server), writeRemembered(server, word));
    } catch (error) {
      log.warn('the lists of a server could not be remembered', {
        server,
        error,
      });
    }
  };
  const writeAll = async (): Promise<void> => {
    // Whatever else is said in this turn of the loop belongs to the same write.
    await Promise.resolve();
    for (let next = first(waiting); next !== undefined; next = first(waiting)) {
      waiting.delete(next[0]);
      await write(...next);
    }
    writing = undefined;
  };
  const say = (server: string, word: Remembered | 'forget'): void => {
    waiting.set(server, word);
    writing ??= writeAll();
  };
  return {
    save: say,
    forget: (server) => say(server, 'forget'),
    flush: async () => {
      await writing;
    },
    restore: async () => {
      const found = new Map<string, Remembered>();
      const files = await store.list(FOLDER).catch((error: unknown) => {
        log.warn('no lists of servers are remembered', { error });
        return [];
      });
      for (const file of files) {
        try {
          const entry = await store.get(file);
          if (entry === undefined) continue;
          const { server, digest, known } = readRemembered(entry.bytes);
          found.set(server, { digest, known });
        } catch (error) {
          log.warn('remembered lists cannot be read and are not used', {
            entry: file,
            error: reasonOf(error),
          });
        }
      }
      return found;
    },
  };
}

function first<K, V>(map: ReadonlyMap<K, V>): [K, V] | undefined {
  for (const item of map) return item;
  return undefined;
}

/** Not more of a parser's message than its kind: it quotes the file, which is as long as it likes. */
function reasonOf(error: unknown): string {
  return String((error as Error | undefined)?.message ?? error).slice(0, 120);
}

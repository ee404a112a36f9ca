import type { Clock, Log, ServerTransition, ServerView, Store } from '@switchyard/plugin-api';
import { fileOf, FOLDER, readHistory, writeHistory } from './history-file.ts';
import { lastTaken, seqReserve } from './seq-reserve.ts';

/** How long changes wait to be written together, in milliseconds. */
const WRITE_MS = 2_000;
/** How many entries are written at once: while the gateway runs, others need the disk more. */
const AT_ONCE = { running: 1, closing: 8 };
/** How many entries that cannot be read are named. */
const NAMED = 5;

/** Keeps what became of servers in the store, one entry a server, so that it outlives the gateway. */
export interface HistoryKeeper {
  /** The latest changes of a server in all runs of the gateway, oldest first. */
  of(server: string): readonly ServerTransition[];
  /** No number up to this one may be given to a transition again. */
  readonly lastSeq: number;
  /** Takes down what is new of a server; writes it soon. */
  follow(view: ServerView): void;
  /** Writes what is left. Never rejects. */
  close(): Promise<void>;
}

/** What a keeper works with. */
export interface KeeperContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The configured servers, now: what is kept of others is dropped. */
  readonly servers: () => readonly string[];
}

/** Reads what earlier runs left. What cannot be read is dropped with a warning; never rejects. */
export async function openHistory({ store, clock, log, servers }: KeeperContext): Promise<HistoryKeeper> {
  const kept = await restore(store, log, new Set(servers()));
  const reserve = seqReserve(store);
  const changed = new Set<string>();
  const lastSeq = Math.max(await lastNumber(store, log), ...[...kept.values()].map(seqOf));
  let newest = lastSeq;
  let phase: 'open' | 'failing' | 'closed' = 'open';
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function writeEach(servers: Iterable<string>): Promise<void> {
    for (const server of servers) {
      changed.delete(server);
      try {
        await store.put(fileOf(server), writeHistory(server, kept.get(server) ?? []));
      } catch (error) {
        changed.add(server);
        throw error;
      }
    }
  }

  /** What is kept of servers that a reload took away. */
  async function dropOthers(): Promise<void> {
    const configured = new Set(servers());
    for (const server of kept.keys()) {
      if (configured.has(server)) continue;
      kept.delete(server);
      changed.delete(server);
      await store.delete(fileOf(server));
    }
  }

  async function write(atOnce: number): Promise<void> {
    await dropOthers();
    if (reserve.isLow(newest)) await reserve.take(newest);
    // What changes meanwhile waits for the next time. All of them take from one list.
    const due = [...changed].values();
    await Promise.all(Array.from({ length: atOnce }, () => writeEach(due)));
  }

  /** One write at a time; one that fails is tried again with the next change. */
  function writeNext(what: () => Promise<void>): Promise<void> {
    writing = writing.then(what).then(
      () => {
        if (phase === 'failing') phase = 'open';
      },
      (error: unknown) => {
        if (phase !== 'failing') log.warn('the history of servers cannot be kept', { error });
        if (phase === 'open') phase = 'failing';
      },
    );
    return writing;
  }

  // Before the first transition: a number that was told must never be told again, however this run ends.
  await writeNext(() => reserve.take(newest));

  return {
    of: (server) => kept.get(server) ?? [],
    lastSeq,
    follow({ name, transitions, connections }) {
      // What has no life tells no changes; what it was before it was turned off is kept.
      const isSame = connections.length === 0 || kept.get(name) === transitions;
      if (isSame || transitions.length === 0 || !servers().includes(name) || phase === 'closed') return;
      kept.set(name, transitions);
      newest = Math.max(newest, seqOf(transitions));
      changed.add(name);
      cancelTimer ??= clock.after(WRITE_MS, () => {
        cancelTimer = undefined;
        void writeNext(() => write(AT_ONCE.running));
      });
    },
    async close() {
      cancelTimer?.();
      await writeNext(() => write(AT_ONCE.closing));
      await writeNext(() => reserve.settle(newest));
      phase = 'closed';
    },
  };
}

async function restore(
  store: Store,
  log: Log,
  configured: ReadonlySet<string>,
): Promise<Map<string, readonly ServerTransition[]>> {
  const kept = new Map<string, readonly ServerTransition[]>();
  const spoilt: string[] = [];
  let reason: unknown;
  const read = async (entry: string): Promise<void> => {
    try {
      const { bytes } = (await store.get(entry)) ?? {};
      if (bytes === undefined) return;
      const { server, transitions } = readHistory(bytes);
      if (configured.has(server) && entry === fileOf(server)) kept.set(server, transitions);
      else await store.delete(entry);
    } catch (error) {
      reason ??= error;
      spoilt.push(entry);
      await store.delete(entry).catch(() => {});
    }
  };
  try {
    await Promise.all((await store.list(FOLDER)).map(read));
  } catch (error) {
    reason = error;
  }
  if (reason !== undefined) {
    log.warn('what became of servers in earlier runs cannot be read and is dropped', {
      entries: spoilt.slice(0, NAMED),
      count: spoilt.length,
      // Not more of a parser's message than its kind: it quotes the file, which is as long as it likes.
      error: String((reason as Error | undefined)?.message ?? reason).slice(0, 120),
    });
  }
  return kept;
}

async function lastNumber(store: Store, log: Log): Promise<number> {
  try {
    return await lastTaken(store);
  } catch (error) {
    log.warn('which numbers earlier changes of servers had cannot be read', { error });
    return 0;
  }
}

function seqOf(transitions: readonly ServerTransition[]): number {
  return transitions.at(-1)?.seq ?? 0;
}

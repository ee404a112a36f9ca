import { statSync, watch, type FSWatcher } from 'node:fs';
import type { Clock, Log } from '@switchyard/plugin-api';
import { cheapMark, contentMark } from './file-mark.ts';
import { foldersOf } from './folders-of.ts';

/** After the last sign of a change: an editor writes, renames and sets rights one after the other. Milliseconds. */
const QUIET_MS = 50;
/** A file that is written all the time is looked at so often all the same. */
const LONGEST_MS = 1_000;
/** For file systems that tell nobody of changes, and for signs that were missed. */
const POLL_MS = 2_000;
/** A configuration may name thousands of files of variables; those beyond are polled only. */
const MOST_FOLDERS = 128;

/** What is watched, and who is told. */
export interface WatchOptions {
  /** Absolute paths, asked for at each look: the configuration that they stand in may change. */
  readonly files: () => readonly string[];
  /** The content of a file changed, or it came or went. Not called again before it resolves. */
  readonly onChange: () => Promise<unknown>;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly log: Log;
  /** What the first of the files said when it was last read: the SHA-256 of its content begins so. */
  readonly known?: string;
}

/** A watch that has begun. */
export interface FileWatch {
  /** Looks now, whatever there was a sign of; resolves when who is to be told has been told. */
  look(): Promise<void>;
  close(): void;
}

interface Watched {
  readonly watcher: FSWatcher;
  names: ReadonlySet<string>;
}

/** Tells when what files say has changed, however they are replaced. Touching one is no change. */
export function watchFiles({ files, onChange, clock, log, known }: WatchOptions): FileWatch {
  const folders = new Map<string, Watched>();
  let cheap = new Map<string, string>();
  let content = new Map<string, string>();
  let isFirst = true;
  let isClosed = false;
  let firstSignAt: number | undefined;
  let cancelQuiet = (): void => {};
  let cancelPoll = (): void => {};
  let looking: Promise<void> = Promise.resolve();
  let isPollingOnly = false;

  function sign(): void {
    if (isClosed) return;
    const now = clock.now();
    firstSignAt ??= now;
    cancelQuiet();
    const ms = Math.max(0, Math.min(QUIET_MS, firstSignAt + LONGEST_MS - now));
    cancelQuiet = clock.after(ms, () => void look());
  }

  function look(): Promise<void> {
    cancelQuiet();
    firstSignAt = undefined;
    looking = looking.then(lookNow).catch((error: unknown) => {
      log.error('the configuration file could not be watched', { error });
    });
    return looking;
  }

  async function lookNow(): Promise<void> {
    if (isClosed) return;
    const present = files();
    // First, so that what changes while it is looked at is a sign, too.
    await follow(present);
    cheap = await marksOf(present, cheapMark);
    const next = await marksOf(present, contentMark);
    const differs = isFirst
      ? // What the others said when they were read, nobody noted.
        known !== undefined && (present.length > 1 || !next.get(present[0] ?? '')?.startsWith(known))
      : present.some((file) => content.has(file) && content.get(file) !== next.get(file));
    isFirst = false;
    content = next;
    if (!differs || isClosed) return;
    await onChange();
    // What it names now may be other files.
    const named = files();
    await follow(named);
    const added = named.filter((file) => !content.has(file));
    for (const [file, mark] of await marksOf(added, contentMark)) content.set(file, mark);
    for (const [file, mark] of await marksOf(added, cheapMark)) cheap.set(file, mark);
  }

  /** Watches the folders that count now, and no others. A folder that was replaced is another one. */
  async function follow(present: readonly string[]): Promise<void> {
    const wanted = new Map<string, Set<string>>();
    for (const file of present) {
      for (const [folder, names] of await foldersOf(file)) {
        const all = wanted.get(folder) ?? new Set<string>();
        names.forEach((name) => all.add(name));
        wanted.set(folder, all);
      }
    }
    if (isClosed) return;
    const keyed = new Map(
      [...wanted]
        .slice(0, MOST_FOLDERS)
        .map(([folder, names]) => [keyOf(folder), { folder, names }] as const),
    );
    for (const [key, { watcher }] of folders) {
      if (keyed.has(key)) continue;
      folders.delete(key);
      watcher.close();
    }
    for (const [key, { folder, names }] of keyed) {
      const watched = folders.get(key);
      if (watched) watched.names = names;
      else begin(key, folder, names);
    }
  }

  function begin(key: string, folder: string, names: ReadonlySet<string>): void {
    try {
      const watcher = watch(folder, { persistent: false });
      const watched: Watched = { watcher, names };
      watcher.on('change', (_event, name) => {
        if (name === null || watched.names.has(String(name)) || !folders.has(key)) sign();
      });
      watcher.on('error', (error) => {
        folders.delete(key);
        watcher.close();
        pollOnly(folder, error);
      });
      folders.set(key, watched);
    } catch (error) {
      pollOnly(folder, error);
    }
  }

  /** No watches left in the system, or none on this file system. */
  function pollOnly(folder: string, error: unknown): void {
    if (isPollingOnly || isClosed) return;
    isPollingOnly = true;
    log.info('changes of the configuration are looked for every 2 s', { folder, error });
  }

  async function poll(): Promise<void> {
    const present = files();
    const now = await marksOf(present, cheapMark);
    const differs = present.some((file) => cheap.get(file) !== now.get(file));
    if (differs && firstSignAt === undefined) await look();
    if (!isClosed) cancelPoll = clock.after(POLL_MS, () => void poll());
  }

  void look();
  cancelPoll = clock.after(POLL_MS, () => void poll());
  return {
    look,
    close() {
      isClosed = true;
      cancelQuiet();
      cancelPoll();
      for (const { watcher } of folders.values()) watcher.close();
      folders.clear();
    },
  };
}

async function marksOf(
  files: readonly string[],
  mark: (file: string) => Promise<string>,
): Promise<Map<string, string>> {
  const marks = new Map<string, string>();
  for (const file of files) marks.set(file, await mark(file));
  return marks;
}

function keyOf(folder: string): string {
  try {
    const { dev, ino } = statSync(folder);
    return `${folder} ${dev} ${ino}`;
  } catch {
    return folder;
  }
}

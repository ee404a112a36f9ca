import { CATALOG_KINDS, type CatalogKind, type Definition, type ServerLists } from '@switchyard/plugin-api';
import { MAX_INSTRUCTIONS, cutText } from './instructions.ts';
import { listed } from './shown.ts';

/** What is kept of one server at most; the rest is left out, with a problem that says so. */
export interface Limits {
  /** Definitions of one kind. */
  readonly definitions: number;
  /** Bytes of definitions of all kinds. */
  readonly bytes: number;
}

/** The values of docs/architecture.md: 20,000 definitions of a kind, 64 MiB in all. */
export const LIMITS: Limits = { definitions: 20_000, bytes: 64 * 1024 * 1024 };

/** One list as it is kept: names unique, within the limits, bytes our own. */
export interface KnownList {
  readonly definitions: readonly Definition[];
  /** Sentences: what the reader of the list said, and what was left out here. */
  readonly problems: readonly string[];
}

/** What is known of a server's lists, remembered or read. */
export interface KnownLists {
  readonly lists: Readonly<Partial<Record<CatalogKind, KnownList>>>;
  readonly instructions?: string;
}

/**
 * Replaces the kinds that `read` holds. What is as before stays the very same object, the whole included: whoever
 * compares need not look at bytes.
 */
export function admit(
  earlier: KnownLists | undefined,
  read: ServerLists,
  limits: Limits = LIMITS,
): KnownLists {
  const lists: Partial<Record<CatalogKind, KnownList>> = { ...earlier?.lists };
  const kinds = CATALOG_KINDS.filter((kind) => read.definitions[kind] !== undefined);
  for (const kind of kinds) delete lists[kind];
  let room = limits.bytes - bytesOf(lists);
  for (const kind of kinds) {
    const list = admitList(
      kind,
      earlier?.lists[kind],
      read.definitions[kind] ?? [],
      read.problems?.[kind],
      limits,
      room,
    );
    lists[kind] = list;
    room -= sizeOf(list.definitions);
  }
  for (const kind of CATALOG_KINDS) {
    const problem = read.definitions[kind] === undefined ? read.problems?.[kind] : undefined;
    if (problem === undefined) continue;
    const failed = { definitions: lists[kind]?.definitions ?? [], problems: [problem] };
    lists[kind] = sameList(lists[kind], failed) ?? failed;
  }
  const given = read.instructions ?? earlier?.instructions ?? '';
  const instructions = cutText(given, MAX_INSTRUCTIONS);
  const known: KnownLists = instructions === '' ? { lists } : { lists, instructions };
  return earlier !== undefined && sameLists(earlier, known) ? earlier : known;
}

function admitList(
  kind: CatalogKind,
  earlier: KnownList | undefined,
  read: readonly Definition[],
  problem: string | undefined,
  limits: Limits,
  room: number,
): KnownList {
  const before = new Map(earlier?.definitions.map((definition) => [definition.name, definition]));
  const kept = new Map<string, Definition>();
  const twice: string[] = [];
  let left = room;
  let cut = 0;
  for (const definition of read) {
    if (kept.has(definition.name)) {
      twice.push(definition.name);
    } else if (kept.size >= limits.definitions || definition.bytes.length > left) {
      cut++;
    } else {
      left -= definition.bytes.length;
      kept.set(definition.name, ownCopy(definition, before.get(definition.name)));
    }
  }
  const problems = problem === undefined ? [] : [problem];
  if (twice.length > 0) {
    problems.push(
      `${kind} has names more than once, of which the first counts: ${listed(twice)}; report it to the author`,
    );
  }
  if (cut > 0) {
    const most = `${limits.definitions} ${kind} and ${limits.bytes} bytes`;
    problems.push(
      `${cut} of ${read.length} ${kind} are left out: at most ${most} of a server are kept; let it offer less`,
    );
  }
  const list = { definitions: [...kept.values()], problems };
  return sameList(earlier, list) ?? list;
}

/** Copied: the bytes we are given are a part of a whole message, which would otherwise stay in memory with them. */
function ownCopy(definition: Definition, earlier: Definition | undefined): Definition {
  if (earlier !== undefined && Buffer.compare(earlier.bytes, definition.bytes) === 0) return earlier;
  return { ...definition, bytes: Uint8Array.prototype.slice.call(definition.bytes) };
}

function sameList(earlier: KnownList | undefined, list: KnownList): KnownList | undefined {
  if (earlier === undefined) return undefined;
  const same = sameItems(earlier.definitions, list.definitions) && sameItems(earlier.problems, list.problems);
  return same ? earlier : undefined;
}

function sameLists(a: KnownLists, b: KnownLists): boolean {
  return a.instructions === b.instructions && CATALOG_KINDS.every((kind) => a.lists[kind] === b.lists[kind]);
}

/** Whether two lists hold the very same items in the same order. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}

function bytesOf(lists: KnownLists['lists']): number {
  return CATALOG_KINDS.reduce((sum, kind) => sum + sizeOf(lists[kind]?.definitions ?? []), 0);
}

function sizeOf(definitions: readonly Definition[]): number {
  return definitions.reduce((sum, definition) => sum + definition.bytes.length, 0);
}

import { valueAt } from './value.ts';

/** A member whose place is noted when an object is scanned. */
export interface Noted {
  /** As it stands in `Payload.spans`: `name`, `_meta.progressToken`. */
  readonly path: string;
  /** The key, without quotes. */
  readonly key: Uint8Array;
  /** What to note inside its value, if that is an object. */
  readonly inside: Notes | undefined;
}

/** The noted members of an object: by the length of their keys for the scanner, by name for the rest. */
export interface Notes {
  readonly byLength: readonly (readonly Noted[] | undefined)[];
  readonly byName: ReadonlyMap<string, Noted>;
}

type Tree = Readonly<Record<string, Notes | undefined>>;

/**
 * What anybody but its owner may read or change in the params, result or error of a message. One table for the three:
 * a member noted where it means nothing costs nothing, and a payload need not say which of them it is.
 */
export const PAYLOAD = notes('', {
  ...names('name uri arguments cursor requestId progressToken taskId requestState inputResponses level'),
  ...names('protocolVersion resultType isError nextCursor ttlMs cacheScope'),
  ...names('tools prompts resources resourceTemplates uriTemplate'),
  ...names('code message data'),
  _meta: notes('_meta.', names('progressToken')),
  ref: notes('ref.', names('type name uri')),
});

/** All that may stand in `Payload.spans`. */
export const PATHS: ReadonlySet<string> = new Set(pathsOf(PAYLOAD));

/** What JSON-RPC puts around them. */
export const ENVELOPE = notes('', {
  ...names('jsonrpc id method'),
  params: PAYLOAD,
  result: PAYLOAD,
  error: PAYLOAD,
});

/** The note on the key between the quotes at `key` and `keyEnd`, which is not escaped; undefined: nobody reads it. */
export function notedAt(
  bytes: Uint8Array,
  key: number,
  keyEnd: number,
  { byLength }: Notes,
): Noted | undefined {
  const length = keyEnd - key - 2;
  const candidates = byLength[length];
  if (candidates === undefined) return undefined;
  for (const noted of candidates) {
    let i = 0;
    while (i < length && noted.key[i] === bytes[key + 1 + i]) i++;
    if (i === length) return noted;
  }
  return undefined;
}

/** The note on a key however it is written. */
export function notedAs(bytes: Uint8Array, key: number, keyEnd: number, notes: Notes): Noted | undefined {
  const plain = notedAt(bytes, key, keyEnd, notes);
  if (plain !== undefined || !isEscaped(bytes, key, keyEnd)) return plain;
  return notes.byName.get(valueAt(bytes, { start: key, end: keyEnd }) as string);
}

function isEscaped(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x5c) return true;
  return false;
}

function pathsOf({ byName }: Notes): readonly string[] {
  return [...byName.values()].flatMap(({ path, inside }) => [path, ...(inside ? pathsOf(inside) : [])]);
}

function names(list: string): Tree {
  return Object.fromEntries(list.split(' ').map((name) => [name, undefined]));
}

function notes(prefix: string, tree: Tree): Notes {
  const byLength: Noted[][] = [];
  const byName = new Map<string, Noted>();
  for (const [name, inside] of Object.entries(tree)) {
    const noted = { path: prefix + name, key: Buffer.from(name), inside };
    (byLength[name.length] ??= []).push(noted);
    byName.set(name, noted);
  }
  return { byLength, byName };
}

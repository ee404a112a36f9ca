import { type Member, type Payload, SwitchyardError } from '@switchyard/plugin-api';
import { CLOSE_BRACE, COMMA, OPEN_BRACE } from './json.ts';
import { type SpannedPayload, withSpans } from './members.ts';
import { PATHS } from './notes.ts';
import { isSpace, skipSpace } from './tokens.ts';
import type { Place } from './value.ts';

/**
 * What noted members shall be: JSON bytes, or undefined for none. A member is named as in `Payload.spans`; one that is
 * not there is added, its `_meta` with it. Not an object and one of its own members at once.
 */
export type Edits = Readonly<Record<string, Uint8Array | undefined>>;

/** `bytes` in the place of those between `start` and `end`. */
interface Splice extends Place {
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * The payload with its members edited, as segments of the old bytes and the new ones, so that nothing is copied
 * however large it is. All that is not edited stays byte for byte.
 * @throws BUG if the payload is not a JSON object, or an edit names a member that is not noted, or one inside another
 * that is edited.
 */
export function editPayload(payload: Payload, edits: Edits): readonly Uint8Array[] {
  const known = withSpans(payload);
  return spliced(known.bytes, replacements(known, edits) ?? splicesOf(known, edits));
}

/** What is nearly always all: members that are there get new values. Undefined: some must come or go. */
function replacements({ spans }: SpannedPayload, edits: Edits): readonly Splice[] | undefined {
  const splices: Splice[] = [];
  for (const path in edits) {
    assertNoted(path);
    const member = spans[path];
    const value = edits[path];
    if (member === undefined && value === undefined) continue;
    if (member === undefined || value === undefined) return undefined;
    splices.push({ start: member.start, end: member.end, bytes: value });
  }
  return splices.length < 2 ? splices : splices.sort(byPlace);
}

/** Any other member might be there without a span, and would then be there twice. */
function assertNoted(path: string): void {
  if (!PATHS.has(path)) throw new SwitchyardError('BUG', { what: `the scanner does not note "${path}"` });
}

function byPlace(a: Splice, b: Splice): number {
  return a.start - b.start || a.end - b.end;
}

function splicesOf({ bytes, spans }: SpannedPayload, edits: Edits): readonly Splice[] {
  const splices: Splice[] = [];
  const removed: Member[] = [];
  /** Members to add to the payload, and those to add to objects in it, by their names. */
  const own: string[] = [];
  const nested = new Map<string, string[]>();
  for (const [path, value] of Object.entries(edits)) {
    const member = spans[path];
    if (member !== undefined && value !== undefined) {
      splices.push({ start: member.start, end: member.end, bytes: value });
    } else if (member !== undefined) {
      removed.push(member);
    } else if (value !== undefined) {
      const dot = path.indexOf('.');
      const text = `${JSON.stringify(path.slice(dot + 1))}:${Buffer.from(value).toString()}`;
      if (dot === -1) own.push(text);
      else nested.set(path.slice(0, dot), [...(nested.get(path.slice(0, dot)) ?? []), text]);
    }
  }
  const gaps = gapsOf(bytes, removed);
  for (const [parent, members] of nested) {
    const place = spans[parent];
    // An object that is not there yet is one more member of the payload.
    if (place === undefined) own.push(`${JSON.stringify(parent)}:{${members.join(',')}}`);
    else splices.push(addition(bytes, { start: place.start, end: place.end }, members, gaps));
  }
  if (own.length > 0) splices.push(addition(bytes, { start: 0, end: bytes.length }, own, gaps));
  return [...splices, ...gaps].sort(byPlace);
}

/** Members go first in their object: the place after `{` is always known. What is no object is replaced by one. */
function addition(
  bytes: Uint8Array,
  place: Place,
  members: readonly string[],
  gaps: readonly Splice[],
): Splice {
  const text = members.join(',');
  if (bytes[place.start] !== OPEN_BRACE) return { ...place, bytes: Buffer.from(`{${text}}`) };
  const at = place.start + 1;
  return { start: at, end: at, bytes: Buffer.from(remains(bytes, at, gaps) ? `${text},` : text) };
}

/** Whether an object whose `{` stands before `at` has a member left when the gaps are cut out. */
function remains(bytes: Uint8Array, at: number, gaps: readonly Splice[]): boolean {
  const next = skipSpace(bytes, at);
  const gap = gaps.find(({ start, end }) => start <= next && next < end);
  return gap === undefined ? bytes[next] !== CLOSE_BRACE : remains(bytes, gap.end, gaps);
}

/** What to cut out for the members, a comma of theirs included; neighbours make one gap, or a comma would stay. */
function gapsOf(bytes: Uint8Array, members: readonly Member[]): readonly Splice[] {
  const gaps: { key: number; end: number }[] = [];
  for (const { key, end } of [...members].sort((a, b) => a.key - b.key)) {
    const last = gaps.at(-1);
    if (last !== undefined && afterComma(bytes, last.end) === key) last.end = end;
    else gaps.push({ key, end });
  }
  return gaps.map(({ key, end }) => {
    const comma = beforeSpace(bytes, key);
    if (bytes[comma] === COMMA) return { start: comma, end, bytes: NOTHING };
    return { start: key, end: afterComma(bytes, end) ?? end, bytes: NOTHING };
  });
}

/** The start of the member after the one that ends at `end`; undefined after the last. */
function afterComma(bytes: Uint8Array, end: number): number | undefined {
  const comma = skipSpace(bytes, end);
  return bytes[comma] === COMMA ? skipSpace(bytes, comma + 1) : undefined;
}

/** The position of the last byte before `at` that is not white space; before a member there is one. */
function beforeSpace(bytes: Uint8Array, at: number): number {
  let i = at - 1;
  while (isSpace(bytes[i]!)) i--;
  return i;
}

function spliced(bytes: Uint8Array, splices: readonly Splice[]): readonly Uint8Array[] {
  const segments: Uint8Array[] = [];
  let at = 0;
  for (const splice of splices) {
    if (splice.start < at) throw new SwitchyardError('BUG', { what: 'two edits of a payload overlap' });
    if (splice.start > at) segments.push(bytes.subarray(at, splice.start));
    if (splice.bytes.length > 0) segments.push(splice.bytes);
    at = splice.end;
  }
  if (at < bytes.length) segments.push(bytes.subarray(at));
  return segments;
}

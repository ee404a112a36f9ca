import type { CatalogKind, Entry, Payload } from '@switchyard/plugin-api';
import { placeOf, readCursor, writeCursor } from './cursor.ts';

/** How large a list may be to go out whole: clients that ignore cursors lose nothing. */
export interface PageLimits {
  readonly bytes: number;
  /** Pages of a larger list; clients that stop at 64 get all. */
  readonly pages: number;
}

/** The values of docs/architecture.md: one page up to 4 MiB, beyond that at most 32. */
export const PAGE_LIMITS: PageLimits = { bytes: 4 * 1024 * 1024, pages: 32 };

/** The pages of one kind, each made when first asked for and kept. */
export type Pages = (cursor: string | undefined) => Payload | undefined;

/** @returns undefined for a cursor that is none of ours */
export function pagesOf(
  kind: CatalogKind,
  entries: readonly Entry[],
  limits: PageLimits = PAGE_LIMITS,
): Pages {
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const target = total / Math.min(limits.pages, Math.max(1, Math.ceil(total / limits.bytes)));
  const kept = new Map<number, Payload>();
  const endOf = (start: number): number => {
    let size = 0;
    let end = start;
    while (end < entries.length && size < target) size += sizeOf(entries[end++]);
    return end;
  };
  let starts: ReadonlySet<number> | undefined;
  const startsOf = (): ReadonlySet<number> => {
    const all = new Set([0]);
    for (let at = endOf(0); at < entries.length; at = endOf(at)) all.add(at);
    return all;
  };
  return (cursor) => {
    const place = cursor === undefined ? undefined : readCursor(kind, cursor);
    if (cursor !== undefined && place === undefined) return undefined;
    const start = place === undefined ? 0 : placeOf(place, entries);
    const ready = kept.get(start);
    if (ready !== undefined) return ready;
    const page = pageOf(kind, entries, start, endOf(start));
    // A cursor of an older list may begin anywhere; keeping those too would let clients fill the memory.
    if ((starts ??= startsOf()).has(start)) kept.set(start, page);
    return page;
  };
}

function pageOf(kind: CatalogKind, entries: readonly Entry[], start: number, end: number): Payload {
  const pieces: Uint8Array[] = [Buffer.from(`{"${kind}":[`)];
  for (let at = start; at < end; at++) {
    if (at > start) pieces.push(COMMA);
    pushDefinition(pieces, entries[at]);
  }
  const last = entries[end - 1];
  const more = end < entries.length && last !== undefined;
  const tail = more
    ? `],"nextCursor":"${writeCursor({ kind, position: end, after: last.publicName })}"}`
    : ']}';
  pieces.push(Buffer.from(tail));
  return { bytes: Buffer.concat(pieces) };
}

const COMMA = Buffer.from(',');

/** The definition as the server wrote it; only the value of its name is another. */
function pushDefinition(pieces: Uint8Array[], entry: Entry | undefined): void {
  if (entry === undefined) return;
  const { bytes, name, nameAt } = entry.definition;
  if (entry.publicName === name) {
    pieces.push(bytes);
    return;
  }
  pieces.push(
    bytes.subarray(0, nameAt.start),
    Buffer.from(JSON.stringify(entry.publicName)),
    bytes.subarray(nameAt.end),
  );
}

/** Nearly: the public name may be some characters longer. */
function sizeOf(entry: Entry | undefined): number {
  return (entry?.definition.bytes.length ?? 0) + 1;
}

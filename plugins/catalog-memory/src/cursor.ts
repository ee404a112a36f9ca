import type { CatalogKind, Entry } from '@switchyard/plugin-api';

/** Where a page begins: after the entry with this name, which stood at this place. */
export interface Cursor {
  readonly kind: CatalogKind;
  readonly position: number;
  readonly after: string;
}

/** A cursor as clients carry it: opaque to them (2025-11-25, pagination). */
export function writeCursor({ kind, position, after }: Cursor): string {
  return Buffer.from(JSON.stringify([kind, position, after])).toString('base64url');
}

/** Undefined if it is none of ours, or of another kind. */
export function readCursor(kind: CatalogKind, cursor: string): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [saidKind, position, after] = value as readonly unknown[];
  if (saidKind !== kind || typeof after !== 'string' || !isCount(position)) return undefined;
  return { kind, position, after };
}

/**
 * Where to go on in a list that may have changed since: after the entry itself wherever it is now, and where it stood
 * if it is gone.
 */
export function placeOf({ position, after }: Cursor, entries: readonly Entry[]): number {
  if (entries[position - 1]?.publicName === after) return position;
  const now = entries.findIndex((entry) => entry.publicName === after);
  // What followed it moved up into its place.
  return now < 0 ? Math.min(position - 1, entries.length) : now + 1;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

import { badInput } from './bad-input.ts';

/** The arguments of every list (Relay, cursor connections). */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A part of a list, in the list's order. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor?: string;
    readonly endCursor?: string;
  };
  readonly totalCount: number;
}

/** A list to take pages from. */
export interface Pageable<T> {
  /** In cursors, so that those of another list are refused. */
  readonly list: string;
  /** Everything, whether or not it matches. */
  readonly all: readonly T[];
  /** Which of `all` match, by position, ascending; absent: all do. */
  readonly matching?: readonly number[];
  /** What an item is recognised by when the list has changed. */
  readonly keyOf: (item: T) => string;
  /** Where an item stood that is gone; absent: where its cursor says. */
  readonly whenGone?: (key: string, position: number) => number;
  /** Which end is shown when nobody says. */
  readonly from?: 'start' | 'end';
}

const USUAL = 50;
const MOST = 500;

/**
 * One page. A cursor survives changes of the list: it names its item, and where that stood.
 * @throws BAD_USER_INPUT for a size out of 1 to 500, both sizes at once, or a cursor of another list.
 */
export function pageOf<T>(list: Pageable<T>, page: PageArguments): Page<T> {
  const { all, keyOf, matching = all.map((_, position) => position) } = list;
  const size = sizeOf(page, list.from ?? 'start');
  const low = page.after == null ? 0 : place(list, 'after', page.after).next;
  const high = page.before == null ? all.length : place(list, 'before', page.before).at;
  const begin = firstNotBelow(matching, low);
  const end = Math.max(begin, firstNotBelow(matching, high));
  const from = size.end === 'start' ? begin : Math.max(begin, end - size.count);
  const to = size.end === 'start' ? Math.min(end, begin + size.count) : end;
  const edges = matching.slice(from, to).map((position) => {
    const node = all[position] as T;
    return { cursor: cursorOf(list.list, position, keyOf(node)), node };
  });
  const [head, tail] = [edges[0], edges.at(-1)];
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasPreviousPage: from > 0,
      hasNextPage: to < matching.length,
      ...(head && { startCursor: head.cursor }),
      ...(tail && { endCursor: tail.cursor }),
    },
    totalCount: matching.length,
  };
}

/** The same bounds for lists that are no pages. @throws BAD_USER_INPUT */
export function checkedCount(name: string, count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw badInput(`${name} must be between 1 and ${MOST}`);
}

function sizeOf({ first, last }: PageArguments, usual: 'start' | 'end') {
  if (first != null && last != null) throw badInput('give first or last, not both');
  if (first != null) return { end: 'start', count: checkedCount('first', first) } as const;
  if (last != null) return { end: 'end', count: checkedCount('last', last) } as const;
  return { end: usual, count: USUAL } as const;
}

function cursorOf(list: string, position: number, key: string): string {
  return Buffer.from(JSON.stringify([list, position, key])).toString('base64url');
}

/** Where a cursor's item is, and what comes after it. */
function place<T>(
  { list, all, keyOf, whenGone }: Pageable<T>,
  argument: string,
  cursor: string,
): { readonly at: number; readonly next: number } {
  const read = readCursor(cursor);
  if (!read || read.list !== list) throw badInput(`${argument} is no cursor of this list`);
  const { position, key } = read;
  const there = all[position];
  const isThere = there !== undefined && keyOf(there) === key;
  const at = isThere ? position : all.findIndex((item) => keyOf(item) === key);
  if (at >= 0) return { at, next: at + 1 };
  // What followed it moved up into its place.
  const gone = Math.min(whenGone?.(key, position) ?? position, all.length);
  return { at: gone, next: gone };
}

function readCursor(cursor: string) {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(value)) return undefined;
    const [list, position, key] = value as readonly unknown[];
    if (typeof list !== 'string' || typeof key !== 'string') return undefined;
    if (!Number.isSafeInteger(position) || (position as number) < 0) return undefined;
    return { list, position: position as number, key };
  } catch {
    return undefined;
  }
}

/** The index of the first position that is not below `bound`. */
function firstNotBelow(positions: readonly number[], bound: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

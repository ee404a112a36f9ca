import type { CatalogKind, Definition, Payload } from '@switchyard/plugin-api';
import { FRAME_LIMITS, type FrameLimits } from './frame.ts';
import { OPEN_BRACE, OPEN_BRACKET, endOfValue, levelsOf, walkArray } from './json.ts';
import { spanned, withSpans } from './members.ts';
import { onOneLine } from './one-line.ts';
import { Malformed } from './tokens.ts';
import { stringAt } from './value.ts';

/** One page of a list. */
export interface ListPage {
  readonly definitions: readonly Definition[];
  /** Where the next page begins, opaque; `""` is a cursor like any other (2025-11-25, pagination). */
  readonly nextCursor?: string;
  /** What was left out and why, in one sentence. */
  readonly problem?: string;
}

/** What names an item of each kind. The member of the result that holds the items is called like the kind. */
const IDENTITY: Readonly<Record<CatalogKind, 'name' | 'uri' | 'uriTemplate'>> = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
};

/**
 * The items of a list result, each as its own bytes. Never throws for what a server sent: an item without an identity
 * is left out, and `problem` says so.
 */
export function definitionsOf(
  kind: CatalogKind,
  result: Payload,
  limits: Pick<FrameLimits, 'maxDepth'> = FRAME_LIMITS,
): ListPage {
  const { bytes, spans } = withSpans(result);
  const list = spans[kind];
  if (list === undefined || bytes[list.start] !== OPEN_BRACKET) {
    return { definitions: [], problem: `the result has no array "${kind}"` };
  }
  const nextCursor = stringAt(bytes, spans['nextCursor']);
  const read = readItems(kind, bytes, list.start, levelsOf(limits.maxDepth));
  return { ...read, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

function readItems(
  kind: CatalogKind,
  bytes: Uint8Array,
  at: number,
  levels: number,
): Omit<ListPage, 'nextCursor'> {
  const definitions: Definition[] = [];
  let skipped = 0;
  let first = '';
  try {
    walkArray(bytes, at, levels, (start) => {
      const end = endOfValue(bytes, start, levels - 1);
      const read = readItem(IDENTITY[kind], bytes.subarray(start, end));
      if (typeof read !== 'string') definitions.push(read);
      else if (skipped++ === 0) first = `${kind}[${definitions.length}] ${read}`;
      return end;
    });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { definitions, problem: `cut after ${definitions.length} ${kind}: ${error.what}` };
  }
  if (skipped === 0) return { definitions };
  return { definitions, problem: `${skipped} of ${skipped + definitions.length} ${kind} left out: ${first}` };
}

/** The definition, or in words why it is none. */
function readItem(identity: string, item: Uint8Array): Definition | string {
  if (item[0] !== OPEN_BRACE) return 'is not an object';
  const { bytes, spans } = spanned(item);
  const place = spans[identity];
  const name = stringAt(bytes, place);
  if (place === undefined || name === undefined) return `has no string "${identity}"`;
  // Kept on one line, or every list that holds it would be copied to make it so.
  return { name, bytes: onOneLine([bytes])[0]!, nameAt: { start: place.start, end: place.end } };
}

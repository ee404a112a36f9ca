import { setImmediate as afterOthers } from 'node:timers/promises';
import type { CatalogKind, Definition, Entry } from '@switchyard/plugin-api';

/** Which entries are wanted; what is absent does not matter. */
export interface EntryFilter {
  readonly kinds?: ReadonlySet<CatalogKind>;
  readonly servers?: ReadonlySet<string>;
  readonly search?: string;
}

/** How many definitions are read before others have their turn: a search must not hold up calls. */
const SLICE = 200;

/** The positions of the entries that match. */
export async function matchingEntries(
  entries: readonly Entry[],
  { kinds, servers, search = '' }: EntryFilter,
): Promise<readonly number[]> {
  const wanted = search.toLowerCase();
  const matching: number[] = [];
  let read = 0;
  for (const [position, entry] of entries.entries()) {
    if (kinds && !kinds.has(entry.kind)) continue;
    if (servers && !servers.has(entry.server)) continue;
    if (wanted !== '' && !entry.publicName.toLowerCase().includes(wanted)) {
      read += 1;
      if (read % SLICE === 0) await afterOthers();
      if (!wordsOf(entry.definition).includes(wanted)) continue;
    }
    matching.push(position);
  }
  return matching;
}

/** What a person would look for in a definition, in lower case. */
function wordsOf(definition: Definition): string {
  const { name, title, description } = parseDefinition(definition);
  return [definition.name, name, title, description]
    .filter((word) => typeof word === 'string')
    .join('\n')
    .toLowerCase();
}

/** A definition as a value; empty where it is no JSON object. */
export function parseDefinition({ bytes }: Definition): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    return {};
  }
}

import {
  CATALOG_KINDS,
  type CatalogKind,
  type CatalogProblem,
  type CatalogServer,
  type Definition,
  type Entry,
} from '@switchyard/plugin-api';
import type { KnownLists } from './known-lists.ts';
import { publicName } from './names.ts';
import { problemOf } from './problem-of.ts';
import type { Slug } from './slugs.ts';

/** One server's part of the catalog, whoever else is there: what it offers under the names it asks for. */
export interface Offer {
  readonly server: string;
  /** Where its entry stands. */
  readonly where: string | undefined;
  /** Undefined: nothing is known of its lists. */
  readonly known: KnownLists | undefined;
  readonly entries: Readonly<Record<CatalogKind, readonly Entry[]>>;
  readonly instructions: string | undefined;
  readonly problems: readonly CatalogProblem[];
}

/** @param earlier the server's offer before: entries that would be the same are the same objects */
export function offerOf(
  server: CatalogServer,
  slug: Slug,
  known: KnownLists | undefined,
  earlier?: Offer,
): Offer {
  if (slug.kind === 'refused') {
    const problems = [{ server: server.name, ...problemOf(slug.error) }];
    return {
      server: server.name,
      where: server.where,
      known,
      entries: NOTHING,
      instructions: undefined,
      problems,
    };
  }
  const entries = Object.fromEntries(
    CATALOG_KINDS.map((kind) => {
      const before = new Map(earlier?.entries[kind].map((entry) => [entry.definition, entry]));
      const definitions = known?.lists[kind]?.definitions ?? [];
      return [
        kind,
        definitions.map((definition) =>
          entryOf(kind, server.name, slug.slug, definition, before.get(definition)),
        ),
      ];
    }),
  ) as Record<CatalogKind, Entry[]>;
  const problems = CATALOG_KINDS.flatMap((kind) =>
    (known?.lists[kind]?.problems ?? []).map((message) => ({ server: server.name, kind, message })),
  );
  return {
    server: server.name,
    where: server.where,
    known,
    entries,
    instructions: known?.instructions,
    problems,
  };
}

const NOTHING: Offer['entries'] = { tools: [], prompts: [], resources: [], resourceTemplates: [] };

function entryOf(
  kind: CatalogKind,
  server: string,
  slug: string,
  definition: Definition,
  earlier?: Entry,
): Entry {
  const named = kind === 'tools' || kind === 'prompts';
  const name = named ? publicName(slug, definition.name) : definition.name;
  return earlier?.publicName === name ? earlier : { kind, server, publicName: name, definition };
}

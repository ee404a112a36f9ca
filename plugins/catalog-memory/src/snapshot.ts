import { CATALOG_KINDS, type CatalogKind, type CatalogSnapshot, type Entry } from '@switchyard/plugin-api';
import { joinInstructions } from './instructions.ts';
import { nearestOf } from './nearest.ts';
import type { Offer } from './offer.ts';
import { ownNames, ownUris, type Owned } from './ownership.ts';
import { pagesOf, type PageLimits, type Pages } from './pages.ts';
import { indexTemplates } from './template-index.ts';

/** A snapshot, and the public names that it stands for, by kind: what deltas compare. */
export interface NamedSnapshot extends CatalogSnapshot {
  readonly named: Readonly<Record<CatalogKind, ReadonlyMap<string, Entry>>>;
}

/** The catalog that these offers make, in configuration order. Depends on nothing else. */
export function snapshotOf(revision: number, offers: readonly Offer[], limits?: PageLimits): NamedSnapshot {
  const owned: Readonly<Record<CatalogKind, Owned>> = {
    tools: ownNames('tools', offers),
    prompts: ownNames('prompts', offers),
    resources: ownUris('resources', offers),
    resourceTemplates: ownUris('resourceTemplates', offers),
  };
  const byKind = <T>(make: (kind: CatalogKind) => T): Readonly<Record<CatalogKind, T>> =>
    Object.fromEntries(CATALOG_KINDS.map((kind) => [kind, make(kind)])) as Record<CatalogKind, T>;
  const entries = byKind((kind) => Object.freeze([...owned[kind].entries.values()]));
  const pages: Readonly<Record<CatalogKind, Pages>> = byKind((kind) => pagesOf(kind, entries[kind], limits));
  const templates = indexTemplates(entries.resourceTemplates);
  const known = new Set(offers.filter((offer) => offer.known !== undefined).map((offer) => offer.server));
  const counts = countsOf(entries);
  const said = offers.flatMap(({ server, instructions }) =>
    instructions === undefined ? [] : [{ server, text: instructions }],
  );
  return Object.freeze({
    revision,
    named: byKind((kind) => owned[kind].entries),
    entries: (kind) => entries[kind],
    resolve: (kind, name) => owned[kind].entries.get(name),
    resolveUri: (uri) =>
      owned.resources.entries.get(uri) ?? owned.resourceTemplates.entries.get(uri) ?? templates.find(uri),
    page: (kind, cursor) => pages[kind](cursor),
    nearest: (kind, name, count) => nearestOf([...owned[kind].entries.keys()], name, count),
    knows: (server) => known.has(server),
    counts: (server) => counts.get(server) ?? NONE,
    instructions: joinInstructions(said),
    problems: Object.freeze([
      ...offers.flatMap((offer) => offer.problems),
      ...CATALOG_KINDS.flatMap((kind) => owned[kind].problems),
      ...templates.problems,
    ]),
  } satisfies NamedSnapshot);
}

type Counts = Readonly<Record<CatalogKind, number>>;

const NONE: Counts = { tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 };

function countsOf(entries: Readonly<Record<CatalogKind, readonly Entry[]>>): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Record<CatalogKind, number>>();
  for (const kind of CATALOG_KINDS) {
    for (const { server } of entries[kind]) {
      const counted = counts.get(server) ?? { ...NONE };
      counted[kind] += 1;
      counts.set(server, counted);
    }
  }
  return counts;
}

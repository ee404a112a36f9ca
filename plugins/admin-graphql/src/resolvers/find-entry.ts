import { CATALOG_KINDS, type CatalogKind, type CatalogSnapshot, type Entry } from '@switchyard/plugin-api';

/** The entry of a kind that clients see under this name. */
export function findEntry(
  snapshot: CatalogSnapshot,
  kind: CatalogKind,
  publicName: string,
): Entry | undefined {
  if (kind === 'tools' || kind === 'prompts') return snapshot.resolve(kind, publicName);
  const owner = snapshot.resolveUri(publicName);
  if (owner?.kind === kind && owner.publicName === publicName) return owner;
  // A template that is written like some resource's address.
  return snapshot.entries(kind).find((entry) => entry.publicName === publicName);
}

const lists = new WeakMap<CatalogSnapshot, readonly Entry[]>();

/** Everything, kind after kind. */
export function allEntries(snapshot: CatalogSnapshot): readonly Entry[] {
  const known = lists.get(snapshot);
  if (known) return known;
  const all = CATALOG_KINDS.flatMap((kind) => snapshot.entries(kind));
  lists.set(snapshot, all);
  return all;
}

const tools = new WeakMap<CatalogSnapshot, ReadonlyMap<string, readonly Entry[]>>();

/** The tools of one server: sorted once, because who asks mostly asks for those of all. */
export function toolsOf(snapshot: CatalogSnapshot, server: string): readonly Entry[] {
  const known = tools.get(snapshot) ?? byServer(snapshot.entries('tools'));
  tools.set(snapshot, known);
  return known.get(server) ?? [];
}

function byServer(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const sorted = new Map<string, Entry[]>();
  for (const entry of entries) {
    const own = sorted.get(entry.server);
    if (own) own.push(entry);
    else sorted.set(entry.server, [entry]);
  }
  return sorted;
}

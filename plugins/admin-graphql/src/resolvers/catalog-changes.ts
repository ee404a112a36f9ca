import {
  CATALOG_KINDS,
  type Catalog,
  type CatalogDelta,
  type CatalogSnapshot,
  type Entry,
} from '@switchyard/plugin-api';
import type { Source } from '../admin-api.ts';
import { findEntry } from './find-entry.ts';

/** What one change of the catalog did to one server. */
export interface CatalogChange {
  readonly server: string;
  readonly revision: number;
  readonly added: readonly Entry[];
  /** Public names. */
  readonly removed: readonly string[];
  readonly changed: readonly Entry[];
}

/** Each change of the catalog, as one for each server that it touches. */
export function catalogChanges(catalog: Catalog): Source<CatalogChange> {
  return {
    subscribe(next) {
      // A snapshot never changes: the one before still knows whose a name was that is gone.
      let before = catalog.snapshot;
      return catalog.changes$.subscribe((delta) => {
        const after = catalog.snapshot;
        const changes = changesByServer(before, after, delta);
        before = after;
        for (const change of changes) next(change);
      });
    },
  };
}

/** A delta by server, in the order in which it names them. Pure. */
export function changesByServer(
  before: CatalogSnapshot,
  after: CatalogSnapshot,
  delta: CatalogDelta,
): readonly CatalogChange[] {
  const changes = new Map<string, { added: Entry[]; removed: string[]; changed: Entry[] }>();
  const of = (server: string) => {
    const known = changes.get(server) ?? { added: [], removed: [], changed: [] };
    changes.set(server, known);
    return known;
  };
  for (const kind of CATALOG_KINDS) {
    const { added = [], removed = [], changed = [] } = delta[kind] ?? {};
    for (const name of added) {
      const now = findEntry(after, kind, name);
      if (now) of(now.server).added.push(now);
    }
    for (const name of removed) {
      const old = findEntry(before, kind, name);
      if (old) of(old.server).removed.push(name);
    }
    for (const name of changed) {
      const [old, now] = [findEntry(before, kind, name), findEntry(after, kind, name)];
      if (old?.server === now?.server) {
        if (now) of(now.server).changed.push(now);
        continue;
      }
      // An address that another server offers now.
      if (old) of(old.server).removed.push(name);
      if (now) of(now.server).added.push(now);
    }
  }
  return [...changes].map(([server, change]) => ({ server, revision: after.revision, ...change }));
}

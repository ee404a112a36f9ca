import { CATALOG_KINDS, type CatalogDelta, type CatalogKind, type Entry } from '@switchyard/plugin-api';
import type { NamedSnapshot } from './snapshot.ts';

/** What clients would notice between two snapshots; kinds without a difference are absent. */
export function deltaOf(before: NamedSnapshot, after: NamedSnapshot): CatalogDelta {
  const delta: Partial<Record<CatalogKind, Required<CatalogDelta>[CatalogKind]>> = {};
  for (const kind of CATALOG_KINDS) {
    const [old, now] = [before.named[kind], after.named[kind]];
    const added = [...now.keys()].filter((name) => !old.has(name));
    const removed = [...old.keys()].filter((name) => !now.has(name));
    const changed = [...now].filter(([name, entry]) => isOther(old.get(name), entry)).map(([name]) => name);
    if (added.length + removed.length + changed.length > 0) delta[kind] = { added, removed, changed };
  }
  return delta;
}

function isOther(old: Entry | undefined, now: Entry): boolean {
  if (old === undefined || old === now) return false;
  const sameSource = old.server === now.server && old.definition.name === now.definition.name;
  return !sameSource || Buffer.compare(old.definition.bytes, now.definition.bytes) !== 0;
}

import type { AdminContext } from '../admin-api.ts';
import { catalogChanges, type CatalogChange } from './catalog-changes.ts';
import type { Feed } from './feed.ts';
import { theServer } from './find-server.ts';

/** What the event says; the server is looked up when it is sent. */
export interface CatalogEvent extends CatalogChange {
  readonly seq: number;
}

/** The revision that each server begins from, then each change. @throws SERVER_UNKNOWN */
export function catalogEvents(
  { server }: { readonly server?: string | null },
  context: AdminContext,
): Feed<CatalogEvent> {
  const only = server == null ? undefined : theServer(context, server).name;
  let seq = 0;
  return {
    first: () => {
      const { revision } = context.catalog.snapshot;
      const names = only === undefined ? context.status().servers.map(({ name }) => name) : [only];
      return names.map((name) => ({
        seq: (seq += 1),
        server: name,
        revision,
        added: [],
        removed: [],
        changed: [],
      }));
    },
    source: {
      subscribe: (next) =>
        catalogChanges(context.catalog).subscribe((change) => {
          if (only === undefined || change.server === only) next({ ...change, seq: (seq += 1) });
        }),
    },
  };
}

import type {
  Catalog,
  Clock,
  Definition,
  Logs,
  Reload,
  Servers,
  ServerView,
  Status,
} from '@switchyard/plugin-api';
import type { AdminApi, AdminContext } from './admin-api.ts';
import { buildSchema, type OwnedModule } from './modules/build-schema.ts';
import { masked } from './masked.ts';
import { parseDefinition } from './resolvers/catalog-search.ts';

/** What the admin API reads from and gives orders to. */
export interface AdminServices {
  readonly servers: Servers;
  readonly catalog: Catalog;
  readonly status: () => Status;
  readonly logs: Logs;
  readonly clock: Clock;
  readonly reload: Reload;
  /** Masks the secrets of the configuration in the words of a server. */
  readonly redact: (text: string) => string;
  /** Hears how many events slow subscribers missed. */
  readonly onMissed: (count: number) => void;
}

/** The admin API with what other plugins add to it. @throws PLUGIN_CLASH, PLUGIN_INVALID */
export function createAdminApi(
  { status, onMissed, ...services }: AdminServices,
  modules: readonly OwnedModule[],
): AdminApi {
  const present = onceATick(() => {
    const now = status();
    return { status: now, byName: new Map(now.servers.map((server) => [server.name, server])) };
  });
  return {
    schema: buildSchema(modules),
    contextFor: (principal): AdminContext => ({
      ...services,
      principal,
      status: () => present().status,
      serverNamed: (name): ServerView | undefined => present().byName.get(name),
      definitionOf: onceEach((definition) => masked(parseDefinition(definition), services.redact)),
      missed: onMissed,
    }),
  };
}

/** Reads at most once until the work at hand is done. */
function onceATick<T>(read: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    if (!kept) {
      kept = { value: read() };
      queueMicrotask(() => (kept = undefined));
    }
    return kept.value;
  };
}

/** Reads each at most once for as long as somebody else keeps it. */
function onceEach<T>(read: (definition: Definition) => T): (definition: Definition) => T {
  const known = new WeakMap<Definition, { readonly value: T }>();
  return (definition) => {
    const before = known.get(definition);
    if (before) return before.value;
    const value = read(definition);
    known.set(definition, { value });
    return value;
  };
}

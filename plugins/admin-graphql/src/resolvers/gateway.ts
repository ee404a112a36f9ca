import type { CatalogProblem, PluginStatus, Status } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { globalId } from './global-id.ts';

interface PluginsArguments {
  readonly state?: readonly PluginStatus['state'][] | null;
}

export const gatewayResolvers = {
  Query: {
    kernel: (_root: unknown, _arguments: unknown, context: AdminContext) => context.status(),
    plugins: (_root: unknown, { state }: PluginsArguments, context: AdminContext) =>
      context.status().plugins.filter((plugin) => state == null || state.includes(plugin.state)),
    problems: (_root: unknown, _arguments: unknown, context: AdminContext) => context.status().problems,
    ledger: (_root: unknown, _arguments: unknown, context: AdminContext) => context.status().ledger,
  },
  Kernel: { uptime: ({ uptimeMs }: Status) => uptimeMs },
  Plugin: {
    // Two that failed before their ids were known may have been asked for by one name: no more can be told of them.
    id: ({ id }: PluginStatus) => globalId('Plugin', id),
    name: ({ id }: PluginStatus) => id,
    askedFor: ({ name }: PluginStatus) => name,
  },
  CatalogProblem: {
    server: ({ server }: CatalogProblem, _arguments: unknown, context: AdminContext) =>
      context.serverNamed(server),
    hint: ({ remedy }: CatalogProblem) => remedy,
  },
};

import { createAdminApi, type AdminServices } from './create-api.ts';
import { createGraphqlServer, type GraphqlServer, type GraphqlServerParts } from './http/serve.ts';
import type { OwnedModule } from './modules/build-schema.ts';

/**
 * Puts the admin API together. Everything that needs GraphQL hangs on this file, which is imported late: whoever only
 * starts the gateway does not wait for it.
 * @throws PLUGIN_CLASH, PLUGIN_INVALID
 */
export function createServer(
  services: AdminServices,
  modules: readonly OwnedModule[],
  parts: GraphqlServerParts,
): GraphqlServer {
  return createGraphqlServer(createAdminApi(services, modules), parts);
}

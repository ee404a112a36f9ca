import {
  adminModules,
  catalog,
  clock,
  definePlugin,
  endpoints,
  httpHost,
  ledger,
  logs,
  metrics,
  redact,
  reload,
  servers,
  status,
} from '@switchyard/plugin-api';
import { createGraphqlEndpoint } from './endpoint.ts';
import { GraphqlConfig } from './http/options.ts';
import { loadInSlices } from './load-in-slices.ts';
import { apiMetrics } from './metrics.ts';

/** How long the servers have until the admin API is loaded beside them, in milliseconds. */
const LISTED_MS = 60_000;
const QUIET_MS = 5_000;

export default definePlugin({
  id: 'admin-graphql',
  api: 1,
  config: GraphqlConfig,
  needs: [httpHost, servers, catalog, status, ledger, logs, clock, redact, reload],
  setup(host, options) {
    const modules = host.contributions(adminModules);
    const services = {
      servers: host.get(servers),
      catalog: host.get(catalog),
      status: host.get(status),
      logs: host.get(logs),
      clock: host.get(clock),
      reload: host.get(reload),
      redact: host.get(redact),
    };
    const { log } = host;
    let missedEvents = 0;
    const endpoint = createGraphqlEndpoint({
      http: host.get(httpHost),
      clock: services.clock,
      log,
      status: services.status,
      ledger: host.get(ledger),
      listed: () => services.servers.listed(LISTED_MS, QUIET_MS),
      hasModules: () => modules.items.some(({ late }) => late !== true),
      load: async () => {
        await loadInSlices();
        const { createServer } = await import('./load.ts');
        const onMissed = (count: number) => void (missedEvents += count);
        return createServer({ ...services, onMissed }, modules.owned, {
          log,
          clock: services.clock,
          options,
        });
      },
    });
    // Already closed unless the boot failed.
    host.own(() => endpoint.close(0), 'admin API');
    host.contribute(endpoints, endpoint);
    const counts = { server: () => endpoint.loaded, missedEvents: () => missedEvents };
    for (const metric of apiMetrics(counts)) host.contribute(metrics, metric);
  },
});

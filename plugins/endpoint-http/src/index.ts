import { clock, definePlugin, endpoints, httpHost, metrics } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import { doorMetrics } from './door-metrics.ts';
import { createHttpEndpoint } from './http-endpoint.ts';
import { EndpointConfig } from './options.ts';

export default definePlugin({
  id: 'endpoint-http',
  api: 1,
  config: EndpointConfig,
  needs: [httpHost, clock],
  setup(host, options) {
    const endpoint = createHttpEndpoint({
      http: host.get(httpHost),
      clock: host.get(clock),
      log: host.log,
      era: legacy,
      options,
      own: (owned, label) => host.own(owned, label),
    });
    host.contribute(endpoints, endpoint);
    for (const metric of doorMetrics(endpoint.counts)) host.contribute(metrics, metric);
  },
});

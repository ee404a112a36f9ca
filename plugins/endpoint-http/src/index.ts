import { clock, definePlugin, endpoints, httpHost } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import { createHttpEndpoint } from './http-endpoint.ts';
import { EndpointConfig } from './options.ts';

export default definePlugin({
  id: 'endpoint-http',
  api: 1,
  config: EndpointConfig,
  needs: [httpHost, clock],
  setup(host, options) {
    host.contribute(
      endpoints,
      createHttpEndpoint({
        http: host.get(httpHost),
        clock: host.get(clock),
        log: host.log,
        era: legacy,
        options,
        own: (owned, label) => host.own(owned, label),
      }),
    );
  },
});

import { join } from 'node:path';
import { clock, definePlugin, endpoints, store } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import { EndpointConfig } from './options.ts';
import { createStdioEndpoint } from './stdio-endpoint.ts';

export default definePlugin({
  id: 'endpoint-stdio',
  api: 1,
  config: EndpointConfig,
  needs: [store, clock],
  setup(host, options) {
    const endpoint = createStdioEndpoint({
      socket: options.socket ?? join(host.get(store).folder, 'mcp.sock'),
      clock: host.get(clock),
      log: host.log,
      era: legacy,
      options,
    });
    host.own(() => endpoint.destroy(), 'socket for clients');
    host.contribute(endpoints, endpoint);
  },
});

import { definePlugin, defineTransport, random, transports } from '@switchyard/plugin-api';
import { loadClient } from './load-client.ts';
import { HttpOptions } from './options.ts';
import { HttpTarget } from './target.ts';
import { HttpWire } from './wire.ts';

export { HttpOptions } from './options.ts';
export { HttpTarget } from './target.ts';

export default definePlugin({
  id: 'transport-http',
  api: 1,
  config: HttpOptions,
  needs: [random],
  setup(host, options) {
    const source = host.get(random);
    const means = { options, loadClient, chance: () => source.next() };
    host.contribute(
      transports,
      defineTransport({
        kind: 'http',
        keys: ['url', 'serverUrl', 'httpUrl'],
        remote: true,
        target: HttpTarget,
        open: (target, context) => new HttpWire(target, means, context),
      }),
    );
  },
});

import { definePlugin, defineTransport, transports } from '@switchyard/plugin-api';
import { StdioOptions } from './options.ts';
import { StdioTarget } from './target.ts';
import { StdioWire } from './wire.ts';

export { StdioOptions } from './options.ts';
export { StdioTarget } from './target.ts';

export default definePlugin({
  id: 'transport-stdio',
  api: 1,
  config: StdioOptions,
  setup(host, options) {
    host.contribute(
      transports,
      defineTransport({
        kind: 'stdio',
        keys: ['command'],
        target: StdioTarget,
        open: (target, context) => new StdioWire(target, options, context),
      }),
    );
  },
});

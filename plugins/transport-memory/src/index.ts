import { definePlugin, defineTransport, transports } from '@switchyard/plugin-api';
import { MemoryTarget } from './target.ts';
import { MemoryWire } from './wire.ts';

export { type MemoryPeer, type Serve } from './peer.ts';
export { MemoryTarget } from './target.ts';

export default definePlugin({
  id: 'transport-memory',
  api: 1,
  setup(host) {
    host.contribute(
      transports,
      defineTransport({
        kind: 'memory',
        target: MemoryTarget,
        open: (target, context) => new MemoryWire(target, context),
      }),
    );
  },
});

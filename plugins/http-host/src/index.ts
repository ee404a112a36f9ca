import { clock, definePlugin, httpHost, store } from '@switchyard/plugin-api';
import { adminToken } from './admin-token.ts';
import { createHttpHost } from './http-host.ts';
import { HttpHostConfig } from './options.ts';

export default definePlugin({
  id: 'http-host',
  api: 1,
  config: HttpHostConfig,
  needs: [store, clock],
  provides: [httpHost],
  async setup(host, options) {
    // Made now, not with the first request: whoever administers this instance reads the file before asking anything.
    const token = await adminToken(host.get(store), process.env['SWITCHYARD_ADMIN_TOKEN']);
    const shared = createHttpHost({ options, adminToken: token, clock: host.get(clock), log: host.log });
    host.own(() => shared.close(), 'HTTP listeners');
    host.provide(httpHost, shared);
  },
});

import { catalog, definePlugin, routers, servers } from '@switchyard/plugin-api';
import { createListWait } from './list-wait.ts';
import { route } from './route.ts';

/** Routes by the catalog's names, and answers lists from it. */
export default definePlugin({
  id: 'routing-standard',
  api: 1,
  needs: [catalog, servers],
  setup(host) {
    const names = host.get(catalog);
    const wait = createListWait(host.get(servers));
    host.own(() => wait.close(), 'looking at changes of servers');
    host.contribute(routers, {
      name: 'standard',
      route: (call) => route(call, { snapshot: () => names.snapshot, wait }),
    });
  },
});

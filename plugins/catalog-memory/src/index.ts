import { catalogs, definePlugin, store } from '@switchyard/plugin-api';
import { createKeeper } from './keeper.ts';
import { createRepository } from './repository.ts';

/** The catalog in memory, remembered through the store. */
export default definePlugin({
  id: 'catalog-memory',
  api: 1,
  needs: [store],
  setup(host) {
    const keeper = createKeeper(host.get(store), host.log);
    host.own(() => keeper.flush(), 'lists that are being remembered');
    host.contribute(catalogs, {
      name: 'memory',
      open: async () => createRepository(await keeper.restore(), keeper, host.log),
    });
  },
});

import { isAbsolute } from 'node:path';
import { clock, definePlugin, store } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { createFileStore } from './file-store.ts';
import { removeLeftovers } from './folder-walk.ts';
import { acquireLock } from './lock.ts';
import { prepareFolder, usable } from './state-folder.ts';

const Options = v.strictObject({
  /** Absolute: whose folder it is must not depend on where the program was started. */
  dir: v.pipe(
    v.string(),
    v.check((dir) => isAbsolute(dir), 'must be an absolute path'),
  ),
});

/** The state directory behind the token `store`. */
export default definePlugin({
  id: 'store-fs',
  api: 1,
  config: Options,
  needs: [clock],
  provides: [store],
  async setup(host, { dir }) {
    await prepareFolder(dir);
    const lock = await usable(dir, () => acquireLock(dir, host.get(clock).date()));
    host.own(() => lock.release(), 'lock of the state directory');
    const removed = await usable(dir, () => removeLeftovers(dir));
    if (removed > 0)
      host.log.info('removed unfinished files of an earlier run', { folder: dir, files: removed });
    const files = createFileStore(dir);
    host.own(() => files.close(), 'writes to the state directory');
    host.provide(store, files);
  },
});

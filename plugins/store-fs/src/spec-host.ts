import { clock, type Host, type Log, type Owned, store, type Store } from '@switchyard/plugin-api';
import plugin from './index.ts';

/** A set-up plugin, and what closing its scope would do. */
export interface Installed {
  readonly store: Store;
  close(): Promise<void>;
}

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => log };

/** Sets the plugin up as the kernel would, with what it needs and no more. */
export async function install(dir: string): Promise<Installed> {
  const owned: (() => void | Promise<void>)[] = [];
  let provided: Store | undefined;
  const close = async (): Promise<void> => {
    while (owned.length > 0) await owned.pop()?.();
  };
  const host = {
    plugin: 'store-fs',
    log,
    get: (token: { key: symbol }) =>
      token.key === clock.key ? { now: () => 0, date: () => 0, after: () => () => {} } : undefined,
    own: (item: Owned) => {
      owned.push(item as () => Promise<void>);
      return item;
    },
    provide: (token: { key: symbol }, value: unknown) => {
      if (token.key === store.key) provided = value as Store;
    },
  } as unknown as Host;
  try {
    await plugin.setup(host, { dir } as never);
  } catch (error) {
    await close();
    throw error;
  }
  if (provided === undefined) throw new Error('the plugin provided no store');
  return { store: provided, close };
}

import { definePlugin, store, SwitchyardError, type Store } from '@switchyard/plugin-api';

/** A state directory that no disk has. */
export function memoryStore(): Store {
  const entries = new Map<string, { readonly bytes: Uint8Array; readonly version: string }>();
  let versions = 0;
  return {
    folder: '/simulated/state',
    get: async (name) => entries.get(name),
    put: async (name, bytes, expected) => {
      const current = entries.get(name)?.version;
      if (expected !== undefined && expected !== (current ?? 'absent'))
        throw new SwitchyardError('STORE_CONFLICT', { name });
      versions += 1;
      entries.set(name, { bytes, version: String(versions) });
      return String(versions);
    },
    delete: async (name) => void entries.delete(name),
    list: async (prefix) => [...entries.keys()].filter((name) => name.startsWith(prefix)).sort(),
  };
}

/** The plugin that has it. */
export const storePlugin = (kept: Store) =>
  definePlugin({
    id: 'simulated-store',
    api: 1,
    provides: [store],
    setup: (host) => host.provide(store, kept),
  });

import type { Store } from '@switchyard/plugin-api';

/** A store that forgets with the process, and fails as long as the test says. */
export interface SpecStore extends Store {
  readonly entries: Map<string, string>;
  /** What was written, in order. */
  readonly written: string[];
  isBroken: boolean;
}

export function specStore(): SpecStore {
  const entries = new Map<string, string>();
  const store: SpecStore = {
    folder: '/state',
    entries,
    written: [],
    isBroken: false,
    async get(name) {
      const text = entries.get(name);
      return text === undefined ? undefined : { bytes: Buffer.from(text), version: text };
    },
    async put(name, bytes) {
      if (store.isBroken) throw new Error('the disk is full');
      store.written.push(name);
      entries.set(name, Buffer.from(bytes).toString());
      return '';
    },
    async delete(name) {
      entries.delete(name);
    },
    list: async (prefix) => [...entries.keys()].filter((name) => name.startsWith(prefix)).sort(),
  };
  return store;
}

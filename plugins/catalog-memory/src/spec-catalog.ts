import {
  type CatalogKind,
  type CatalogServer,
  type Definition,
  type Log,
  type Store,
} from '@switchyard/plugin-api';
import { createRepository, type Memory } from './repository.ts';

/** A definition as a server would write it: `{"name":"…"}` with more members after it. */
export function definition(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
  key = 'name',
): Definition {
  const value = Buffer.from(JSON.stringify(name));
  const head = Buffer.from(`{ "${key}" : `);
  const tail = Buffer.from(`,${JSON.stringify(more).slice(1)}`);
  const bytes = Buffer.concat([head, value, tail.length > 2 ? tail : Buffer.from('}')]);
  return { name, bytes, nameAt: { start: head.length, end: head.length + value.length } };
}

/** Tools of these names. */
export function tools(...names: readonly string[]): {
  readonly definitions: { readonly tools: readonly Definition[] };
} {
  return { definitions: { tools: names.map((name) => definition(name)) } };
}

/** Definitions of these URIs or templates. */
export function uris(
  kind: 'resources' | 'resourceTemplates',
  ...names: readonly string[]
): readonly Definition[] {
  return names.map((name) => definition(name, { of: kind }, kind === 'resources' ? 'uri' : 'uriTemplate'));
}

/** A configured server. */
export function server(name: string, more: Partial<CatalogServer> = {}): CatalogServer {
  return { name, digest: '1', ...more };
}

/** A log that keeps what it is told. */
export function logbook(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (message: string, fields?: object): void => {
    lines.push(fields === undefined ? message : `${message} ${JSON.stringify(fields)}`);
  };
  const log = { lines, debug: line, info: line, warn: line, error: line, with: () => log };
  return log;
}

/** A repository that remembers nothing, of these servers. */
export function repositoryOf(...servers: readonly CatalogServer[]): ReturnType<typeof createRepository> {
  const nothing: Memory = { save: () => {}, forget: () => {} };
  const repository = createRepository(new Map(), nothing, logbook());
  repository.configure(servers);
  return repository;
}

/** The list in a page, parsed. */
export function listIn(
  page: { readonly bytes: Uint8Array } | undefined,
  kind: CatalogKind,
): readonly { name: string }[] {
  const result = JSON.parse(Buffer.from(page?.bytes ?? []).toString()) as Record<
    string,
    readonly { name: string }[]
  >;
  return result[kind] ?? [];
}

/** A store in a map, that tells how often it was written. */
export function storeInMemory(): Store & {
  readonly entries: Map<string, Uint8Array>;
  writes: number;
  failing: boolean;
} {
  const entries = new Map<string, Uint8Array>();
  const store = {
    folder: 'memory',
    entries,
    writes: 0,
    failing: false,
    get: (name: string) => {
      const bytes = entries.get(name);
      return Promise.resolve(bytes && { bytes, version: 'x' });
    },
    put: async (name: string, bytes: Uint8Array) => {
      await new Promise(setImmediate);
      if (store.failing) throw new Error('no space left');
      store.writes++;
      entries.set(name, bytes);
      return 'x';
    },
    delete: (name: string) => Promise.resolve(void entries.delete(name)),
    list: (prefix: string) =>
      Promise.resolve([...entries.keys()].filter((name) => name.startsWith(prefix)).sort()),
  };
  return store;
}

import { describe, expect, it } from '@jest/globals';
import {
  type CatalogProvider,
  type CatalogRepository,
  catalogs,
  type Host,
  type Owned,
  type Store,
} from '@switchyard/plugin-api';
import plugin from './index.ts';
import { fileOf } from './remembered-file.ts';
import { logbook, server, storeInMemory, tools, uris } from './spec-catalog.ts';

/** A run of the plugin, from set-up to the closing of its scope. */
async function run(store: Store): Promise<{
  readonly repository: CatalogRepository;
  readonly lines: readonly string[];
  close(): Promise<void>;
}> {
  const owned: (() => Promise<void>)[] = [];
  const provided: CatalogProvider[] = [];
  const log = logbook();
  const host = {
    log,
    get: () => store,
    own: (item: Owned) => owned.push(item as () => Promise<void>),
    contribute: (point: { key: symbol }, item: CatalogProvider) =>
      point.key === catalogs.key && provided.push(item),
  } as unknown as Host;
  await plugin.setup(host, undefined);
  const repository = await provided[0]?.open();
  if (repository === undefined) throw new Error('the plugin contributed no catalog');
  return {
    repository,
    lines: log.lines,
    close: async () => {
      while (owned.length > 0) await owned.pop()?.();
    },
  };
}

describe('catalog-memory', () => {
  it('answers after a restart as it did before, with the same bytes', async () => {
    const store = storeInMemory();
    const first = await run(store);
    first.repository.configure([server('Files'), server('web')]);
    first.repository.put('Files', {
      ...tools('read', 'é.write'),
      instructions: 'Be kind.',
      problems: { prompts: 'prompts/list failed: no answer' },
    });
    first.repository.put('Files', { definitions: { resources: uris('resources', 'a:1') } });
    const before = first.repository.snapshot;
    await first.close();
    expect(store.writes).toBe(1);
    expect([...store.entries.keys()]).toEqual([fileOf('Files')]);

    const second = await run(store);
    expect(second.repository.configure([server('Files'), server('web')])).toMatchObject({
      resources: { added: ['a:1'] },
    });
    const after = second.repository.snapshot;
    expect([after.knows('Files'), after.knows('web')]).toEqual([true, false]);
    expect(after.page('tools')?.bytes).toEqual(before.page('tools')?.bytes);
    expect(after.problems).toEqual(before.problems);
    expect(after.instructions).toBe(before.instructions);
    expect(second.repository.put('Files', tools('read', 'é.write'))).toEqual({});
    expect(second.repository.snapshot).toBe(after);
    await second.close();
    expect(store.writes).toBe(1);
  });

  it('writes the latest lists only, however often they change meanwhile', async () => {
    const store = storeInMemory();
    const { repository, close } = await run(store);
    repository.configure([server('a')]);
    for (let round = 0; round < 500; round++) repository.put('a', tools(`t${round}`));
    await new Promise(setImmediate);
    for (let round = 0; round < 500; round++) repository.put('a', tools(`u${round}`));
    await close();
    expect(store.writes).toBeLessThanOrEqual(2);
    expect(Buffer.from(store.entries.get(fileOf('a')) ?? []).toString()).toContain('u499');
  });

  it('does not use what is of another configuration or cannot be read, and says so', async () => {
    const store = storeInMemory();
    const first = await run(store);
    first.repository.configure([server('a'), server('b'), server('c')]);
    for (const name of ['a', 'b', 'c']) first.repository.put(name, tools('x'));
    await first.close();
    store.entries.set(fileOf('b'), Buffer.from('{"half'));
    const text = Buffer.from(store.entries.get(fileOf('c')) ?? []).toString();
    store.entries.set(fileOf('c'), Buffer.from(text.replace(/\[\d+,\d+,/, '[0,5,')));
    const second = await run(store);
    second.repository.configure([server('a', { digest: '2' }), server('b'), server('c')]);
    expect(['a', 'b', 'c'].map((name) => second.repository.snapshot.knows(name))).toEqual([
      false,
      false,
      false,
    ]);
    expect(second.lines).toHaveLength(3);
    expect(second.lines.join('\n')).toContain('of another configuration and are not used {"server":"a"}');
    await second.close();
  });

  it('drops what it remembers of servers that are not configured any more', async () => {
    const store = storeInMemory();
    const first = await run(store);
    first.repository.configure([server('a'), server('b')]);
    for (const name of ['a', 'b']) first.repository.put(name, tools('x'));
    first.repository.configure([server('a')]);
    await first.close();
    expect([...store.entries.keys()]).toEqual([fileOf('a')]);
    const second = await run(store);
    second.repository.configure([]);
    await second.close();
    expect(store.entries.size).toBe(0);
  });

  it('goes on when the store refuses, and says so', async () => {
    const store = storeInMemory();
    store.failing = true;
    const { repository, lines, close } = await run(store);
    repository.configure([server('a')]);
    repository.put('a', tools('x'));
    await close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the lists of a server could not be remembered');
    const broken = await run({ ...store, list: () => Promise.reject(new Error('EIO')) });
    expect(broken.repository.snapshot.revision).toBe(0);
    expect(broken.lines[0]).toContain('no lists of servers are remembered');
  });
});

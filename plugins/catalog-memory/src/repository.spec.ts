import { describe, expect, it } from '@jest/globals';
import type { CatalogServer, CatalogSnapshot, ServerLists } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { definition, listIn, repositoryOf, server, tools, uris } from './spec-catalog.ts';

const names = (snapshot: CatalogSnapshot): readonly string[] =>
  snapshot.entries('tools').map((entry) => entry.publicName);

describe('createRepository', () => {
  it('shows tools under public names, in the order of configuration and then of the server', () => {
    const repository = repositoryOf(server('files'), server('git hub'));
    expect(repository.put('git hub', tools('b', 'a'))).toEqual({
      tools: { added: ['git-hub__b', 'git-hub__a'], removed: [], changed: [] },
    });
    repository.put('files', tools('read'));
    expect(names(repository.snapshot)).toEqual(['files__read', 'git-hub__b', 'git-hub__a']);
    expect(repository.snapshot.resolve('tools', 'git-hub__a')).toMatchObject({
      server: 'git hub',
      definition: { name: 'a' },
    });
    expect(repository.snapshot.resolve('tools', '__proto__')).toBeUndefined();
    expect(repository.snapshot.resolve('prompts', 'files__read')).toBeUndefined();
  });

  it('counts what each server offers', () => {
    const repository = repositoryOf(server('files'), server('other'), server('silent'));
    repository.put('files', {
      definitions: { ...tools('a', 'b').definitions, resources: uris('resources', 'x:1') },
    });
    repository.put('other', tools('a'));
    const none = { tools: 0, prompts: 0, resources: 0, resourceTemplates: 0 };
    expect(repository.snapshot.counts('files')).toEqual({ ...none, tools: 2, resources: 1 });
    expect(repository.snapshot.counts('other')).toEqual({ ...none, tools: 1 });
    expect(repository.snapshot.counts('silent')).toEqual(none);
    expect(repository.snapshot.counts('unheard of')).toEqual(none);
  });

  it('keeps what a server wrote byte for byte and replaces the name alone', () => {
    const repository = repositoryOf(server('files'), server('bare', { prefix: '' }));
    const odd = Buffer.from('{"x":1.0e+2, "name" : "re\\u0061d","y":{"name":"read"}}');
    const at = { start: 22, end: 33 };
    expect(odd.subarray(at.start, at.end).toString()).toBe('"re\\u0061d"');
    const lists = { definitions: { tools: [{ name: 'read', bytes: odd, nameAt: at }] } };
    repository.put('files', lists);
    repository.put('bare', lists);
    expect(Buffer.from(repository.snapshot.page('tools')?.bytes ?? []).toString()).toBe(
      '{"tools":[{"x":1.0e+2, "name" : "files__read","y":{"name":"read"}},{"x":1.0e+2, "name" : "re\\u0061d","y":{"name":"read"}}]}',
    );
    odd.fill(0);
    expect(listIn(repository.snapshot.page('tools'), 'tools')).toHaveLength(2);
  });

  it('tells what came, went and changed, and changes nothing when nothing changed', () => {
    const repository = repositoryOf(server('files'));
    repository.put('files', tools('a', 'b', 'c'));
    const before = repository.snapshot;
    expect(repository.put('files', tools('a', 'b', 'c'))).toEqual({});
    expect(repository.configure([server('files')])).toEqual({});
    expect(repository.snapshot).toBe(before);
    const other = {
      definitions: { tools: [definition('a'), definition('b', { title: 'B' }), definition('d')] },
    };
    expect(repository.put('files', other)).toEqual({
      tools: { added: ['files__d'], removed: ['files__c'], changed: ['files__b'] },
    });
    expect(repository.snapshot.revision).toBe(before.revision + 1);
    expect(names(before)).toEqual(['files__a', 'files__b', 'files__c']);
    expect(repository.put('files', tools('d', 'b', 'a'))).toEqual({
      tools: { added: [], removed: [], changed: ['files__b'] },
    });
    expect(names(repository.snapshot)).toEqual(['files__d', 'files__b', 'files__a']);
  });

  it('replaces only the kinds that were read, and keeps a list whose next reading failed', () => {
    const repository = repositoryOf(server('files'));
    expect(repository.snapshot.knows('files')).toBe(false);
    repository.put('files', { definitions: {} });
    expect(repository.snapshot.knows('files')).toBe(true);
    repository.put('files', { ...tools('a'), instructions: 'Be kind.' });
    repository.put('files', { definitions: { prompts: [definition('p')] } });
    repository.put('files', { definitions: {}, problems: { tools: 'tools/list failed: no answer' } });
    expect(names(repository.snapshot)).toEqual(['files__a']);
    expect(repository.snapshot.resolve('prompts', 'files__p')?.kind).toBe('prompts');
    expect(repository.snapshot.instructions).toBe('## files\nBe kind.');
    expect(repository.snapshot.problems).toEqual([
      { server: 'files', kind: 'tools', message: 'tools/list failed: no answer' },
    ]);
    repository.put('files', tools('a'));
    expect(repository.snapshot.problems).toEqual([]);
    expect(repository.put('gone', tools('a'))).toEqual({});
  });

  it('gives a name that two servers without a prefix want to neither, and names both', () => {
    const repository = repositoryOf(
      server('web', { prefix: '', where: 'switchyard.jsonc:2' }),
      server('wiki', { prefix: '' }),
      server('files', { where: 'switchyard.jsonc:9' }),
    );
    repository.put('web', tools('search', 'fetch', 'files__read'));
    repository.put('files', tools('read'));
    expect(repository.put('wiki', tools('search'))).toEqual({
      tools: { added: [], removed: ['search'], changed: [] },
    });
    expect(names(repository.snapshot)).toEqual(['fetch']);
    const told = {
      kind: 'tools',
      code: 'SWY-E503',
      why: expect.stringContaining('nobody'),
      remedy: 'remove "prefix": "" from one of these servers',
    };
    const search = { ...told, message: '2 tools want the name "search": "web/search", "wiki/search"' };
    const read = {
      ...told,
      message: '2 tools want the name "files__read": "web/files__read", "files/read"',
      where: 'switchyard.jsonc:2, switchyard.jsonc:9',
    };
    expect(repository.snapshot.problems).toEqual([
      { ...search, server: 'web', where: 'switchyard.jsonc:2' },
      { ...search, server: 'wiki', where: 'switchyard.jsonc:2' },
      { ...read, server: 'web' },
      { ...read, server: 'files' },
    ]);
    expect(repository.put('wiki', tools('look'))).toEqual({
      tools: { added: ['search', 'look'], removed: [], changed: [] },
    });
  });

  it('tells a flood of disputed names by number', () => {
    const repository = repositoryOf(server('a', { prefix: '' }), server('b', { prefix: '' }));
    const many = tools(...Array.from({ length: 5_000 }, (_, number) => `t${number}`));
    repository.put('a', many);
    repository.put('b', many);
    expect(repository.snapshot.problems).toHaveLength(2 * 21);
    expect(repository.snapshot.problems.at(-1)?.message).toBe(
      '4980 more tools of this server want names that others want',
    );
  });

  it('shows nothing of a server whose prefix is taken, and says so', () => {
    const repository = repositoryOf(
      server('Files', { where: 'a.jsonc:2' }),
      server('files', { where: 'a.jsonc:7' }),
    );
    repository.put('files', { ...tools('x'), instructions: 'Hello.' });
    expect(names(repository.snapshot)).toEqual([]);
    expect(repository.snapshot.instructions).toBeUndefined();
    expect(repository.snapshot.problems).toEqual([
      {
        server: 'files',
        code: 'SWY-E504',
        message: 'the servers "Files" (a.jsonc:2) and "files" (a.jsonc:7) would have the same prefix "files"',
        remedy: 'rename one of them',
      },
    ]);
    expect(repository.configure([server('files', { where: 'a.jsonc:7' })])).toEqual({
      tools: { added: ['files__x'], removed: [], changed: [] },
    });
  });

  it('lists a URI of several servers once, for the first in configuration order', () => {
    const repository = repositoryOf(server('one'), server('two'));
    repository.put('two', { definitions: { resources: uris('resources', 'a:1', 'a:2') } });
    expect(repository.snapshot.resolveUri('a:1')?.server).toBe('two');
    expect(repository.put('one', { definitions: { resources: uris('resources', 'a:1') } })).toEqual({
      resources: { added: [], removed: [], changed: ['a:1'] },
    });
    expect(
      repository.snapshot.entries('resources').map((entry) => `${entry.server} ${entry.publicName}`),
    ).toEqual(['one a:1', 'two a:2']);
    expect(repository.snapshot.problems).toEqual([
      {
        server: 'two',
        kind: 'resources',
        message:
          '"one", which stands before it in the configuration, has these as well and answers for them: "a:1"',
      },
    ]);
    repository.put('two', {
      definitions: { resourceTemplates: uris('resourceTemplates', 'a:{+x}', 'a:b/{+x}') },
    });
    repository.put('one', { definitions: { resourceTemplates: uris('resourceTemplates', 'a:{+x}') } });
    expect(repository.snapshot.resolveUri('a:2')?.kind).toBe('resources');
    expect(repository.snapshot.resolveUri('a:c')).toMatchObject({ server: 'one', publicName: 'a:{+x}' });
    expect(repository.snapshot.resolveUri('a:b/c')).toMatchObject({ server: 'two', publicName: 'a:b/{+x}' });
    // A completion names a template by its own text, which others may match.
    expect(repository.snapshot.resolveUri('a:{+x}')).toMatchObject({ server: 'one', publicName: 'a:{+x}' });
    expect(repository.snapshot.resolveUri('a:b/{+x}')).toMatchObject({ server: 'two' });
    expect(repository.snapshot.resolveUri('b:1')).toBeUndefined();
  });

  it('keeps the lists of an entry that changed until it is read as it is now, and then nothing of them', () => {
    const repository = repositoryOf(server('a'), server('b'));
    repository.put('a', {
      definitions: { ...tools('x', 'y').definitions, resources: uris('resources', 'x:1') },
      instructions: 'as it was',
    });
    expect(repository.configure([server('b'), server('a', { digest: '2' })])).toEqual({});
    expect(repository.configure([server('b'), server('a', { digest: '3' })])).toEqual({});
    expect(names(repository.snapshot)).toEqual(['a__x', 'a__y']);
    expect(repository.put('a', tools('y', 'z'))).toEqual({
      tools: { added: ['a__z'], removed: ['a__x'], changed: [] },
      resources: { added: [], removed: ['x:1'], changed: [] },
    });
    expect(repository.snapshot.instructions).toBeUndefined();
    repository.put('a', { definitions: { prompts: [] } });
    expect(names(repository.snapshot)).toEqual(['a__y', 'a__z']);
  });

  it('forgets the lists of a server that is gone', () => {
    const repository = repositoryOf(server('a'), server('b'));
    repository.put('b', tools('x'));
    expect(repository.configure([server('a')])).toMatchObject({ tools: { removed: ['b__x'] } });
    repository.configure([]);
    expect([names(repository.snapshot), repository.snapshot.knows('b')]).toEqual([[], false]);
  });

  it('depends on the configuration and the lists, never on who was first', () => {
    const some = fc.uniqueArray(fc.constantFrom('a', 'b', 'a.b', 'one__a', 'é'), { maxLength: 4 });
    const servers: readonly CatalogServer[] = [
      server('one'),
      server('two', { prefix: '' }),
      server('three', { prefix: '' }),
    ];
    const puts = fc.array(fc.tuple(fc.constantFrom('one', 'two', 'three'), some), { maxLength: 6 });
    fc.assert(
      fc.property(
        some,
        some,
        some,
        puts,
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (a, b, c, noise, order) => {
          const last: readonly ServerLists[] = [tools(...a), tools(...b), tools(...c)];
          const straight = repositoryOf(...servers);
          servers.forEach(({ name }, index) => straight.put(name, last[index] ?? tools()));
          const winding = repositoryOf(...servers);
          for (const [name, list] of noise) winding.put(name, tools(...list));
          for (const index of order) winding.put(servers[index]?.name ?? '', last[index] ?? tools());
          expect(names(winding.snapshot)).toEqual(names(straight.snapshot));
          expect(winding.snapshot.problems).toEqual(straight.snapshot.problems);
          expect(winding.snapshot.page('tools')?.bytes).toEqual(straight.snapshot.page('tools')?.bytes);
        },
      ),
    );
  });
});

import { expect, it } from '@jest/globals';
import type { CatalogKind, CatalogSnapshot, Entry } from '@switchyard/plugin-api';
import { changesByServer } from './catalog-changes.ts';

type Item = readonly [kind: CatalogKind, server: string, publicName: string];

function snapshotOf(revision: number, ...items: readonly Item[]): CatalogSnapshot {
  const entries = items.map(([kind, server, publicName]) => ({ kind, server, publicName }) as Entry);
  const find = (kind: CatalogKind, name: string) =>
    entries.find((entry) => entry.kind === kind && entry.publicName === name);
  return {
    revision,
    entries: (kind: CatalogKind) => entries.filter((entry) => entry.kind === kind),
    resolve: find,
    // As the catalog does it: a resource before a template that is written alike.
    resolveUri: (uri: string) => find('resources', uri) ?? find('resourceTemplates', uri),
  } as unknown as CatalogSnapshot;
}

it('tells each server what one change of the catalog did to it', () => {
  const before = snapshotOf(
    1,
    ['tools', 'files', 'read'],
    ['tools', 'mail', 'send'],
    ['prompts', 'mail', 'send'],
    ['resources', 'files', 'x:1'],
    ['resourceTemplates', 'mail', 'x:1'],
  );
  const after = snapshotOf(
    2,
    ['tools', 'files', 'read'],
    ['tools', 'files', 'write'],
    ['prompts', 'mail', 'send'],
    ['resources', 'mail', 'x:1'],
    ['resourceTemplates', 'mail', 'x:1'],
  );
  const changes = changesByServer(before, after, {
    tools: { added: ['write'], removed: ['send'], changed: ['read'] },
    // The same address, of another server now.
    resources: { added: [], removed: [], changed: ['x:1'] },
    resourceTemplates: { added: [], removed: [], changed: ['x:1'] },
  });
  const names = (entries: readonly Entry[]) => entries.map(({ kind, publicName }) => `${kind} ${publicName}`);
  expect(
    changes.map(({ added, changed, ...rest }) => ({ ...rest, added: names(added), changed: names(changed) })),
  ).toEqual([
    { server: 'files', revision: 2, added: ['tools write'], removed: ['x:1'], changed: ['tools read'] },
    {
      server: 'mail',
      revision: 2,
      added: ['resources x:1'],
      removed: ['send'],
      changed: ['resourceTemplates x:1'],
    },
  ]);
});

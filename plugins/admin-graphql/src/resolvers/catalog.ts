import { createHash } from 'node:crypto';
import type { CatalogKind, CatalogSnapshot, Entry, ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { matchingEntries, type EntryFilter } from './catalog-search.ts';
import { allEntries, toolsOf } from './find-entry.ts';
import { theServer } from './find-server.ts';
import { globalId } from './global-id.ts';
import { pageOf, type PageArguments } from './page.ts';

/** The type that shows an entry of each kind. */
export const ITEM_TYPES: Readonly<Record<CatalogKind, string>> = {
  tools: 'Tool',
  prompts: 'Prompt',
  resources: 'Resource',
  resourceTemplates: 'ResourceTemplate',
};

interface CatalogArguments extends PageArguments {
  readonly filter?: {
    readonly search?: string | null;
    readonly kind?: readonly CatalogKind[] | null;
    readonly server?: readonly string[] | null;
  } | null;
}

/** A part of what `all` holds. `list`: what its cursors are good for. */
async function catalogPage(
  { list, all }: { readonly list: string; readonly all: readonly Entry[] },
  page: PageArguments,
  filter: EntryFilter,
  { revision }: CatalogSnapshot,
) {
  const matching = await matchingEntries(all, filter);
  const keyOf = ({ kind, server, publicName }: Entry) => `${kind} ${server} ${publicName}`;
  return { ...pageOf({ list, all, matching, keyOf }, page), revision: String(revision) };
}

type ItemField = (entry: Entry, _arguments: unknown, context: AdminContext) => unknown;

/** A member of the definition, where it is of the type that the schema promises. */
function said(member: string, type?: 'string' | 'number' | 'object'): ItemField {
  return ({ definition }, _arguments, context) => {
    const value = context.definitionOf(definition)[member];
    return type === undefined || typeof value === type ? value : null;
  };
}

const title: ItemField = ({ definition }, _arguments, context) => {
  const { title: own, annotations } = context.definitionOf(definition);
  if (typeof own === 'string') return own;
  // Where tools said it before there was a title of their own (2025-06-18, tools).
  const older = (annotations as { readonly title?: unknown } | null | undefined)?.title;
  return typeof older === 'string' ? older : null;
};

const item = {
  id: ({ kind, server, publicName }: Entry) => globalId(ITEM_TYPES[kind], server, publicName),
  name: (({ publicName }, _arguments, context) => context.redact(publicName)) as ItemField,
  originalName: (({ definition }, _arguments, context) => context.redact(definition.name)) as ItemField,
  server: ({ server }: Entry, _arguments: unknown, context: AdminContext) => context.serverNamed(server),
  title,
  description: said('description', 'string'),
  definitionHash: ({ definition }: Entry) => createHash('sha256').update(definition.bytes).digest('hex'),
  definition: (({ definition }, _arguments, context) => context.definitionOf(definition)) as ItemField,
};

export const catalogResolvers = {
  Query: {
    catalog(_root: unknown, { filter, ...page }: CatalogArguments, context: AdminContext) {
      const { snapshot } = context.catalog;
      const wanted = {
        ...(filter?.search != null && { search: filter.search }),
        ...(filter?.kind != null && { kinds: new Set(filter.kind) }),
        ...(filter?.server != null && {
          servers: new Set(filter.server.map((server) => theServer(context, server).name)),
        }),
      };
      return catalogPage({ list: 'catalog', all: allEntries(snapshot) }, page, wanted, snapshot);
    },
  },
  Server: {
    tools({ name }: ServerView, { filter, ...page }: CatalogArguments, context: AdminContext) {
      const { snapshot } = context.catalog;
      const wanted = filter?.search == null ? {} : { search: filter.search };
      const own = { list: `tools of ${name}`, all: toolsOf(snapshot, name) };
      return catalogPage(own, page, wanted, snapshot);
    },
  },
  CatalogItem: { __resolveType: ({ kind }: Entry) => ITEM_TYPES[kind] },
  Tool: {
    ...item,
    inputSchema: said('inputSchema'),
    outputSchema: said('outputSchema'),
    annotations: said('annotations'),
  },
  Prompt: { ...item, arguments: said('arguments') },
  Resource: {
    ...item,
    uri: item.originalName,
    mimeType: said('mimeType', 'string'),
    size: said('size', 'number'),
  },
  ResourceTemplate: { ...item, uriTemplate: item.originalName, mimeType: said('mimeType', 'string') },
};

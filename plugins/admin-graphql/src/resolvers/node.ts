import { CATALOG_KINDS, type Entry, type PluginStatus, type ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { badInput } from './bad-input.ts';
import { ITEM_TYPES } from './catalog.ts';
import { findEntry } from './find-entry.ts';
import { readGlobalId, type NodeRef } from './global-id.ts';
import { checkedCount } from './page.ts';

/** Everything that has an id, as the gateway has it. */
type NodeSource = ServerView | PluginStatus | Entry;

/** What an id means; undefined if it is gone, an error if it is no id. */
function nodeOf(context: AdminContext, id: string): NodeSource | undefined | Error {
  const ref = readGlobalId(id);
  if (!ref) return badInput(`no node has ids like "${id.slice(0, 80)}"`);
  return find(context, ref);
}

function find(context: AdminContext, { type, keys: [key = '', name = ''] }: NodeRef): NodeSource | undefined {
  if (type === 'Server') return context.serverNamed(key);
  if (type === 'Plugin') return context.status().plugins.find(({ id }) => id === key);
  const kind = CATALOG_KINDS.find((each) => ITEM_TYPES[each] === type);
  const entry = kind && findEntry(context.catalog.snapshot, kind, name);
  return entry?.server === key ? entry : undefined;
}

export const nodeResolvers = {
  Query: {
    node(_root: unknown, { id }: { id: string }, context: AdminContext) {
      const node = nodeOf(context, id);
      if (node instanceof Error) throw node;
      return node;
    },
    nodes(_root: unknown, { ids }: { ids: readonly string[] }, context: AdminContext) {
      if (ids.length > 0) checkedCount('the number of ids', ids.length);
      return ids.map((id) => nodeOf(context, id));
    },
  },
  Node: {
    __resolveType(node: NodeSource) {
      if ('definition' in node) return ITEM_TYPES[node.kind];
      return 'holds' in node ? 'Plugin' : 'Server';
    },
  },
};

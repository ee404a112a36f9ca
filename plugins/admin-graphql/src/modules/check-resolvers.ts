import { SwitchyardError } from '@switchyard/plugin-api';
import type { Claims } from './claims.ts';

/** Members of a resolver map that belong to a type as a whole. */
const OF_TYPES: ReadonlySet<string> = new Set(['__resolveType', '__isTypeOf']);
/** What a scalar is made of. */
const OF_SCALARS: ReadonlySet<string> = new Set(['serialize', 'parseValue', 'parseLiteral']);

/**
 * Sees to it that a plugin answers its own fields only: one of nobody is a misspelt name, one of somebody else's would be
 * taken away from its owner.
 * @throws PLUGIN_INVALID, PLUGIN_CLASH
 */
export function checkResolvers(claims: Claims, plugin: string, resolvers: unknown): void {
  for (const [type, fields] of entriesOf(resolvers, plugin, 'its GraphQL resolvers')) {
    for (const [field, value] of entriesOf(fields, plugin, `its GraphQL resolvers of ${type}`)) {
      const owner = ownerOf(claims, type, field);
      if (owner === undefined) {
        throw invalid(plugin, `it resolves the GraphQL field "${type}.${field}", which does not exist`);
      }
      if (owner !== plugin) {
        const name = `${type}.${field}`;
        throw new SwitchyardError('PLUGIN_CLASH', {
          first: owner,
          second: plugin,
          what: 'GraphQL resolver',
          name,
        });
      }
      if (typeof value === 'string' || typeof value === 'number') continue;
      const { subscribe } = (value ?? {}) as { readonly subscribe?: unknown };
      if (typeof value !== 'function' && typeof subscribe !== 'function') {
        throw invalid(plugin, `its resolver "${type}.${field}" is no function`);
      }
    }
  }
}

function ownerOf(claims: Claims, type: string, field: string): string | undefined {
  return OF_TYPES.has(field) || OF_SCALARS.has(field) ? claims.get(type) : claims.get(`${type}.${field}`);
}

function entriesOf(value: unknown, plugin: string, what: string): readonly [string, unknown][] {
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  throw invalid(plugin, `${what} are no object`);
}

function invalid(plugin: string, reason: string): SwitchyardError {
  return new SwitchyardError('PLUGIN_INVALID', { plugin, reason });
}

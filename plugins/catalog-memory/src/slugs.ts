import { type CatalogServer, SwitchyardError } from '@switchyard/plugin-api';
import { slugOf } from './names.ts';

/** The slug of a server, or why it has none. */
export type Slug =
  | { readonly kind: 'given'; readonly slug: string }
  | { readonly kind: 'refused'; readonly error: SwitchyardError };

/**
 * The slug of each server, in order. Of two servers with one slug, or two that differ in case only, the later is
 * refused: depending on who is asked, `Files__read` and `files__read` are one tool.
 */
export function assignSlugs(servers: readonly CatalogServer[]): ReadonlyMap<string, Slug> {
  const owners = new Map<string, CatalogServer>();
  const slugs = new Map<string, Slug>();
  for (const server of servers) {
    const slug = server.prefix === '' ? '' : slugOf(server.prefix ?? server.name);
    const owner = slug === '' ? undefined : owners.get(slug.toLowerCase());
    if (owner === undefined) {
      if (slug !== '') owners.set(slug.toLowerCase(), server);
      slugs.set(server.name, { kind: 'given', slug });
    } else {
      slugs.set(server.name, { kind: 'refused', error: collision(owner, server, slug) });
    }
  }
  return slugs;
}

function collision(first: CatalogServer, second: CatalogServer, slug: string): SwitchyardError {
  return new SwitchyardError(
    'SLUG_COLLISION',
    {
      first: first.name,
      firstWhere: first.where ?? `mcpServers.${first.name}`,
      second: second.name,
      secondWhere: second.where ?? `mcpServers.${second.name}`,
      slug,
    },
    second.prefix === undefined ? {} : { remedy: 'give one of them another "prefix"' },
  );
}

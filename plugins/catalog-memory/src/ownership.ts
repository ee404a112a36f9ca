import { type CatalogKind, type CatalogProblem, type Entry, SwitchyardError } from '@switchyard/plugin-api';
import type { Offer } from './offer.ts';
import { problemOf } from './problem-of.ts';
import { gather } from './gather.ts';
import { listed, shown } from './shown.ts';

/** Names in dispute that are told one by one, for each server and kind; of the others only their number. */
const MAX_TOLD = 20;

/** One kind of the catalog: who got which name, and who did not. */
export interface Owned {
  /** By public name or URI, in the order of lists. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly problems: readonly CatalogProblem[];
}

/**
 * Tools and prompts: a name that several want goes to none of them. Whoever got it could change with the order of the
 * configuration, and a client would then call another tool than the one it was shown.
 */
export function ownNames(kind: 'tools' | 'prompts', offers: readonly Offer[]): Owned {
  const entries = new Map<string, Entry>();
  const disputed = new Map<string, Entry[]>();
  for (const entry of offers.flatMap((offer) => offer.entries[kind])) {
    const owner = entries.get(entry.publicName);
    if (owner === undefined) entries.set(entry.publicName, entry);
    else gather(disputed, entry.publicName, disputed.has(entry.publicName) ? [entry] : [owner, entry]);
  }
  for (const name of disputed.keys()) entries.delete(name);
  return { entries, problems: disputeProblems(kind, disputed, offers) };
}

function disputeProblems(
  kind: CatalogKind,
  disputed: ReadonlyMap<string, readonly Entry[]>,
  offers: readonly Offer[],
): readonly CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  const told = new Map<string, number>();
  for (const [name, rivals] of disputed) {
    const servers = [...new Set(rivals.map((rival) => rival.server))];
    const owners = listed(rivals.map((rival) => `${rival.server}/${rival.definition.name}`));
    const where = offers.flatMap((offer) => (servers.includes(offer.server) ? (offer.where ?? []) : []));
    const place = {
      ...(where.length > 0 && { where: where.join(', ') }),
      ...(servers.length === 1 && { remedy: 'rename one of them at the server' }),
      why: 'who got it could change, and a client would call another one than it was shown: nobody gets it',
    };
    const error = new SwitchyardError('NAME_COLLISION', { count: rivals.length, kind, name, owners }, place);
    for (const server of servers) {
      const before = told.get(server) ?? 0;
      told.set(server, before + 1);
      if (before < MAX_TOLD) problems.push({ server, kind, ...problemOf(error) });
    }
  }
  for (const [server, count] of told) {
    const more = count - MAX_TOLD;
    if (more > 0)
      problems.push({
        server,
        kind,
        message: `${more} more ${kind} of this server want names that others want`,
      });
  }
  return problems;
}

/**
 * Resources and templates: a URI is what it is and cannot be told apart by a prefix, so the first server in
 * configuration order has it, and the others learn who.
 */
export function ownUris(kind: 'resources' | 'resourceTemplates', offers: readonly Offer[]): Owned {
  const entries = new Map<string, Entry>();
  const problems: CatalogProblem[] = [];
  for (const offer of offers) {
    const lost = new Map<string, string[]>();
    for (const entry of offer.entries[kind]) {
      const owner = entries.get(entry.publicName);
      if (owner === undefined) entries.set(entry.publicName, entry);
      else gather(lost, owner.server, [entry.publicName]);
    }
    for (const [owner, uris] of lost) {
      const message = `${shown(owner)}, which stands before it in the configuration, has these as well and answers for them: ${listed(uris)}`;
      problems.push({ server: offer.server, kind, message });
    }
  }
  return { entries, problems };
}

import {
  CATALOG_KINDS,
  type CatalogDelta,
  type CatalogRepository,
  type CatalogServer,
  type Log,
  type ServerLists,
} from '@switchyard/plugin-api';
import { deltaOf } from './delta.ts';
import { admit, type KnownLists, sameItems } from './known-lists.ts';
import { type Offer, offerOf } from './offer.ts';
import { assignSlugs, type Slug } from './slugs.ts';
import { snapshotOf } from './snapshot.ts';

/** What was known of a server, and of which configuration. */
export interface Remembered {
  readonly digest: string;
  readonly known: KnownLists;
}

/** Where the repository's changes are kept; none of it is awaited. */
export interface Memory {
  save(server: string, remembered: Remembered): void;
  forget(server: string): void;
}

/** A configured server and what it offers. */
interface Member {
  readonly server: CatalogServer;
  readonly slug: Slug;
  readonly offer: Offer;
  /** The digest of the entry that its lists were read of, if any were: what it was before serves until it is read. */
  readonly of: string;
}

/** @param remembered by server; used up by the first `configure` */
export function createRepository(
  remembered: ReadonlyMap<string, Remembered>,
  memory: Memory,
  log: Log,
): CatalogRepository {
  let members: ReadonlyMap<string, Member> = new Map();
  let past = remembered;
  let snapshot = snapshotOf(0, []);

  const become = (next: ReadonlyMap<string, Member>): CatalogDelta => {
    const offers = [...next.values()].map((member) => member.offer);
    const same = sameItems(
      [...members.values()].map((member) => member.offer),
      offers,
    );
    members = next;
    if (same) return {};
    const before = snapshot;
    snapshot = snapshotOf(before.revision + 1, offers);
    return deltaOf(before, snapshot);
  };

  return {
    get snapshot() {
      return snapshot;
    },
    configure: (servers) => {
      const slugs = assignSlugs(servers);
      const next = new Map<string, Member>();
      for (const server of servers) {
        const slug = slugs.get(server.name);
        if (slug === undefined) continue;
        const earlier = members.get(server.name);
        const known = earlier?.offer.known ?? recall(past.get(server.name), server, log);
        next.set(server.name, memberOf(server, slug, known, earlier?.of ?? server.digest, earlier));
      }
      for (const name of [...past.keys(), ...members.keys()]) {
        if (!next.has(name)) memory.forget(name);
      }
      past = new Map();
      return become(next);
    },
    put: (name: string, lists: ServerLists) => {
      const earlier = members.get(name);
      // Its lists were being read while the configuration took the server away.
      if (earlier === undefined) return {};
      const { server, slug, of } = earlier;
      const isSameEntry = of === server.digest;
      const known = admit(isSameEntry ? earlier.offer.known : undefined, lists);
      if (isSameEntry && known === earlier.offer.known) return {};
      memory.save(name, { digest: server.digest, known });
      return become(new Map(members).set(name, memberOf(server, slug, known, server.digest, earlier)));
    },
  };
}

function recall(remembered: Remembered | undefined, server: CatalogServer, log: Log): KnownLists | undefined {
  if (remembered === undefined || remembered.digest === server.digest) return remembered?.known;
  log.info('the remembered lists of a server are of another configuration and are not used', {
    server: server.name,
  });
  return undefined;
}

function memberOf(
  server: CatalogServer,
  slug: Slug,
  known: KnownLists | undefined,
  of: string,
  earlier?: Member,
): Member {
  const offer = offerOf(server, slug, known, earlier?.offer);
  const same = earlier !== undefined && earlier.offer.known === known && sameNames(earlier.offer, offer);
  return { server, slug, offer: same ? earlier.offer : offer, of };
}

/** Of the same lists: whether the names are the same, too. */
function sameNames(a: Offer, b: Offer): boolean {
  const messages = (offer: Offer): readonly string[] => offer.problems.map((problem) => problem.message);
  return (
    CATALOG_KINDS.every((kind) => sameItems(a.entries[kind], b.entries[kind])) &&
    sameItems(messages(a), messages(b))
  );
}

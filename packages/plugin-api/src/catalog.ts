import type { Observable } from 'rxjs';
import type { Payload } from './payload.ts';

/** What a server offers, by the list that tells it. */
export type CatalogKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

/** All kinds, in the order in which people see them. */
export const CATALOG_KINDS: readonly CatalogKind[] = ['tools', 'prompts', 'resources', 'resourceTemplates'];

/** One tool, prompt, resource or template as its server describes it, byte for byte. */
export interface Definition {
  /** Its identity at the server: `name`, `uri` or `uriTemplate`. */
  readonly name: string;
  /** The JSON object. */
  readonly bytes: Uint8Array;
  /** Where the value of `name`, `uri` or `uriTemplate` stands in `bytes`, quotes included. */
  readonly nameAt: { readonly start: number; readonly end: number };
}

/** What one server's lists said when they were last read. A kind that is absent was not read. */
export interface ServerLists {
  readonly definitions: Readonly<Partial<Record<CatalogKind, readonly Definition[]>>>;
  /** The server's `instructions` (2025-11-25, lifecycle, initialization). */
  readonly instructions?: string;
  /** Kinds whose list failed or was cut at a limit, with a sentence why. */
  readonly problems?: Readonly<Partial<Record<CatalogKind, string>>>;
}

/** A configured server as the catalog needs it. */
export interface CatalogServer {
  readonly name: string;
  /** `undefined`: names get the slug of the server's name in front; `""`: none; else this prefix's slug. */
  readonly prefix?: string;
  /**
   * Of what the server is. Lists that an earlier gateway remembers of another digest are not used; those that this one
   * read of another serve until the server is read as it is now.
   */
  readonly digest: string;
  /** Where the entry stands (`switchyard.jsonc:7`), for problems. */
  readonly where?: string;
}

/** A definition under the name that clients see. */
export interface Entry {
  readonly kind: CatalogKind;
  readonly server: string;
  /** What clients use: the public name, or the URI as it is. */
  readonly publicName: string;
  readonly definition: Definition;
}

/** Something in the catalog that a person should know, with what to do about it. */
export interface CatalogProblem {
  readonly server: string;
  readonly kind?: CatalogKind;
  readonly message: string;
  /** `SWY-Ennn`, of a problem that the error table knows; the rest as in `Problem`. */
  readonly code?: string;
  readonly where?: string;
  readonly why?: string;
  readonly remedy?: string;
}

/** The catalog at one moment; it never changes, and all its methods are synchronous reads. */
export interface CatalogSnapshot {
  /** Grows by one with each change. */
  readonly revision: number;
  /** All entries of a kind, in the order of lists. */
  entries(kind: CatalogKind): readonly Entry[];
  /** The tool or prompt behind a public name. */
  resolve(kind: 'tools' | 'prompts', publicName: string): Entry | undefined;
  /**
   * The owner of a URI: the resource that has it, else the template that is written so (completions name it by its text),
   * else the template with most literal characters that matches.
   */
  resolveUri(uri: string): Entry | undefined;
  /**
   * The result of a list request, ready to send. Absent `cursor`: the first page.
   * Undefined: the cursor is none of ours.
   */
  page(kind: CatalogKind, cursor?: string): Payload | undefined;
  /** Public names of the kind most like `name`, nearest first. */
  nearest(kind: 'tools' | 'prompts', name: string, count: number): readonly string[];
  /** Whether anything is known of a server's lists, remembered or read. */
  knows(server: string): boolean;
  /** How many entries of each kind are a server's. */
  counts(server: string): Readonly<Record<CatalogKind, number>>;
  /** The instructions of all servers under their names, 4 KiB in all; undefined if none gave any. */
  readonly instructions: string | undefined;
  readonly problems: readonly CatalogProblem[];
}

/** What a change did, by kind: the public names that came, went, or kept their name with another definition. */
export type CatalogDelta = Readonly<
  Partial<
    Record<
      CatalogKind,
      {
        readonly added: readonly string[];
        readonly removed: readonly string[];
        readonly changed: readonly string[];
      }
    >
  >
>;

/** Where the lists of all servers are kept: a plugin's work. Writes are synchronous, its own saving is not awaited. */
export interface CatalogRepository {
  readonly snapshot: CatalogSnapshot;
  /** The configured servers in their order; what is remembered of others is dropped. */
  configure(servers: readonly CatalogServer[]): CatalogDelta;
  /** Replaces the kinds that `lists` holds; other kinds of the server stay. */
  put(server: string, lists: ServerLists): CatalogDelta;
}

/** What a plugin contributes to `catalogs`. Exactly one may be installed. */
export interface CatalogProvider {
  readonly name: string;
  /** Called once, after all plugins are set up. Restores what was remembered. */
  open(): Promise<CatalogRepository>;
}

/** The catalog as everybody else sees it. */
export interface Catalog {
  readonly snapshot: CatalogSnapshot;
  /** One delta for each change that changed something; never errors. */
  readonly changes$: Observable<CatalogDelta>;
}

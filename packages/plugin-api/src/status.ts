import type { CatalogProblem } from './catalog.ts';
import type { Opened } from './endpoint.ts';
import type { LastReload } from './reload.ts';
import type { Problem, ServerView } from './servers.ts';

/**
 * Everything there is to know of a running gateway, as one plain snapshot: the answer to `GET /status`, and what every
 * other face of the gateway (GraphQL, metrics, `switchyard status`) is made of, so that no two can disagree.
 */
export interface Status {
  readonly version: string;
  readonly pid: number;
  /** Of Node.js, `v20.19.0`. */
  readonly nodeVersion: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly uptimeMs: number;
  /** The doors are open. */
  readonly ready: boolean;
  /** Of the configuration that is in force. */
  readonly revision: string;
  /** The latest reload of the configuration; absent before the first. */
  readonly reload?: LastReload;
  /** The configuration's file. */
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly endpoints: readonly OpenEndpoint[];
  /** In the order of set-up. */
  readonly plugins: readonly PluginStatus[];
  readonly servers: readonly ServerView[];
  readonly problems: readonly CatalogProblem[];
  readonly ledger: LedgerBalance;
  /** Clients connected by all doors that count them. */
  readonly clients: number;
}

/** A door that is open. */
export interface OpenEndpoint extends Opened {
  readonly kind: string;
}

/** Where all calls are: at any instant `accepted = answered + cancelled + inFlight`. */
export interface LedgerBalance {
  readonly accepted: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly inFlight: number;
}

/** What became of one plugin. */
export interface PluginStatus {
  /** Its own id; as long as that is not known, the name by which it was asked for. */
  readonly id: string;
  /** The name by which it was asked for. */
  readonly name: string;
  /** The module it came from; absent if it was not found, or given as an object. */
  readonly file?: string;
  readonly state: 'ready' | 'failed';
  /** Milliseconds that its set-up took. */
  readonly bootMs: number;
  /** Ids of tokens. */
  readonly needs: readonly string[];
  readonly provides: readonly string[];
  /** Ids of extension points that it contributes to now. */
  readonly contributes: readonly string[];
  /** Labels of what it would take to undo it now, oldest first. */
  readonly holds: readonly string[];
  readonly problem?: Problem;
}

import type { CatalogProblem, Opened, Problem, ServerView } from '@switchyard/plugin-api';
import type { PluginReport } from '@switchyard/kernel';
import type { LedgerBalance } from './ledger.ts';

/** Everything there is to know of a running gateway, as one plain snapshot: the answer to `GET /status`. */
export interface Status {
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly uptimeMs: number;
  /** Of the configuration that is in force. */
  readonly revision: string;
  /** The configuration's file. */
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly endpoints: readonly OpenEndpoint[];
  /** In the order of set-up. */
  readonly plugins: readonly PluginStatus[];
  readonly servers: readonly ServerView[];
  readonly problems: readonly CatalogProblem[];
  readonly ledger: LedgerBalance;
}

/** An installed plugin, as plain data. */
export interface PluginStatus extends Omit<PluginReport, 'problem'> {
  readonly problem?: Problem;
}

/** A door that is open. */
export interface OpenEndpoint extends Opened {
  readonly kind: string;
}

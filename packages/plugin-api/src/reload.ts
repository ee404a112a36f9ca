import type { Problem } from './servers.ts';

/** What becomes of one server when another configuration counts. */
export interface ServerChange {
  readonly server: string;
  readonly change: 'added' | 'removed' | 'changed' | 'enabled' | 'disabled';
  /** The keys of its entry that differ, never their values: `env.API_KEY`. Empty for one that is added or removed. */
  readonly keys: readonly string[];
  /**
   * `make-first`: the new one is ready before the old one drains; `break-first`: the old one drains first; `in place`:
   * its connections stay as they are.
   */
  readonly how: 'start' | 'drain' | 'make-first' | 'break-first' | 'in place';
}

/** What another configuration changes. Names of keys and servers only, no values. */
export interface ReloadPlan {
  /** Revision of the configuration in force. */
  readonly from: string;
  readonly to: string;
  readonly servers: readonly ServerChange[];
  /** How many servers are touched in no way. */
  readonly unchanged: number;
  /** Keys above the servers that take effect in place: `listen.http.tokens.ada`, `limits.maxProcesses`. */
  readonly other: readonly string[];
  /** Keys that take effect only when a gateway starts. If there is one, nothing of the plan is applied. */
  readonly restartNeeded: readonly string[];
}

/** Why a reload changed nothing. */
export interface ReloadProblem extends Problem {
  /** The source lines around `where` with a mark under the fault; values in them are masked. */
  readonly excerpt?: string;
}

/** What became of a reload. */
export type ReloadResult =
  /** `applied`: false for a dry run, and where nothing was to be changed. */
  | { readonly ok: true; readonly applied: boolean; readonly plan: ReloadPlan }
  /** Everything is as it was before. The plan where the file could be read. */
  | { readonly ok: false; readonly problem: ReloadProblem; readonly plan?: ReloadPlan };

/** What became of all reloads so far. Dry runs do not count. */
export interface ReloadState {
  /** The latest one succeeded; true as long as there was none: the first configuration was good. */
  readonly successful: boolean;
  /** Milliseconds since 1970; of the start, as long as there was no other. */
  readonly lastSuccessAt: number;
  readonly counts: {
    readonly applied: number;
    readonly unchanged: number;
    readonly refused: number;
  };
}

/** The latest reload, as `Status` shows it. */
export interface LastReload {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ok: boolean;
  /** Of the configuration in force after it. */
  readonly revision: string;
  /** Why it changed nothing; the configuration before it stays in force. */
  readonly problem?: ReloadProblem;
}

/** Reads the configuration file again and makes the gateway what it says: the token `reload`. */
export interface Reload {
  readonly state: ReloadState;
  /**
   * What a reload would do now, without doing it; with `text`, if the file said that.
   * @throws SwitchyardError for a configuration that is none.
   */
  plan(text?: string): Promise<ReloadPlan>;
  /**
   * Reloads, all or nothing; one after the other. Never rejects: what was wrong is in the result, and in `Status`.
   * @param options `expectedRevision`: only if that is the one in force (REVISION_CHANGED).
   */
  apply(options?: { readonly dryRun?: boolean; readonly expectedRevision?: string }): Promise<ReloadResult>;
}

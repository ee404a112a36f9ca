import type {
  Catalog,
  Clock,
  Execute,
  Log,
  OpenEndpoint,
  Random,
  Reload,
  ReloadResult,
  Servers,
  Status,
} from '@switchyard/plugin-api';
import type { PluginReference } from '@switchyard/kernel';
import type { Observable } from 'rxjs';
import type { Configuration } from './configuration/index.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly configuration: Configuration;
  /** The plugins to install: `effectivePlugins` makes them of defaults and configuration. */
  readonly plugins: readonly PluginReference[];
  /** The absolute folder that plugin names resolve from where the configuration's folder has no such plugin. */
  readonly pluginFallback?: string;
  readonly version: string;
  /** Where `${VAR}` is looked up when the configuration is read again; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Reloads by itself whenever the configuration's file, or one that it names, changes. Off by default. */
  readonly watch?: boolean;
  /** Gets the lines that `logging` of the configuration asks for, masked. Silent by default. */
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A gateway, for whoever embeds it. */
export interface Gateway {
  /**
   * Sets up plugins, opens the doors and starts the servers; resolves when clients can connect, not when every server
   * is ready. @throws SwitchyardError; what was begun is undone.
   */
  start(): Promise<void>;
  /**
   * Closes the doors, lets calls under way end for up to `DRAIN_MS`, stops the servers, undoes the plugins. Resolves when
   * nothing remains; a plugin that cannot be undone costs 10 s. @throws AggregateError of all that went wrong.
   */
  stop(): Promise<void>;
  /** What a stop still waits for, for people: `the server files`. Empty before and after. */
  stopWaitsFor(): readonly string[];
  readonly endpoints: readonly OpenEndpoint[];
  /** How many clients are connected by all doors that count them, the present first; once started. Never errors. */
  readonly clients$: Observable<number>;
  readonly servers: Servers;
  readonly catalog: Catalog;
  /** Makes a call through the same pipeline that clients use. */
  readonly execute: Execute;
  status(): Status;
  /** Reads the configuration again while everything runs. */
  readonly reload: Reload;
  /** What became of each reload, whoever ordered it. Never errors. */
  readonly reloads$: Observable<ReloadResult>;
  /** Its own log, for lines about it by whoever embeds it: masked, kept and told like all others. */
  readonly log: Log;
}

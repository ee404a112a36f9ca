import type { BreakerPolicy, Secret, SwitchyardError } from '@switchyard/plugin-api';

/** When a server is started: with the gateway, on its first call, or only when told to. */
export type StartMode = 'eager' | 'lazy' | 'manual';

/** Who shares one running instance of a server (docs/architecture.md, sharing). */
export type Sharing = 'principal' | 'session' | 'all';

/** Whether the new one of a server that changed begins while the old one still serves. */
export type ReloadOrder = 'make-first' | 'break-first';

/** How much is logged; each level includes those after it. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** What is written to the log. */
export interface Logging {
  /** The least level of a line. */
  readonly level: LogLevel;
  /** Instead, for single sources: a plugin by its id (`transport-stdio`), or a server (`server:files`), which wins. */
  readonly levels: Readonly<Record<string, LogLevel>>;
}

/** One entry of `mcpServers`, checked and complete. Durations are milliseconds. */
export interface ServerConfiguration {
  readonly name: string;
  /** File and line of its key: `switchyard.jsonc:7`. */
  readonly where: string;
  /** The same with column and path, for each key of the target: `switchyard.jsonc:8:7  mcpServers.files.command`. */
  readonly places: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** What is wrong with the entry: such a server is shown, never started, and harms no other. */
  readonly problem?: SwitchyardError;
  /** The kind that the entry names by `transport` or `type`; absent where its keys alone tell (`command`). */
  readonly transport?: string;
  /** What the transport gets: its keys of the entry, or `options`, with variables put in. May hold secrets. */
  readonly target: Readonly<Record<string, unknown>>;
  readonly start: StartMode;
  readonly startupTimeoutMs: number;
  /** Without use for so long it is closed until the next call; absent: it runs on. */
  readonly idleTimeoutMs?: number;
  readonly timeoutMs: number;
  /** Instead of the server's name in front of its tools; `""`: nothing in front. */
  readonly prefix?: string;
  readonly sharing: Sharing;
  /** What becomes of it when it is changed: the new one is made before the old one ends, or after. */
  readonly reload: ReloadOrder;
  /** Of each connection to it; absent: the usual ones (docs/architecture.md, values). */
  readonly limits: {
    /** How many calls it carries at once. */
    readonly maxConcurrent?: number;
    /** How many more wait. */
    readonly queue?: number;
  };
  /** When calls to it are held back; `false`: never. */
  readonly breaker: BreakerPolicy | false;
  /** Tools that may be sent twice: names, or globs with `*` (`tools.retrySafe`). */
  readonly retrySafe: readonly string[];
  /** What to change in the entry because it may keep the server from starting; one sentence without values. */
  readonly doubt?: string;
  /**
   * Of what a connection is made of: how the server is reached, what it gets, who shares it, whether it is enabled.
   * Another one is another server; everything else is taken over by connections that run.
   */
  readonly digest: string;
}

/** A plugin as the configuration names it. */
export interface PluginSetting {
  /** An npm name, or a path beginning with `./`, `../` or `/`. */
  readonly name: string;
  /** `false` turns it off; `true` has it with its defaults. */
  readonly options: boolean | Readonly<Record<string, unknown>>;
  readonly where: string;
}

/** What the file says of the HTTP door; what is absent is the plugin's own default. */
export interface ListenHttp {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** From principal to token. */
  readonly tokens?: Readonly<Record<string, Secret>>;
}

/** A whole configuration: read once, never changed, frozen to its leaves. */
export interface Configuration {
  /** Absolute path; absent for a configuration that was given as text. */
  readonly file: string | undefined;
  /** Absolute folder that relative paths in entries are relative to. */
  readonly folder: string;
  /** Absolute paths of the files of variables that servers' entries name, whether they could be read or not. */
  readonly envFiles: readonly string[];
  /** The first eight hex digits of a digest of the text. */
  readonly revision: string;
  /** In file order, disabled and invalid ones included. */
  readonly servers: readonly ServerConfiguration[];
  readonly plugins: readonly PluginSetting[];
  /** Where the keys of `listen.http` stand, by their paths: `switchyard.jsonc:3:5  listen.http.host`. */
  readonly places: Readonly<Record<string, string>>;
  readonly listen: {
    readonly http: ListenHttp;
    readonly admin?: { readonly host?: string; readonly port?: number };
  };
  /** Over the whole gateway. */
  readonly limits: {
    readonly maxProcesses: number;
    readonly maxConnections: number;
    readonly maxResponseBytes: number;
  };
  readonly logging: Logging;
  /** What nobody may see, wherever it was written or came from: it is masked wherever it turns up. */
  readonly secrets: readonly Secret[];
  /** What may be a mistake and stops nothing. */
  readonly warnings: readonly SwitchyardError[];
}

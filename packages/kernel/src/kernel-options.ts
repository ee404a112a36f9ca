import type { AnyPlugin, Clock, Log } from '@switchyard/plugin-api';

/** What a kernel is made with. */
export interface KernelOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** The absolute folder that names resolve from where the folder of their reference has no such plugin. */
  readonly fallback?: string;
  /** How long one plugin may take to load, to be set up, and to be undone: milliseconds each, 10,000 by default. */
  readonly bootTimeoutMs?: number;
}

/** Where a plugin is named, before it is loaded. */
export interface PluginReference {
  /** An npm name, or a path that begins with `./`, `../`, `/` or `file:`. */
  readonly name: string;
  /** The absolute folder that names and relative paths resolve from. */
  readonly from: string;
  /** Checked and completed by the plugin's `config` schema; `{}` where there are none. */
  readonly options?: unknown;
  /** Where it stands, for messages: `switchyard.jsonc:12`. */
  readonly where?: string;
  /** The boot goes on without it if it fails, as if its definition said `optional`: even when it cannot be found. */
  readonly optional?: boolean;
  /** The plugin itself, where it is loaded already (embedding, tests): nothing is imported. */
  readonly plugin?: AnyPlugin;
}

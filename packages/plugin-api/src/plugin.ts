import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Host } from './host.ts';
import type { AnyToken } from './token.ts';

/** The major version of this contract. A plugin names the one it was written for. */
export const API_VERSION = 1;

/** What a schema makes of its input; `unknown` for a plugin without one. */
export type ConfigOf<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : unknown;

/** What `definePlugin` takes. */
export interface PluginDefinition<Schema extends StandardSchemaV1 | undefined = undefined> {
  /** The npm name without `@switchyard/` or `switchyard-`; unique in an installation. */
  readonly id: string;
  /** The major version of the contract that this plugin was written for. */
  readonly api: number;
  /** Checks and completes the plugin's options. Any Standard Schema: valibot, zod, arktype. */
  readonly config?: Schema;
  /** Services that must be there before `setup`; whoever provides them is set up first. */
  readonly needs?: readonly AnyToken[];
  /** Services that `setup` will provide, all of them. */
  readonly provides?: readonly AnyToken[];
  /** When true, the gateway starts without this plugin if it cannot be set up. */
  readonly optional?: boolean;
  /**
   * Called once. Everything done through `host` is undone for the plugin, newest first.
   * It may be asynchronous; the boot timeout names a plugin that never settles.
   */
  setup(host: Host, config: ConfigOf<Schema>): void | Promise<void>;
}

/** A plugin whose options are of whatever type, as the kernel holds it. */
export type AnyPlugin = Omit<PluginDefinition<undefined>, 'config'> & { readonly config?: StandardSchemaV1 };

/** What a plugin module exports as its default. */
export type Plugin = AnyPlugin & { readonly [brand]: true };

/** The `"switchyard"` block of a plugin's package.json: read before any code of the plugin runs. */
export interface PluginManifest {
  readonly id: string;
  readonly api: number;
}

const brand: unique symbol = Symbol.for('switchyard:plugin') as never;

/** Declares a plugin; the module exports the result as its default. Plain JavaScript may export a bare object alike. */
export function definePlugin<Schema extends StandardSchemaV1 | undefined = undefined>(
  definition: PluginDefinition<Schema>,
): Plugin {
  // A plugin's `setup` takes its own options; the kernel validates them by `config` before it calls it.
  return { ...(definition as unknown as AnyPlugin), [brand]: true };
}

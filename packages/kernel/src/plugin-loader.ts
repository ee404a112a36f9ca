import type { AnyPlugin, AnyToken, PluginManifest, SwitchyardError } from '@switchyard/plugin-api';
import { pathToFileURL } from 'node:url';
import { inject, injectable } from 'tsyringe';
import { OPTIONS } from './injection.ts';
import type { KernelOptions, PluginReference } from './kernel-options.ts';
import { LATE, limitOf, within } from './limit.ts';
import { pluginError, setUpError } from './plugin-error.ts';
import { ensureApi } from './plugin-manifest.ts';
import { optionsFor } from './plugin-options.ts';
import { resolvePlugin } from './plugin-resolver.ts';
import { shapeProblem } from './plugin-shape.ts';
import { reasonOf } from './reason-of.ts';

/** A plugin that can be set up: its code is there and its options are right. */
export interface LoadedPlugin {
  readonly id: string;
  readonly reference: PluginReference;
  readonly plugin: AnyPlugin;
  /** What its `setup` is called with. */
  readonly config: unknown;
  /** The module it came from; undefined for one that was given as an object. */
  readonly file: string | undefined;
  readonly needs: readonly AnyToken[];
  readonly provides: readonly AnyToken[];
  readonly optional: boolean;
}

/** What became of a reference. */
export type Loading =
  | { readonly kind: 'loaded'; readonly loaded: LoadedPlugin }
  | { readonly kind: 'failed'; readonly failed: UnloadedPlugin; readonly problem: SwitchyardError };

/** As much as is known of a plugin that could not be loaded. */
export type UnloadedPlugin = Pick<LoadedPlugin, 'id' | 'reference' | 'file' | 'optional'> &
  Partial<Pick<LoadedPlugin, 'needs' | 'provides'>>;

interface Module {
  readonly exported: unknown;
  readonly file?: string;
  readonly manifest?: PluginManifest | undefined;
}

type Learn = (more: Partial<UnloadedPlugin>) => void;

/** Gets a plugin from where it is named to where it can be set up. */
@injectable()
export class PluginLoader {
  readonly #options: Required<KernelOptions>;

  constructor(@inject(OPTIONS) options: Required<KernelOptions>) {
    this.#options = options;
  }

  /** Never rejects, and never takes longer than the boot timeout. */
  async load(reference: PluginReference): Promise<Loading> {
    // Grows with what is learned on the way, so that a failure can be reported with it.
    let known: UnloadedPlugin = {
      id: reference.name,
      reference,
      file: undefined,
      optional: reference.optional ?? false,
    };
    const learn: Learn = (more) => (known = { ...known, ...more });
    const limit = limitOf({ clock: this.#options.clock, ms: this.#options.bootTimeoutMs });
    try {
      const loaded = await within(this.#load(reference, learn), limit);
      if (loaded === LATE) throw this.#late(known);
      return { kind: 'loaded', loaded };
    } catch (error) {
      return { kind: 'failed', failed: known, problem: setUpError(reference, known.id, error) };
    } finally {
      limit.end();
    }
  }

  async #load(reference: PluginReference, learn: Learn): Promise<LoadedPlugin> {
    const { file, manifest, exported } = await this.#module(reference, learn);
    const plugin = asPlugin(reference, exported, file);
    const { id, needs = [], provides = [] } = plugin;
    const optional = plugin.optional === true || reference.optional === true;
    learn({ id, needs, provides, optional });
    ensureApi(reference, plugin.api);
    ensureSameId(reference, plugin.id, manifest);
    const config = await optionsFor(plugin, reference);
    return { id, reference, plugin, config, file, needs, provides, optional };
  }

  async #module(reference: PluginReference, learn: Learn): Promise<Module> {
    if (reference.plugin !== undefined) return { exported: reference.plugin };
    const { file, manifest } = await resolvePlugin(reference, this.#options.fallback);
    learn({ file, id: manifest?.id ?? reference.name });
    return { file, manifest, exported: await importDefault(file) };
  }

  #late({ id, reference, file }: UnloadedPlugin): SwitchyardError {
    const details = { plugin: id, seconds: this.#options.bootTimeoutMs / 1000 };
    const why = `${file ?? 'its module'} never finished loading, or its options being checked`;
    return pluginError('PLUGIN_SETUP_TIMEOUT', reference, details, { why });
  }
}

async function importDefault(file: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return module.default;
  } catch (error) {
    throw new Error(`${file} could not be loaded: ${reasonOf(error)}`, { cause: error });
  }
}

/** @throws PLUGIN_INVALID */
function asPlugin(reference: PluginReference, exported: unknown, file: string | undefined): AnyPlugin {
  const problem = shapeProblem(exported);
  if (problem === undefined) return exported as AnyPlugin;
  throw pluginError('PLUGIN_INVALID', reference, {
    reason: file === undefined ? problem : `in ${file} ${problem}`,
  });
}

/**
 * What is read without running code must be true: people trust the package.json when they choose a plugin.
 * @throws PLUGIN_INVALID
 */
function ensureSameId(reference: PluginReference, id: string, manifest: PluginManifest | undefined): void {
  if (manifest === undefined || manifest.id === id) return;
  const reason = `its package.json calls it "${manifest.id}", its module "${id}"`;
  throw pluginError('PLUGIN_INVALID', reference, { reason });
}

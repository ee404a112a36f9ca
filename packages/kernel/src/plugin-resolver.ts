import type { PluginManifest, SwitchyardError } from '@switchyard/plugin-api';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PluginReference } from './kernel-options.ts';
import { pluginError } from './plugin-error.ts';
import { manifestOf, packageOf, readPackageJson, type PackageJson } from './plugin-manifest.ts';
import { reasonOf } from './reason-of.ts';

/** The file that a reference means. */
export interface ResolvedPlugin {
  readonly file: string;
  /** What its package says of the plugin, if the reference means the package as a whole. */
  readonly manifest: PluginManifest | undefined;
}

/**
 * Finds a plugin without running any code of it. Paths resolve from `reference.from`; names from there, else from
 * `fallback`.
 * @throws PLUGIN_NOT_FOUND, PLUGIN_API_MISMATCH, PLUGIN_INVALID
 */
export async function resolvePlugin(reference: PluginReference, fallback: string): Promise<ResolvedPlugin> {
  return isPath(reference.name) ? resolveFile(reference) : resolveName(reference, fallback);
}

function isPath(name: string): boolean {
  return /^(?:\.{1,2}[/\\]|file:)/.test(name) || isAbsolute(name);
}

async function resolveFile(reference: PluginReference): Promise<ResolvedPlugin> {
  const { name, from } = reference;
  const file = name.startsWith('file:') ? fileURLToPath(new URL(name)) : resolvePath(from, name);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw notFound(reference, `there is no file ${file}`);
  if (!found.isFile()) throw notFound(reference, `${file} is a folder: name the file in it`);
  // Its package is written for one API. But it may hold other plugins than the one that its manifest describes.
  manifestOf(await packageOf(file, reference), reference);
  return { file, manifest: undefined };
}

async function resolveName(reference: PluginReference, fallback: string): Promise<ResolvedPlugin> {
  const places = [...new Set([reference.from, ...(fallback === '' ? [] : [fallback])])];
  for (const from of places) {
    const json = await installedPackage(reference, from);
    if (json === undefined) continue;
    const manifest = manifestOf(json, reference);
    try {
      const file = await entryOf(json, reference.name, from);
      return { file, manifest: reference.name === json.name ? manifest : undefined };
    } catch (error) {
      throw notFound(
        reference,
        `${json.file} is there, but what it names is not, is it built? ${reasonOf(error)}`,
      );
    }
  }
  throw notFound(
    reference,
    `looked in node_modules of ${places.join(', then of ')}, and of the folders above`,
  );
}

async function installedPackage(reference: PluginReference, from: string): Promise<PackageJson | undefined> {
  const packageName = /^(?:@[^/]+\/)?[^/]+/.exec(reference.name)?.[0];
  if (packageName === undefined) return undefined;
  for (const modules of createRequire(join(from, '_')).resolve.paths(packageName) ?? []) {
    const json = await readPackageJson(join(modules, packageName), reference);
    if (json !== undefined) return json;
  }
  return undefined;
}

/** Conditions by which `require` and `import` may get different files. */
const TELLS_IMPORT_FROM_REQUIRE = /"(?:import|require|module-sync)":/;

/**
 * The file that `import(name)` would load from a folder. `import.meta.resolve` of Node 20 ignores the folder.
 * `require.resolve` gives the same answer unless the package tells import from require, and knows conditions given by
 * `node --conditions`; only for the others the 20 ms are spent that loading import-meta-resolve takes.
 */
async function entryOf(json: PackageJson, name: string, from: string): Promise<string> {
  if (!TELLS_IMPORT_FROM_REQUIRE.test(JSON.stringify(json.exports ?? null))) {
    return createRequire(join(from, '_')).resolve(name);
  }
  const { moduleResolve } = await import('import-meta-resolve');
  const conditions = new Set(['node', 'import', ...(process.features.require_module ? ['module-sync'] : [])]);
  return fileURLToPath(moduleResolve(name, pathToFileURL(join(from, '_')), conditions));
}

function notFound(reference: PluginReference, why: string): SwitchyardError {
  return pluginError('PLUGIN_NOT_FOUND', reference, {}, { why });
}

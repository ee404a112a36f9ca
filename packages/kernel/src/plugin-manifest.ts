import { API_VERSION, type PluginManifest } from '@switchyard/plugin-api';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PluginReference } from './kernel-options.ts';
import { pluginError } from './plugin-error.ts';
import { reasonOf } from './reason-of.ts';

/** As much of a package.json as the kernel reads. */
export interface PackageJson {
  /** The file itself. */
  readonly file: string;
  readonly name?: unknown;
  readonly exports?: unknown;
  readonly switchyard?: unknown;
}

/**
 * The package.json of a folder, or undefined if it has none.
 * @throws PLUGIN_INVALID if it is no JSON object.
 */
export async function readPackageJson(
  folder: string,
  reference: PluginReference,
): Promise<PackageJson | undefined> {
  const file = join(folder, 'package.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) throw new TypeError('it holds no object');
    return { ...json, file };
  } catch (error) {
    throw pluginError('PLUGIN_INVALID', reference, { reason: `${file} cannot be read: ${reasonOf(error)}` });
  }
}

/** The package that a file belongs to: the nearest package.json above it that has a name (`{"type":"module"}` has none). */
export async function packageOf(file: string, reference: PluginReference): Promise<PackageJson | undefined> {
  let folder = dirname(file);
  while (basename(folder) !== 'node_modules') {
    const json = await readPackageJson(folder, reference);
    if (json?.name !== undefined) return json;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return undefined;
}

/**
 * What a package says of its plugin, checked before any code of it runs; undefined if it says nothing.
 * @throws PLUGIN_API_MISMATCH, PLUGIN_INVALID
 */
export function manifestOf(
  json: PackageJson | undefined,
  reference: PluginReference,
): PluginManifest | undefined {
  const block = json?.switchyard;
  if (json === undefined || block === undefined) return undefined;
  if (!isManifest(block)) {
    const reason = `"switchyard" in ${json.file} must be { "id": string, "api": number }`;
    throw pluginError('PLUGIN_INVALID', reference, { reason });
  }
  ensureApi(reference, block.api);
  return block;
}

/** @throws PLUGIN_API_MISMATCH */
export function ensureApi(reference: PluginReference, found: number): void {
  if (found !== API_VERSION)
    throw pluginError('PLUGIN_API_MISMATCH', reference, { found, expected: API_VERSION });
}

function isManifest(block: unknown): block is PluginManifest {
  if (typeof block !== 'object' || block === null) return false;
  const { id, api } = block as { readonly id?: unknown; readonly api?: unknown };
  return typeof id === 'string' && typeof api === 'number';
}

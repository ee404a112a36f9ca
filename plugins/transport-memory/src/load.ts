import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SwitchyardError, type WireContext } from '@switchyard/plugin-api';
import type { Serve } from './peer.ts';
import type { MemoryTarget } from './target.ts';

/**
 * Finds the function that serves.
 * @throws MODULE_UNUSABLE when the module cannot be imported or exports no such function.
 */
export async function load(target: MemoryTarget, context: WireContext): Promise<Serve> {
  if ('serve' in target) return target.serve;
  const file = resolve(context.folder, target.module);
  const unusable = (reason: string, cause?: unknown) =>
    new SwitchyardError('MODULE_UNUSABLE', { server: context.server, module: file, reason }, { cause });

  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error), error);
  }
  const serve = exports[target.export];
  if (typeof serve !== 'function') throw unusable(`it exports no function "${target.export}"`);
  return serve as Serve;
}

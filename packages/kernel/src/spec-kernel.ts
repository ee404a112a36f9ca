import type { AnyPlugin } from '@switchyard/plugin-api';
import { Kernel, type KernelOptions, type PluginReference } from './index.ts';
import { realClock } from './spec-clock.ts';
import { recordingLog, type Line } from './spec-log.ts';

/** A kernel on real time whose log can be read. */
export function kernelFor(options: Partial<KernelOptions> = {}): {
  readonly kernel: Kernel;
  readonly lines: readonly Line[];
} {
  const log = recordingLog();
  return { kernel: new Kernel({ log, clock: realClock, ...options }), lines: log.lines };
}

/** References to plugins that are loaded already, each at a line of its own. */
export function given(...plugins: readonly AnyPlugin[]): readonly PluginReference[] {
  return plugins.map((plugin, index) => ({
    name: plugin.id,
    from: '/',
    where: `switchyard.jsonc:${index + 1}`,
    plugin,
  }));
}

/** A plugin that does nothing but what is said here. */
export function pluginOf(id: string, more: Partial<AnyPlugin> = {}): AnyPlugin {
  return { id, api: 1, setup: () => {}, ...more };
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => 'it was fulfilled',
    (error: unknown) => ({ error }),
  );
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome.error;
}

import type { AnyPlugin } from '@switchyard/plugin-api';
import type { PluginReference } from './kernel-options.ts';
import { pluginError } from './plugin-error.ts';

type Schema = NonNullable<AnyPlugin['config']>;
type Issue = NonNullable<Awaited<ReturnType<Schema['~standard']['validate']>>['issues']>[number];

/** As many issues as one message names. */
const NAMED = 10;

/**
 * The options of a plugin, checked and completed by its schema; as they were given if it has none.
 * @throws PLUGIN_OPTIONS_INVALID
 */
export async function optionsFor(plugin: AnyPlugin, reference: PluginReference): Promise<unknown> {
  const options = reference.options ?? {};
  if (plugin.config === undefined) return options;
  const result = await plugin.config['~standard'].validate(options);
  if (result.issues === undefined) return result.value;
  const named = result.issues.slice(0, NAMED).map(sentence);
  const more = result.issues.length - named.length;
  const reason = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  throw pluginError('PLUGIN_OPTIONS_INVALID', reference, { plugin: plugin.id, reason });
}

function sentence({ message, path = [] }: Issue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}

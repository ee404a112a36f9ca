import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { PluginReference } from '@switchyard/kernel';
import type { Configuration, PluginSetting } from './configuration.ts';
import { didYouMean } from './did-you-mean.ts';

/** A plugin that is installed unless the configuration turns it off. */
export interface DefaultPlugin {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * The plugins to install, defaults first, then what the configuration adds, in its order. A setting of a default
 * plugin overrides single options of it; `false` removes it. All names resolve from the configuration's folder first.
 * @throws CONFIG_INVALID when a plugin that is no default is turned off, which is a misspelt name.
 */
export function effectivePlugins(
  defaults: readonly DefaultPlugin[],
  configuration: Pick<Configuration, 'folder' | 'plugins'>,
): readonly PluginReference[] {
  const { folder, plugins } = configuration;
  const settings = new Map(plugins.map((setting) => [setting.name, setting]));
  const names = new Set(defaults.map(({ name }) => name));

  const kept = defaults.flatMap(({ name, options }) => {
    const setting = settings.get(name);
    if (setting?.options === false) return [];
    return [reference(name, folder, { ...options, ...optionsOf(setting) }, setting?.where)];
  });
  const added = [...settings.values()]
    .filter(({ name }) => !names.has(name))
    .map((setting) => {
      if (setting.options !== false)
        return reference(setting.name, folder, optionsOf(setting), setting.where);
      const reason = `is not installed by default, so there is nothing to turn off${didYouMean(setting.name, names)}`;
      throw new SwitchyardError(
        'CONFIG_INVALID',
        { key: `plugins.${setting.name}`, reason },
        { where: setting.where },
      );
    });
  return [...kept, ...added];
}

function optionsOf(setting: PluginSetting | undefined): Readonly<Record<string, unknown>> {
  return typeof setting?.options === 'object' ? setting.options : {};
}

function reference(
  name: string,
  folder: string,
  options: Readonly<Record<string, unknown>>,
  where: string | undefined,
): PluginReference {
  return { name, from: path.resolve(folder), options, ...(where === undefined ? {} : { where }) };
}

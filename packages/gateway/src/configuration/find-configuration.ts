import { existsSync } from 'node:fs';
import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';

/**
 * The absolute path of the configuration: `--config`, then SWITCHYARD_CONFIG, then `./switchyard.jsonc`, then
 * `~/.config/switchyard/switchyard.jsonc`. One that is named is not searched elsewhere, even if it is not there.
 * @throws CONFIG_MISSING, naming the places looked at.
 */
export function findConfiguration(options: {
  readonly flag?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}): string {
  const { flag, env, cwd, home } = options;
  const named = flag ?? (env['SWITCHYARD_CONFIG'] || undefined);
  if (named !== undefined) return path.resolve(cwd, named);

  const places = [
    path.join(cwd, 'switchyard.jsonc'),
    path.join(home, '.config', 'switchyard', 'switchyard.jsonc'),
  ];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new SwitchyardError(
    'CONFIG_MISSING',
    { tried: '' },
    { where: `looked at ${places.join(' and ')}`, why: 'neither --config nor SWITCHYARD_CONFIG names one' },
  );
}

import { pathToFileURL } from 'node:url';
import { resolvePlugin, type PluginReference } from '@switchyard/kernel';
import type { Clock, SwitchyardError } from '@switchyard/plugin-api';
import type { Configuration } from './configuration/index.ts';
import { systemClock } from './system-clock.ts';

/** Who starts commands; another one may find them in its own way. */
const STDIO = '@switchyard/transport-stdio';

/** What that plugin exports beside itself. */
interface CommandChecker {
  checkCommands(entries: readonly object[], clock: Clock): Promise<readonly (SwitchyardError | undefined)[]>;
}

/**
 * The servers whose command or folder is not there, by name: what would be their problem as soon as they were started.
 * Starts none of them, and sets up no plugin.
 */
export async function checkCommands(
  { servers, folder }: Configuration,
  plugins: readonly PluginReference[],
  fallback: string,
): Promise<ReadonlyMap<string, SwitchyardError>> {
  const reference = plugins.find(({ name }) => name === STDIO);
  const named = servers.filter(
    ({ enabled, problem, transport = 'stdio', target }) =>
      enabled && !problem && transport === 'stdio' && 'command' in target,
  );
  if (!reference || named.length === 0) return new Map();
  // That it is not installed is told by `checkInstallation`.
  const resolved = await resolvePlugin(reference, fallback).catch(() => undefined);
  if (!resolved) return new Map();
  const checker = (await import(pathToFileURL(resolved.file).href)) as CommandChecker;
  const entries = named.map(({ name: server, target, where, places }) => ({
    server,
    folder,
    target,
    where: (key: string) => places[key] ?? where,
  }));
  const found = await checker.checkCommands(entries, systemClock());
  return new Map(named.flatMap(({ name }, index) => (found[index] ? [[name, found[index]] as const] : [])));
}

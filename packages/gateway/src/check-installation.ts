import { resolvePlugin, type PluginReference } from '@switchyard/kernel';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { Configuration } from './configuration/index.ts';

/** Who listens for clients at `listen.http`; another one may protect itself in its own way. */
const HTTP_HOST = '@switchyard/http-host';

/**
 * What else would keep a configuration from being served: plugins that are not there, and a listener that everybody in the
 * network could use. Runs no code of any plugin, and opens nothing.
 */
export async function checkInstallation(
  configuration: Configuration,
  plugins: readonly PluginReference[],
  fallback: string,
): Promise<readonly SwitchyardError[]> {
  const absent = await Promise.all(
    plugins.map((reference) =>
      resolvePlugin(reference, fallback).then(
        () => [],
        (error: unknown) => [SwitchyardError.from(error)],
      ),
    ),
  );
  const open = openListener(configuration, plugins);
  return [...absent.flat(), ...(open ? [open] : [])];
}

/** A listener that everybody in the network could use, said where it stands; the plugin that listens refuses it, too. */
export function openListener(
  { listen, places }: Pick<Configuration, 'listen' | 'places'>,
  plugins: readonly Pick<PluginReference, 'name'>[],
): SwitchyardError | undefined {
  const { host = '127.0.0.1', tokens = {} } = listen.http;
  const isOpen = !isLoopback(host) && Object.keys(tokens).length === 0;
  if (!isOpen || !plugins.some(({ name }) => name === HTTP_HOST)) return undefined;
  const where = places['listen.http.host'];
  return new SwitchyardError('LISTEN_UNPROTECTED', { host }, where === undefined ? {} : { where });
}

/** As the plugin that listens sees it. */
function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

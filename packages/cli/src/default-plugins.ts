import { join } from 'node:path';
import type { Configuration, DefaultPlugin } from '@switchyard/gateway/configuration';

/**
 * The plugins of an ordinary installation, by name: nothing here imports one, and `plugins` in a configuration
 * overrides, replaces or removes each of them.
 * @param flags what the command line says beside the configuration; it wins. `detached`: nothing listens on TCP.
 */
export function defaultPlugins(
  { listen }: Pick<Configuration, 'listen'>,
  flags: { readonly stateDir: string; readonly port?: number; readonly detached?: boolean },
): readonly DefaultPlugin[] {
  const { path, ...http } = listen.http;
  const { stateDir, port, detached } = flags;
  return [
    { name: '@switchyard/store-fs', options: { dir: stateDir } },
    {
      name: '@switchyard/http-host',
      options: detached
        ? { socket: join(stateDir, 'admin.sock') }
        : {
            ...http,
            ...(port === undefined ? {} : { port }),
            ...(listen.admin === undefined ? {} : { admin: listen.admin }),
          },
    },
    { name: '@switchyard/endpoint-http', options: path === undefined ? {} : { path } },
    { name: '@switchyard/endpoint-stdio' },
    { name: '@switchyard/catalog-memory' },
    { name: '@switchyard/routing-standard' },
    { name: '@switchyard/transport-http' },
    { name: '@switchyard/transport-memory' },
    { name: '@switchyard/transport-stdio' },
    { name: '@switchyard/resilience' },
    { name: '@switchyard/metrics-prometheus' },
    // After the doors for clients: nothing of it is loaded before they are open.
    { name: '@switchyard/admin-graphql' },
  ];
}

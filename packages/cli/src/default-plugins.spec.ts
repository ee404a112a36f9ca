import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import { defaultPlugins } from './default-plugins.ts';

describe('the default plugins', () => {
  const tokens = { ann: new Secret('t') };

  it('get what the configuration and the flags say', () => {
    const listen = { http: { host: '::1', port: 1, path: '/x', tokens }, admin: { port: 2 } };
    const options = Object.fromEntries(
      defaultPlugins({ listen }, { stateDir: '/state', port: 0 }).map(({ name, options: given }) => [
        name,
        given,
      ]),
    );
    expect(options['@switchyard/store-fs']).toEqual({ dir: '/state' });
    expect(options['@switchyard/http-host']).toEqual({
      host: '::1',
      port: 0,
      tokens,
      admin: { port: 2 },
    });
    expect(options['@switchyard/endpoint-http']).toEqual({ path: '/x' });
  });

  it('listen on nothing but Unix sockets where the gateway is detached', () => {
    const listen = {
      http: { host: '0.0.0.0', port: 1, path: '/x', tokens },
      admin: { port: 2 },
    };
    const plugins = defaultPlugins({ listen }, { stateDir: '/state', detached: true });
    expect(plugins.find(({ name }) => name === '@switchyard/http-host')?.options).toEqual({
      socket: '/state/admin.sock',
    });
  });

  it('are dependencies of this package, which nobody would install otherwise', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      dependencies: object;
    };
    const names = defaultPlugins({ listen: { http: {} } }, { stateDir: '/state' }).map(({ name }) => name);
    expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining(names));
  });
});

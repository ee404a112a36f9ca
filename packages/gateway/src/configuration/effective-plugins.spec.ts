import { describe, expect, it } from '@jest/globals';
import { effectivePlugins } from './effective-plugins.ts';
import { parse } from './spec-configuration.ts';

const defaults = [
  { name: '@switchyard/store-fs', options: { dir: '/state' } },
  { name: '@switchyard/http-host', options: { host: '127.0.0.1', port: 4620 } },
];
const effective = (plugins: unknown): ReturnType<typeof effectivePlugins> =>
  effectivePlugins(defaults, parse(JSON.stringify({ plugins })));

describe('the plugins in effect', () => {
  it('are the defaults', () => {
    expect(effective({})).toEqual(defaults.map((plugin) => ({ ...plugin, from: '/home/ann' })));
  });

  it('are less what is turned off', () => {
    expect(effective({ '@switchyard/store-fs': false }).map(({ name }) => name)).toEqual([
      '@switchyard/http-host',
    ]);
  });

  it('have single options overridden', () => {
    expect(effective({ '@switchyard/http-host': { port: 1 } })[1]).toEqual({
      name: '@switchyard/http-host',
      from: '/home/ann',
      options: { host: '127.0.0.1', port: 1 },
      where: 'switchyard.jsonc:1',
    });
    expect(effective({ '@switchyard/http-host': true })[1]?.options).toEqual(defaults[1]?.options);
  });

  it('are more by what is added, which resolves from the folder of the file', () => {
    expect(effective(['acme-ws', ['./mine.mjs', { a: 1 }]]).slice(2)).toEqual([
      { name: 'acme-ws', from: '/home/ann', options: {}, where: 'switchyard.jsonc:1' },
      { name: './mine.mjs', from: '/home/ann', options: { a: 1 }, where: 'switchyard.jsonc:1' },
    ]);
  });

  it('cannot be less what is not there: that is a misspelt name', () => {
    expect(() => effective({ '@switchyard/http-hots': false })).toThrow(
      'plugins.@switchyard/http-hots: is not installed by default, so there is nothing to turn off' +
        ' — did you mean "@switchyard/http-host"?',
    );
  });
});

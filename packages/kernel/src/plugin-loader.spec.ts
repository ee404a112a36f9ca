import { describe, expect, it } from '@jest/globals';
import { createToken, type AnyPlugin } from '@switchyard/plugin-api';
import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import type { PluginReference } from './kernel-options.ts';
import { PluginLoader, type Loading } from './plugin-loader.ts';
import { realClock, stoppedClock } from './spec-clock.ts';
import { folderOf, moduleOf, packageOf } from './spec-folder.ts';
import { pluginOf } from './spec-kernel.ts';
import { recordingLog } from './spec-log.ts';

function loaderFor(fallback = '', clock = realClock): PluginLoader {
  return new PluginLoader({ log: recordingLog(), clock, fallback, bootTimeoutMs: 10_000 });
}

function load(
  name: string,
  from: string,
  more: Partial<PluginReference> & { readonly fallback?: string } = {},
) {
  const { fallback, ...reference } = more;
  return loaderFor(fallback).load({ name, from, where: 'switchyard.jsonc:12', ...reference });
}

function loaded(loading: Loading) {
  if (loading.kind === 'failed') throw loading.problem;
  return loading.loaded;
}

function problem(loading: Loading) {
  if (loading.kind === 'loaded') throw new Error(`${loading.loaded.id} was loaded`);
  return loading.problem;
}

describe('loading by a path', () => {
  it('resolves relative paths from the folder that names them, and takes absolute ones and file: too', async () => {
    await using folder = await folderOf({ 'lib/lamp.mjs': moduleOf('lamp') });
    const file = folder.at('lib/lamp.mjs');
    const from = folder.at('conf');
    for (const name of ['../lib/lamp.mjs', file, pathToFileURL(file).href]) {
      expect(loaded(await load(name, from))).toMatchObject({ id: 'lamp', file, optional: false, config: {} });
    }
    expect(loaded(await load('./lamp.mjs', folder.at('lib'))).file).toBe(file);
  });

  it('takes a CommonJS module', async () => {
    await using folder = await folderOf({
      'lamp.cjs': 'module.exports = { id: "lamp", api: 1, setup() {} };',
    });
    expect(loaded(await load('./lamp.cjs', folder.path)).id).toBe('lamp');
  });

  it('says which file is not there', async () => {
    await using folder = await folderOf({ 'lib/lamp.mjs': '' });
    expect(problem(await load('./lamp.mjs', folder.path))).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: 'the plugin "./lamp.mjs" was not found',
      why: `there is no file ${folder.at('lamp.mjs')}`,
      where: 'switchyard.jsonc:12',
    });
    expect(problem(await load('./lib', folder.path)).why).toBe(
      `${folder.at('lib')} is a folder: name the file in it`,
    );
  });

  it('reads the package.json above it that has a name, and asks nothing of files without one', async () => {
    await using folder = await folderOf({
      'package.json': { name: 'rail', switchyard: { id: 'rail', api: 2 } },
      'dist/package.json': { type: 'module' },
      'dist/rail.mjs': 'throw new Error("this must not run")',
    });
    expect(problem(await load('./dist/rail.mjs', folder.path)).code).toBe('PLUGIN_API_MISMATCH');
  });

  it('takes any plugin of a package, not only the one that its manifest describes', async () => {
    await using folder = await folderOf({
      'package.json': { name: 'rail', switchyard: { id: 'rail', api: 1 } },
      'points.mjs': moduleOf('points'),
    });
    expect(loaded(await load('./points.mjs', folder.path)).id).toBe('points');
  });
});

describe('loading by a name', () => {
  it('looks in the folder of the reference, then in the fallback', async () => {
    await using near = await folderOf({ ...packageOf('lamp'), 'conf/deep/x': '' });
    await using far = await folderOf({ ...packageOf('lamp'), ...packageOf('@signals/horn') });
    const fallback = far.path;
    const from = near.at('conf/deep');
    expect(loaded(await load('lamp', from, { fallback })).file).toBe(near.at('node_modules/lamp/plugin.mjs'));
    expect(loaded(await load('@signals/horn', from, { fallback }))).toMatchObject({
      id: '@signals/horn',
      file: far.at('node_modules/@signals/horn/plugin.mjs'),
    });
  });

  it('names both places where it looked', async () => {
    await using folder = await folderOf({});
    const [from, fallback] = [folder.at('a'), folder.at('b')];
    expect(problem(await load('lamp', from, { fallback })).why).toBe(
      `looked in node_modules of ${from}, then of ${fallback}, and of the folders above`,
    );
    expect(problem(await load('lamp', from)).why).toBe(
      `looked in node_modules of ${from}, and of the folders above`,
    );
    for (const name of ['http://example.test/x.mjs', 'data:text/javascript,1', 'node:fs', 'fs', '']) {
      expect(problem(await load(name, from)).code).toBe('PLUGIN_NOT_FOUND');
    }
  });

  it('takes what import would take, where a package tells import from require', async () => {
    const exports = { import: './plugin.mjs', require: './plugin.cjs' };
    await using folder = await folderOf({
      ...packageOf('dual', { exports: { '.': exports, './sub': { import: './sub.mjs' } } }),
      'node_modules/dual/plugin.cjs': 'throw new Error("this is for require")',
      'node_modules/dual/sub.mjs': moduleOf('dual'),
      ...packageOf('only-import', { exports: { import: './plugin.mjs' } }),
      ...packageOf('main-only', { exports: undefined, main: './plugin.mjs' }),
    });
    expect(loaded(await load('dual', folder.path)).file).toBe(folder.at('node_modules/dual/plugin.mjs'));
    expect(loaded(await load('dual/sub', folder.path)).file).toBe(folder.at('node_modules/dual/sub.mjs'));
    expect(loaded(await load('only-import', folder.path)).id).toBe('only-import');
    expect(loaded(await load('main-only', folder.path)).id).toBe('main-only');
  });

  it('says that a package is there but its module is not', async () => {
    await using folder = await folderOf({
      ...packageOf('unbuilt', { exports: './dist/plugin.js' }),
      ...packageOf('unbuilt-dual', { exports: { import: './dist/plugin.js' } }),
    });
    for (const name of ['unbuilt', 'unbuilt-dual']) {
      const { code, why } = problem(await load(name, folder.path));
      expect(code).toBe('PLUGIN_NOT_FOUND');
      expect(why).toContain(`${folder.at('node_modules', name, 'package.json')} is there, but`);
      expect(why).toContain('is it built?');
    }
  });

  it('finds plugins of the workspace, by the condition under which it runs', async () => {
    const from = new URL('../../../packages/cli', import.meta.url).pathname;
    const found = await load('@switchyard/kernel', from);
    // The kernel itself is no plugin; that its module was found and loaded from source is what counts here.
    expect(found).toMatchObject({
      kind: 'failed',
      failed: { file: new URL('./index.ts', import.meta.url).pathname },
    });
    expect(problem(found).code).toBe('PLUGIN_INVALID');
  });
});

describe('what is no plugin', () => {
  it('is refused by its manifest before any code of it runs', async () => {
    const loud = 'throw new Error("this must not run")';
    await using folder = await folderOf({
      ...packageOf('old', { switchyard: { id: 'old', api: 0 } }),
      'node_modules/old/plugin.mjs': loud,
      ...packageOf('odd', { switchyard: { id: 'odd', api: '1' } }),
      'node_modules/odd/plugin.mjs': loud,
      ...packageOf('torn'),
      'node_modules/torn/package.json': '{ "name": ',
      ...packageOf('list'),
      'node_modules/list/package.json': 'null',
    });
    expect(problem(await load('old', folder.path))).toMatchObject({
      code: 'PLUGIN_API_MISMATCH',
      message: 'old was built for plugin API 0; this is 1',
      where: 'switchyard.jsonc:12',
    });
    expect(problem(await load('odd', folder.path)).message).toContain(
      'must be { "id": string, "api": number }',
    );
    expect(problem(await load('torn', folder.path)).message).toContain('cannot be read: ');
    expect(problem(await load('list', folder.path)).message).toContain('it holds no object');
  });

  it('is accepted without a manifest, and its own "api" is checked instead', async () => {
    await using folder = await folderOf({
      ...packageOf('plain', { switchyard: undefined }),
      'old.mjs': 'export default { id: "old", api: 0, setup() {} }',
    });
    expect(loaded(await load('plain', folder.path)).id).toBe('plain');
    expect(problem(await load('./old.mjs', folder.path)).message).toBe(
      './old.mjs was built for plugin API 0; this is 1',
    );
  });

  it('is refused if it is not who its manifest says', async () => {
    await using folder = await folderOf(packageOf('lamp', { switchyard: { id: 'horn', api: 1 } }));
    expect(problem(await load('lamp', folder.path)).message).toBe(
      'lamp is not a plugin: its package.json calls it "horn", its module "lamp"',
    );
  });

  it.each<[string, string]>([
    ['export const x = 1', 'its default export is nothing'],
    ['export default null', 'its default export is null'],
    ['export default []', 'has no "id" (a list)'],
    ['export default () => {}', 'its default export is a function'],
    ['export default {}', 'has no "id" (an empty object)'],
    ['export default { id: "x", setup() {} }', 'has no "api" (an object with id, setup)'],
    ['export default { id: "x", api: 1 }', 'has no "setup" function (an object with id, api)'],
    [
      'export default { id: "x", api: 1, setup() {}, needs: ["store"] }',
      '"needs" is not a list of tokens (a list)',
    ],
    ['export default { id: "x", api: 1, setup() {}, provides: {} }', '"provides" is not a list of tokens'],
    [
      'export default { id: "x", api: 1, setup() {}, provides: [null] }',
      '"provides" is not a list of tokens',
    ],
    [
      'export default { id: "x", api: 1, setup() {}, config: 1 }',
      '"config" is not a Standard Schema (a number)',
    ],
    [
      'export default { id: "x", api: 1, setup() {}, config: {} }',
      '"config" is not a Standard Schema (an empty object)',
    ],
  ])('%s', async (text, reason) => {
    await using folder = await folderOf({ 'x.mjs': text });
    const { code, message } = problem(await load('./x.mjs', folder.path));
    expect(code).toBe('PLUGIN_INVALID');
    expect(message).toMatch(/^\.\/x\.mjs is not a plugin: /);
    expect(message).toContain(reason);
    expect(message).toContain(folder.at('x.mjs'));
  });

  it('is told with the reason why its module fails, in one line', async () => {
    await using folder = await folderOf({
      'throws.mjs': 'throw new Error("no licence\\nat secret.js:1")',
      'nothing.mjs': 'throw undefined',
      'empty.mjs': 'throw new Error("")',
      'missing.mjs': 'import "not-installed-anywhere";',
    });
    const told = async (name: string) => problem(await load(name, folder.path));
    expect(await told('./throws.mjs')).toMatchObject({
      code: 'PLUGIN_SETUP_FAILED',
      message: `./throws.mjs could not be set up: ${folder.at('throws.mjs')} could not be loaded: no licence`,
      where: 'switchyard.jsonc:12',
    });
    expect((await told('./nothing.mjs')).message).toMatch(/could not be loaded: undefined$/);
    expect((await told('./empty.mjs')).message).toMatch(/could not be loaded: no reason was given$/);
    expect((await told('./missing.mjs')).message).toContain('not-installed-anywhere');
  });
});

describe('options', () => {
  /** A schema by hand, as any library of the standard would make it. */
  function schema(validate: (value: unknown) => unknown): NonNullable<AnyPlugin['config']> {
    return { '~standard': { version: 1, vendor: 'test', validate: validate as never } };
  }
  const configured = (config: NonNullable<AnyPlugin['config']>, options?: unknown) =>
    load('lamp', '/', {
      plugin: pluginOf('lamp', { config }),
      ...(options === undefined ? {} : { options }),
    });

  it('are completed by the schema, which may take its time; without any it is given {}', async () => {
    const complete = schema(async (value) => ({ value: { watts: 40, ...(value as object) } }));
    expect(loaded(await configured(complete)).config).toEqual({ watts: 40 });
    expect(loaded(await configured(complete, { watts: 60 })).config).toEqual({ watts: 60 });
  });

  it('reach a plugin without a schema as they are', async () => {
    const options = { any: 'thing' };
    expect(loaded(await load('lamp', '/', { plugin: pluginOf('lamp'), options })).config).toBe(options);
  });

  it('are refused with every issue and its place, as many as one can read', async () => {
    const issues = [
      { message: 'must be a number', path: ['lamps', { key: 0 }, 'watts'] },
      { message: 'is too dark', path: [] },
      { message: 'is wrong' },
    ];
    expect(problem(await configured(schema(() => ({ issues }))))).toMatchObject({
      code: 'PLUGIN_OPTIONS_INVALID',
      message: 'lamp: lamps.0.watts: must be a number; is too dark; is wrong',
      where: 'switchyard.jsonc:12',
    });
    const many = Array.from({ length: 12 }, () => ({ message: 'no' }));
    expect(problem(await configured(schema(() => ({ issues: many })))).message).toMatch(/no; and 2 more$/);
  });

  it('are told as a failure if the schema itself fails', async () => {
    const broken = schema(() => {
      throw new Error('bad pattern');
    });
    expect(problem(await configured(broken)).message).toBe('lamp could not be set up: bad pattern');
  });
});

describe('a plugin that is given as an object', () => {
  it('is checked like any other, and imports nothing', async () => {
    const token = createToken('power');
    const plugin = pluginOf('lamp', { needs: [token], optional: true });
    expect(loaded(await load('lamp', '/nowhere', { plugin }))).toMatchObject({
      id: 'lamp',
      file: undefined,
      needs: [token],
      optional: true,
    });
    expect(problem(await load('lamp', '/nowhere', { plugin: {} as AnyPlugin })).code).toBe('PLUGIN_INVALID');
  });
});

describe('a module that never finishes loading', () => {
  it('is named when the boot timeout is over', async () => {
    await using folder = await folderOf({ 'stuck.mjs': 'await new Promise(() => {}); export default {}' });
    const clock = stoppedClock();
    const loading = loaderFor('', clock).load({ name: './stuck.mjs', from: folder.path });
    clock.ring();
    expect(problem(await loading)).toMatchObject({
      code: 'PLUGIN_SETUP_TIMEOUT',
      message: './stuck.mjs did not finish its set-up within 10 s',
    });
    expect(clock.pending).toBe(0);
  });
});

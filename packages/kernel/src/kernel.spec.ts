import { describe, expect, it } from '@jest/globals';
import type * as PluginApi from '@switchyard/plugin-api';
import { createExtensionPoint, createToken, type Host } from '@switchyard/plugin-api';
import { cp } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Kernel, PluginReference } from './index.ts';
import { stoppedClock } from './spec-clock.ts';
import { folderOf, moduleOf } from './spec-folder.ts';
import { given, kernelFor, pluginOf, rejection } from './spec-kernel.ts';

const power = createToken<string>('power');
const water = createToken<string>('water');
const lamps = createExtensionPoint<string>('lamps');

/** A plugin that notes when it is set up and when it is undone. */
function noting(notes: string[], id: string, more: Parameters<typeof pluginOf>[1] = {}) {
  const setup = async (host: Host): Promise<void> => {
    notes.push(`+${id}`);
    host.own(async () => void notes.push(`-${id}`));
    for (const token of more.provides ?? []) host.provide(token, id);
    await Promise.resolve();
  };
  return pluginOf(id, { setup, ...more });
}

const never = (): Promise<never> => new Promise(() => {});
const boom = (): never => {
  throw new Error('boom');
};
const states = (kernel: Kernel) => kernel.plugins.map((each) => `${each.id} ${each.state}`);

describe('boot', () => {
  it('sets plugins up one after another, each after those it needs, and undoes them newest first', async () => {
    const notes: string[] = [];
    const { kernel, lines } = kernelFor();
    kernel.provide(water, 'from outside');
    await kernel.boot(
      given(
        noting(notes, 'lamp', { needs: [power, water] }),
        noting(notes, 'bell'),
        noting(notes, 'plant', { provides: [power] }),
      ),
    );
    expect(notes).toEqual(['+plant', '+lamp', '+bell']);
    expect(states(kernel)).toEqual(['plant ready', 'lamp ready', 'bell ready']);
    expect(kernel.get(power)).toBe('plant');
    await kernel.close();
    expect(notes.slice(3)).toEqual(['-bell', '-lamp', '-plant']);
    expect(kernel.find(power)).toBeUndefined();
    expect(() => kernel.get(power)).toThrow(
      'Switchyard itself needs "power", which no installed plugin provides',
    );
    expect(lines).toEqual([]);
  });

  it('waits for a set-up before it begins the next', async () => {
    const notes: string[] = [];
    let finish = (): void => {};
    const slow = pluginOf('slow', { setup: () => new Promise<void>((resolve) => (finish = resolve)) });
    const { kernel } = kernelFor();
    const begun = new Promise<void>((resolve) => {
      const tells = pluginOf('tells', { setup: () => resolve() });
      void kernel.boot(given(tells, slow, noting(notes, 'next'))).then(() => notes.push('booted'));
    });
    await begun;
    while (states(kernel).length === 0) await Promise.resolve();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(notes).toEqual([]);
    finish();
    await new Promise(setImmediate);
    expect(notes).toEqual(['+next', 'booted']);
  });

  it('reports every plugin: where it came from, what it needs, gives and holds', async () => {
    await using folder = await folderOf({
      'lamp.mjs': `
        const token = (id) => ({ id, key: Symbol.for('switchyard:token:' + id) });
        export default {
          id: 'lamp', api: 1, needs: [token('power')], provides: [token('water')],
          setup({ get, provide, contribute, own }, { watts }) {
            provide(token('water'), get(token('power')) + watts);
            contribute({ id: 'lamps', key: Symbol.for('switchyard:point:lamps') }, 'red');
            own(() => {}, 'a bulb');
          },
        };`,
    });
    const { kernel } = kernelFor();
    kernel.provide(power, '230V ');
    await kernel.boot([{ name: './lamp.mjs', from: folder.path, options: { watts: 40 } }]);
    expect(kernel.plugins).toEqual([
      {
        id: 'lamp',
        name: './lamp.mjs',
        file: folder.at('lamp.mjs'),
        state: 'ready',
        bootMs: expect.any(Number),
        needs: ['power'],
        provides: ['water'],
        contributes: ['lamps'],
        holds: ['service "water"', 'contribution to "lamps"', 'a bulb'],
      },
    ]);
    expect(kernel.get(water)).toBe('230V 40');
    expect(kernel.contributions(lamps).items).toEqual(['red']);
    await kernel.close();
  });

  it('happens once, and services of the program come before it', async () => {
    const { kernel } = kernelFor();
    kernel.provide(power, 'one');
    expect(() => kernel.provide(power, 'two')).toThrow(
      'Switchyard itself and Switchyard itself both provide "power"',
    );
    await kernel.boot([]);
    expect(await rejection(kernel.boot([]))).toMatchObject({ code: 'BUG' });
    expect(() => kernel.provide(water, 'late')).toThrow('"water" was provided after');
    await kernel.close();
    expect(await rejection(kernel.boot([]))).toMatchObject({ code: 'SCOPE_CLOSED' });
  });

  it('gives two kernels in one process nothing in common', async () => {
    const one = kernelFor().kernel;
    const two = kernelFor().kernel;
    const plugin = pluginOf('lamp', { setup: (host) => host.contribute(lamps, 'red') });
    one.provide(power, 'one');
    await Promise.all([one.boot(given(plugin)), two.boot([])]);
    expect(two.find(power)).toBeUndefined();
    expect(two.contributions(lamps).items).toEqual([]);
  });
});

describe('a boot that fails', () => {
  it('undoes the failed set-up first, then all earlier ones, newest first', async () => {
    const notes: string[] = [];
    const { kernel } = kernelFor();
    const fails = pluginOf('fails', {
      setup(host) {
        host.own(() => void notes.push('-half'));
        throw new Error('no fuse\n    at secret.js:1');
      },
    });
    const error = await rejection(
      kernel.boot(given(noting(notes, 'a'), noting(notes, 'b'), fails, noting(notes, 'never'))),
    );
    expect(error).toMatchObject({
      code: 'PLUGIN_SETUP_FAILED',
      message: 'fails could not be set up: no fuse',
      where: 'switchyard.jsonc:3',
    });
    expect(notes).toEqual(['+a', '+b', '-half', '-b', '-a']);
    expect(kernel.plugins.at(-1)).toMatchObject({ id: 'fails', state: 'failed', problem: error });
    await kernel.close();
  });

  it('leaves an error with a code as it is', async () => {
    const { kernel } = kernelFor();
    const taken = Object.assign(new Error('the port is taken'), {
      name: 'SwitchyardError',
      code: 'PORT_IN_USE',
    });
    const error = await rejection(
      kernel.boot(given(pluginOf('door', { setup: () => Promise.reject(taken) }))),
    );
    expect(error).toBe(taken);
  });

  it('names a set-up that never ends', async () => {
    const clock = stoppedClock();
    const { kernel } = kernelFor({ clock, bootTimeoutMs: 4_000 });
    const booting = rejection(
      kernel.boot(given(pluginOf('stuck', { setup: () => (queueMicrotask(clock.ring), never()) }))),
    );
    expect(await booting).toMatchObject({
      code: 'PLUGIN_SETUP_TIMEOUT',
      message: 'stuck did not finish its set-up within 4 s',
      where: 'switchyard.jsonc:1',
    });
    expect(kernel.plugins[0]?.bootMs).toBe(4_000);
    expect(clock.pending).toBe(0);
  });

  it('names a service that was promised and not provided', async () => {
    const { kernel } = kernelFor();
    expect(await rejection(kernel.boot(given(pluginOf('plant', { provides: [power] }))))).toMatchObject({
      code: 'PLUGIN_PROVIDE_MISSING',
      message: 'plant names "power" in provides and did not provide it',
      where: 'switchyard.jsonc:1',
    });
  });

  it('throws the first failure, logs the others, and sets nothing up', async () => {
    await using folder = await folderOf({ 'bad.mjs': 'export default 1' });
    const notes: string[] = [];
    const { kernel, lines } = kernelFor();
    const error = await rejection(
      kernel.boot([
        ...given(noting(notes, 'a')),
        { name: './gone.mjs', from: folder.path },
        { name: './bad.mjs', from: folder.path, where: 'switchyard.jsonc:9' },
      ]),
    );
    expect(error).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    expect(lines).toMatchObject([
      { level: 'error', fields: { plugin: './bad.mjs', code: 'SWY-E804', where: 'switchyard.jsonc:9' } },
    ]);
    expect(states(kernel)).toEqual(['./gone.mjs failed', './bad.mjs failed']);
    expect(notes).toEqual([]);
  });

  it('refuses plugins that cannot go together before it sets any up', async () => {
    const notes: string[] = [];
    const { kernel } = kernelFor();
    const plugins = [noting(notes, 'a', { provides: [power] }), noting(notes, 'b', { provides: [power] })];
    expect(await rejection(kernel.boot(given(...plugins)))).toMatchObject({
      code: 'PLUGIN_PROVIDER_DUPLICATE',
      where: 'switchyard.jsonc:2',
    });
    expect(notes).toEqual([]);
  });

  it('logs what cannot be undone, and still tells why the boot failed', async () => {
    const { kernel, lines } = kernelFor();
    const leaky = pluginOf('leaky', { setup: (host) => void host.own(boom, 'a pipe') });
    const fails = pluginOf('fails', { setup: (host) => (host.own(boom, 'a wire'), boom()) });
    expect(await rejection(kernel.boot(given(leaky, fails)))).toMatchObject({ code: 'PLUGIN_SETUP_FAILED' });
    expect(lines.map((line) => line.message)).toEqual([
      'fails: a wire could not be undone: boom',
      'leaky: a pipe could not be undone: boom',
    ]);
  });

  it('stops a set-up that is under way when the kernel is closed', async () => {
    const notes: string[] = [];
    const { kernel } = kernelFor();
    const begun = new Promise<void>((resolve) => {
      const waits = pluginOf('waits', {
        setup: (host) =>
          new Promise<void>((_, reject) => {
            host.signal.addEventListener('abort', () => reject(new Error('aborted')));
            resolve();
          }),
      });
      const booting = kernel.boot(
        given(noting(notes, 'a'), { ...waits, optional: true }, noting(notes, 'next')),
      );
      notes.push('booting');
      void rejection(booting).then((error) => notes.push((error as { code: string }).code));
    });
    await begun;
    await kernel.close();
    await new Promise(setImmediate);
    expect(notes).toEqual(['booting', '+a', '-a', 'SCOPE_CLOSED']);
  });
});

describe('an optional plugin', () => {
  const optional = true;

  it('may fail in its set-up: what it did is undone, and the boot goes on', async () => {
    const notes: string[] = [];
    const { kernel, lines } = kernelFor();
    const fails = pluginOf('fails', {
      optional,
      provides: [power],
      setup(host) {
        host.provide(power, 'for a moment');
        host.contribute(lamps, 'for a moment');
        throw new Error('no fuse');
      },
    });
    const items = kernel.contributions(lamps);
    await kernel.boot(
      given(fails, noting(notes, 'lamp', { needs: [power], optional }), noting(notes, 'bell')),
    );
    expect(notes).toEqual(['+bell']);
    expect(items.items).toEqual([]);
    expect(kernel.find(power)).toBeUndefined();
    expect(kernel.plugins).toMatchObject([
      { id: 'fails', state: 'failed', problem: { code: 'PLUGIN_SETUP_FAILED' }, provides: ['power'] },
      {
        id: 'lamp',
        state: 'failed',
        problem: { code: 'PLUGIN_NEED_MISSING', why: 'fails provides it, and failed itself' },
      },
      { id: 'bell', state: 'ready' },
    ]);
    expect(lines.map(({ level, fields }) => [level, fields['plugin']])).toEqual([
      ['warn', 'fails'],
      ['warn', 'lamp'],
    ]);
  });

  it('fails the boot if a plugin that must be there needs it', async () => {
    const { kernel } = kernelFor();
    const fails = pluginOf('fails', { optional, provides: [power], setup: boom });
    expect(await rejection(kernel.boot(given(fails, pluginOf('lamp', { needs: [power] }))))).toMatchObject({
      code: 'PLUGIN_NEED_MISSING',
      message: 'lamp needs "power", which no installed plugin provides',
      where: 'switchyard.jsonc:2',
    });
  });

  it('may be made so where it is named', async () => {
    const { kernel } = kernelFor();
    const [reference] = given(pluginOf('fails', { setup: boom }));
    await kernel.boot([{ ...reference!, optional }]);
    expect(states(kernel)).toEqual(['fails failed']);
  });

  it('may be missing, wrong, or without what it needs', async () => {
    await using folder = await folderOf({
      'bad.mjs': `${moduleOf('bad', 'optional: true').replace('api: 1', 'api: 9')}`,
      'poor.mjs': moduleOf('poor', 'optional: true, needs: [{ id: "gas", key: Symbol("gas") }]'),
      'lamp.mjs': moduleOf('lamp'),
    });
    const reference = (name: string, more: Partial<PluginReference> = {}) => ({
      name,
      from: folder.path,
      ...more,
    });
    const { kernel } = kernelFor();
    await kernel.boot([
      reference('./gone.mjs', { optional }),
      reference('./bad.mjs'),
      reference('./poor.mjs'),
      reference('./lamp.mjs'),
    ]);
    expect(kernel.plugins.map(({ id, state, problem }) => [id, state, problem?.code])).toEqual([
      ['./gone.mjs', 'failed', 'PLUGIN_NOT_FOUND'],
      ['bad', 'failed', 'PLUGIN_API_MISMATCH'],
      ['poor', 'failed', 'PLUGIN_NEED_MISSING'],
      ['lamp', 'ready', undefined],
    ]);
  });
});

describe('contributions', () => {
  it('can be read before the boot, and are live', async () => {
    const { kernel, lines } = kernelFor();
    const seen: (readonly string[])[] = [];
    const live = kernel.contributions(lamps);
    live.changes$.subscribe((items) => seen.push(items));
    await kernel.boot(given(pluginOf('a', { setup: (host) => host.contribute(lamps, 'red') })));
    expect(live.items).toEqual(['red']);
    await kernel.close();
    expect(seen).toEqual([['red'], []]);
    expect(lines).toEqual([]);
  });

  it('that nothing reads are warned of once', async () => {
    const { kernel, lines } = kernelFor();
    const contributes = (id: string) => pluginOf(id, { setup: (host) => host.contribute(lamps, id) });
    await kernel.boot(given(contributes('a'), contributes('b')));
    expect(lines).toMatchObject([
      { level: 'warn', message: 'a, b contributes to "lamps", which no installed plugin reads' },
    ]);
    expect(lines[0]?.fields).toMatchObject({ code: 'SWY-E819' });
  });
});

describe('close', () => {
  it('undoes everything although some of it fails, tells all of it at the end, and does it once', async () => {
    const notes: string[] = [];
    const { kernel } = kernelFor();
    const bad = (id: string) => pluginOf(id, { setup: (host) => void host.own(boom, 'a valve') });
    await kernel.boot(given(noting(notes, 'a'), bad('b'), noting(notes, 'c'), bad('d')));
    const closing = kernel.close();
    expect(kernel.close()).toBe(closing);
    const error = await rejection(closing);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toMatchObject([
      { message: 'd: a valve could not be undone: boom' },
      { message: 'b: a valve could not be undone: boom' },
    ]);
    expect(notes).toEqual(['+a', '+c', '-c', '-a']);
  });

  it('does not wait for ever for a plugin that hangs, and names it', async () => {
    const clock = stoppedClock();
    const notes: string[] = [];
    const { kernel } = kernelFor({ clock, bootTimeoutMs: 2_000 });
    const hangs = pluginOf('hangs', {
      setup(host) {
        host.own(() => void notes.push('the rest of it'));
        host.own(() => (queueMicrotask(clock.ring), never()), 'a server');
      },
    });
    await kernel.boot(given(noting(notes, 'a'), hangs));
    const error = (await rejection(kernel.close())) as AggregateError;
    expect(error.errors).toMatchObject([
      { message: 'hangs: a server could not be undone: it did not end within 2 s' },
    ]);
    expect(notes).toEqual(['+a', 'the rest of it', '-a']);
  });

  it('is what `await using` does', async () => {
    const notes: string[] = [];
    {
      await using kernel = kernelFor().kernel;
      await kernel.boot(given(noting(notes, 'a')));
    }
    expect(notes).toEqual(['+a', '-a']);
  });
});

describe('another copy of the plugin API', () => {
  it('makes plugins, tokens and errors that this one understands', async () => {
    await using folder = await folderOf({});
    const source = fileURLToPath(new URL('../../plugin-api/src/', import.meta.url));
    await cp(source, folder.at('api'), { recursive: true, filter: (file) => !file.includes('spec') });
    const copy = (await import(pathToFileURL(folder.at('api/index.ts')).href)) as typeof PluginApi;
    expect(copy.createToken).not.toBe(createToken);

    const { kernel } = kernelFor();
    kernel.provide(power, 'ours');
    const theirPower = copy.createToken<string>('power');
    const theirWater = copy.createToken<string>('water');
    const theirs = copy.definePlugin({
      id: 'theirs',
      api: copy.API_VERSION,
      needs: [theirPower],
      provides: [theirWater],
      setup(host) {
        host.provide(theirWater, `${host.get(theirPower)} and theirs`);
        host.contribute(copy.createExtensionPoint<string>('lamps'), 'red');
      },
    });
    const fails = copy.definePlugin({
      id: 'fails',
      api: 1,
      optional: true,
      setup() {
        throw new copy.SwitchyardError('PORT_IN_USE', { host: 'h', port: 1, by: '', free: 2 });
      },
    });
    await kernel.boot(given(theirs, fails));
    expect(kernel.get(water)).toBe('ours and theirs');
    expect(kernel.contributions(lamps).items).toEqual(['red']);
    expect(kernel.plugins[1]?.problem?.code).toBe('PORT_IN_USE');
    await kernel.close();
  });
});

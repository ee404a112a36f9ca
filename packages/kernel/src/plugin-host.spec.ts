import { describe, expect, it } from '@jest/globals';
import { createExtensionPoint, createToken, type Host } from '@switchyard/plugin-api';
import { BehaviorSubject, EMPTY, Subject, throwError } from 'rxjs';
import { given, kernelFor, pluginOf, rejection } from './spec-kernel.ts';

const power = createToken<number | undefined>('power');
const water = createToken<string>('water');
const lamps = createExtensionPoint<string>('lamps');

/** Boots one plugin, and gives its host as it is after its set-up. */
async function hostOf(...needs: readonly (typeof power)[]) {
  const { kernel, lines } = kernelFor();
  let host: Host | undefined;
  kernel.provide(power, 230);
  await kernel.boot(given(pluginOf('probe', { needs, setup: (given) => void (host = given) })));
  if (host === undefined) throw new Error('not set up');
  return { kernel, lines, host };
}

describe('host.get and host.provide', () => {
  it('carry services from those who provide them to those who need them, whatever their value', async () => {
    const { kernel } = kernelFor();
    const seen: unknown[] = [];
    await kernel.boot(
      given(
        pluginOf('user', {
          needs: [power, water],
          setup: ({ get }) => void seen.push(get(power), get(water)),
        }),
        pluginOf('plant', {
          provides: [power, water],
          setup({ provide }) {
            provide(power, undefined);
            provide(water, 'fresh');
          },
        }),
      ),
    );
    expect(seen).toEqual([undefined, 'fresh']);
    expect(kernel.get(water)).toBe('fresh');
    expect(kernel.find(power)).toBeUndefined();
  });

  it('refuse what is not declared', async () => {
    const { host } = await hostOf(power);
    expect(host.get(power)).toBe(230);
    const about = { plugin: 'probe', token: 'water' };
    expect(() => host.get(water)).toThrow(
      expect.objectContaining({ code: 'PLUGIN_NEED_UNDECLARED', details: about }),
    );
    expect(() => host.provide(water, 'x')).toThrow(
      expect.objectContaining({ code: 'PLUGIN_PROVIDE_UNDECLARED', details: about }),
    );
  });

  it('refuse a second value for one service', async () => {
    const { kernel } = kernelFor();
    const twice = pluginOf('twice', {
      provides: [water],
      setup({ provide }) {
        provide(water, 'one');
        provide(water, 'two');
      },
    });
    expect(await rejection(kernel.boot(given(twice)))).toMatchObject({
      code: 'PLUGIN_PROVIDER_DUPLICATE',
      message: 'twice and twice both provide "water"',
    });
  });
});

describe('host.contribute and host.contributions', () => {
  it('add an item until the plugin goes', async () => {
    const { kernel, host } = await hostOf();
    host.contribute(lamps, 'green');
    const { items, owned } = host.contributions(lamps);
    expect(items).toEqual(['green']);
    expect(owned).toEqual([{ plugin: 'probe', item: 'green' }]);
    expect(kernel.plugins[0]).toMatchObject({ contributes: ['lamps'], holds: ['contribution to "lamps"'] });
    await kernel.close();
    expect(kernel.contributions(lamps).items).toEqual([]);
    expect(kernel.plugins[0]).toMatchObject({ contributes: [], holds: [] });
  });
});

describe('host.own', () => {
  it('returns what it takes, and undoes it when the plugin goes', async () => {
    const { kernel, host } = await hostOf();
    const undone: string[] = [];
    const thing = { [Symbol.dispose]: () => void undone.push('thing') };
    expect(host.own(thing, 'a thing')).toBe(thing);
    host.own(() => void undone.push('function'));
    expect(kernel.plugins[0]?.holds).toEqual(['a thing', 'function']);
    await kernel.close();
    expect(undone).toEqual(['function', 'thing']);
  });

  it('says once that a plugin owns ever more', async () => {
    const { lines, host } = await hostOf();
    for (let count = 0; count < 1_100; count += 1) host.own(() => {});
    expect(lines).toMatchObject([{ level: 'warn', fields: { plugin: 'probe' } }]);
    expect(lines[0]?.message).toContain('owns 1000 things');
  });
});

describe('host.observe', () => {
  it('ends a subscription whose observer throws, logs it once, and leaves the others', async () => {
    const { kernel, lines, host } = await hostOf();
    const source = new Subject<number>();
    const seen: number[] = [];
    host.observe(source, (value) => {
      if (value === 2) throw new Error('two is too much');
    });
    host.observe(source, (value) => void seen.push(value));
    for (const value of [1, 2, 3, 2]) source.next(value);
    expect(seen).toEqual([1, 2, 3, 2]);
    expect(lines).toMatchObject([{ level: 'error', fields: { plugin: 'probe', error: 'two is too much' } }]);
    expect(kernel.plugins[0]?.holds).toEqual(['subscription']);
  });

  it('does so too when the very first value is too much', async () => {
    const { kernel, lines, host } = await hostOf();
    const source = new BehaviorSubject(1);
    host.observe(source, () => {
      throw new Error('not today');
    });
    expect(source.observed).toBe(false);
    expect(lines).toHaveLength(1);
    expect(kernel.plugins[0]?.holds).toEqual([]);
  });

  it('logs a stream that fails, and forgets one that ends', async () => {
    const { kernel, lines, host } = await hostOf();
    host.observe(EMPTY, () => {});
    expect(lines).toEqual([]);
    host.observe(
      throwError(() => new Error('broken')),
      () => {},
    );
    expect(lines).toMatchObject([{ level: 'error', fields: { error: 'broken' } }]);
    const ends = new Subject<void>();
    host.observe(ends, () => {});
    expect(kernel.plugins[0]?.holds).toEqual(['subscription']);
    ends.complete();
    expect(kernel.plugins[0]?.holds).toEqual([]);
  });

  it('ends when the plugin goes', async () => {
    const { kernel, host } = await hostOf();
    const source = new Subject<number>();
    host.observe(source, () => {});
    expect(source.observed).toBe(true);
    await kernel.close();
    expect(source.observed).toBe(false);
  });
});

describe('a host', () => {
  it('knows whose it is, in its log too', async () => {
    const { host, lines } = await hostOf();
    expect(host.plugin).toBe('probe');
    host.log.info('hello', { n: 1 });
    expect(lines).toEqual([{ level: 'info', message: 'hello', fields: { plugin: 'probe', n: 1 } }]);
  });

  it('aborts its signal before anything of the plugin is undone', async () => {
    const { kernel, host } = await hostOf();
    const order: string[] = [];
    host.own(() => void order.push('undone'));
    host.signal.addEventListener('abort', () => order.push('aborted'));
    await kernel.close();
    expect(order).toEqual(['aborted', 'undone']);
  });

  it('takes nothing more once the plugin is undone', async () => {
    const { kernel, host } = await hostOf();
    await kernel.close();
    const closed = 'probe was undone already';
    expect(() => host.contribute(lamps, 'late')).toThrow(closed);
    expect(() => host.provide(water, 'late')).toThrow(closed);
    expect(() => host.observe(new Subject(), () => {})).toThrow(closed);
    let undone = false;
    expect(() => host.own(() => void (undone = true))).toThrow(closed);
    expect(undone).toBe(true);
    expect(host.contributions(lamps).items).toEqual([]);
  });
});

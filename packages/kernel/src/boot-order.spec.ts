import { describe, expect, it } from '@jest/globals';
import { createToken } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { bootOrder, type Orderable, type Provided } from './boot-order.ts';

interface Wants {
  readonly needs?: string;
  readonly provides?: string;
  readonly optional?: boolean;
  readonly line?: number;
}

/** A plugin in one word: tokens are separated by spaces. */
function plugin(id: string, { needs = '', provides = '', optional = false, line }: Wants = {}): Orderable {
  const tokens = (ids: string) =>
    ids
      .split(' ')
      .filter(Boolean)
      .map(createToken<unknown>);
  const where = line === undefined ? {} : { where: `switchyard.jsonc:${line}` };
  return {
    id,
    reference: { name: id, from: '/', ...where },
    file: `/plugins/${id}.mjs`,
    needs: tokens(needs),
    provides: tokens(provides),
    optional,
  };
}

const clock: Provided = { ...createToken('clock'), by: 'the program' };

function decide(...plugins: readonly Orderable[]): { order: readonly string[]; misfits: readonly unknown[] } {
  const { order, misfits } = bootOrder(plugins, [clock]);
  return {
    order: order.map((each) => each.id),
    misfits: misfits.map(({ loaded, problem }) => [loaded.id, problem.code, problem.message]),
  };
}

describe('the order of boot', () => {
  it('is the order given where nobody needs anything', () => {
    expect(decide(plugin('c'), plugin('a'), plugin('b'))).toEqual({ order: ['c', 'a', 'b'], misfits: [] });
  });

  it('pulls providers forward, and leaves the others in their order', () => {
    const { order } = decide(
      plugin('outer', { needs: 'store clock' }),
      plugin('inner'),
      plugin('disk', { provides: 'disk' }),
      plugin('store', { provides: 'store', needs: 'disk' }),
    );
    expect(order).toEqual(['disk', 'store', 'outer', 'inner']);
  });

  it('names who needs what nobody provides', () => {
    const { order, misfits } = bootOrder([plugin('a', { needs: 'clock store', line: 3 })], [clock]);
    expect(order).toEqual([]);
    expect(misfits[0]?.problem).toMatchObject({
      code: 'PLUGIN_NEED_MISSING',
      message: 'a needs "store", which no installed plugin provides',
      where: 'switchyard.jsonc:3',
    });
  });

  it('leaves out those who need a plugin that is left out, and says so', () => {
    const { order, misfits } = bootOrder(
      [plugin('a', { needs: 'x' }), plugin('b', { provides: 'x', needs: 'y' }), plugin('c')],
      [],
    );
    expect(order.map((each) => each.id)).toEqual(['c']);
    expect(misfits.map(({ loaded, problem }) => [loaded.id, problem.why])).toEqual([
      ['b', undefined],
      ['a', 'b provides it, and failed itself'],
    ]);
  });

  it('names every plugin of a circle', () => {
    const circle = 'plugins need each other in a circle: a → b → c → a';
    const { order, misfits } = decide(
      plugin('a', { provides: 'x', needs: 'y' }),
      plugin('apart'),
      plugin('b', { provides: 'y', needs: 'z' }),
      plugin('c', { provides: 'z', needs: 'x' }),
      plugin('tail', { needs: 'x' }),
    );
    expect(order).toEqual(['apart']);
    expect(misfits).toEqual([
      ['a', 'PLUGIN_CYCLE', circle],
      ['b', 'PLUGIN_CYCLE', circle],
      ['c', 'PLUGIN_CYCLE', circle],
      ['tail', 'PLUGIN_NEED_MISSING', 'tail needs "x", which no installed plugin provides'],
    ]);
  });

  it('does not count those who only lead into a circle as part of it', () => {
    const { misfits } = decide(
      plugin('a', { needs: 'x' }),
      plugin('b', { provides: 'x', needs: 'y' }),
      plugin('c', { provides: 'y', needs: 'x' }),
    );
    expect(misfits[0]).toEqual(['b', 'PLUGIN_CYCLE', 'plugins need each other in a circle: b → c → b']);
    expect(misfits[2]).toMatchObject(['a', 'PLUGIN_NEED_MISSING', expect.anything()]);
  });

  it('knows a plugin that needs itself', () => {
    const { misfits } = decide(plugin('a', { provides: 'x', needs: 'x' }));
    expect(misfits).toEqual([['a', 'PLUGIN_CYCLE', 'plugins need each other in a circle: a → a']]);
  });

  it('refuses the later of two with one id, and tells where both are', () => {
    const { order, misfits } = bootOrder([plugin('a', { line: 1 }), { ...plugin('a'), file: undefined }], []);
    expect(order).toHaveLength(1);
    expect(misfits[0]?.problem).toMatchObject({
      code: 'PLUGIN_DUPLICATE',
      message: 'two plugins have the id "a": /plugins/a.mjs (switchyard.jsonc:1) and a',
    });
  });

  it('refuses the later of two that provide one service, also beside the program itself', () => {
    const first = plugin('a', { provides: 'x' });
    expect(decide(first, plugin('b', { provides: 'x' }), plugin('c', { provides: 'clock' }))).toEqual({
      order: ['a'],
      misfits: [
        ['b', 'PLUGIN_PROVIDER_DUPLICATE', 'a and b both provide "x"'],
        ['c', 'PLUGIN_PROVIDER_DUPLICATE', 'the program and c both provide "clock"'],
      ],
    });
  });

  it('gives way to the later where only the earlier may be missing', () => {
    const { order, misfits } = decide(
      plugin('a', { provides: 'x', optional: true }),
      plugin('b', { provides: 'y', optional: true }),
      plugin('c', { provides: 'x y' }),
      plugin('c', { optional: true }),
    );
    expect(order).toEqual(['c']);
    expect(misfits).toEqual([
      ['a', 'PLUGIN_PROVIDER_DUPLICATE', 'a and c both provide "x"'],
      ['b', 'PLUGIN_PROVIDER_DUPLICATE', 'b and c both provide "y"'],
      ['c', 'PLUGIN_DUPLICATE', 'two plugins have the id "c": /plugins/c.mjs and /plugins/c.mjs'],
    ]);
  });

  it('places each plugin after those it needs or leaves it out, whatever is given', () => {
    const word = fc.subarray(['p', 'q', 'r', 's', 'clock']).map((tokens) => tokens.join(' '));
    const plugins = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        needs: word,
        provides: word,
        optional: fc.boolean(),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(plugins, (wanted) => {
        const all = wanted.map(({ id, ...wants }) => plugin(id, wants));
        const { order, misfits } = bootOrder(all, [clock]);
        const placed = [...order, ...misfits.map((each) => each.loaded)];
        expect(new Set(placed)).toEqual(new Set(all));
        expect(placed).toHaveLength(all.length);
        const there = new Set([clock.key]);
        for (const each of order) {
          for (const need of each.needs) expect(there).toContain(need.key);
          for (const token of each.provides) {
            expect(there).not.toContain(token.key);
            there.add(token.key);
          }
        }
      }),
    );
  });
});

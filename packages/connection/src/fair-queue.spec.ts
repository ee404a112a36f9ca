import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairQueue } from './fair-queue.ts';

interface Item {
  readonly principal: string;
  readonly n: number;
}

const PRINCIPALS = ['anna', 'ben', 'cleo', 'dora', 'emil'];
const principal = fc.constantFrom(...PRINCIPALS);

/** How many of the latest items of a window are whose. */
function shares(taken: readonly string[], from: number, to: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const each of taken.slice(from, to)) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

describe('a fair queue', () => {
  it('gives each of those that always wait the same over any window, give or take one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(principal, { minLength: 1 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.nat(),
        (waiting, rounds, one, other) => {
          const queue = new FairQueue<Item>();
          waiting.forEach((each, index) => {
            // Some have many waiting, some few.
            for (let n = 0; n <= index * 20; n += 1) queue.add({ principal: each, n });
          });
          const taken: string[] = [];
          for (let round = 0; round < rounds; round += 1) {
            const item = queue.take()!;
            taken.push(item.principal);
            queue.add({ principal: item.principal, n: 1_000 + round });
          }
          const [from, to] = [one % rounds, other % (rounds + 1)].sort((a, b) => a - b) as [number, number];
          const counts = shares(taken, from, to);
          for (const each of waiting) {
            const share = (to - from) / waiting.length;
            expect(Math.abs((counts.get(each) ?? 0) - share)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('loses nothing, gives nothing twice, and keeps the order of each principal, whatever is taken back', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), principal }),
      fc.record({ kind: fc.constant('take' as const), barred: fc.subarray(PRINCIPALS) }),
      fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new FairQueue<Item>();
        const model: Item[] = [];
        const forget = (item: Item) => model.splice(model.indexOf(item), 1);
        steps.forEach((each, n) => {
          if (each.kind === 'add') {
            const item = { principal: each.principal, n };
            model.push(item);
            queue.add(item);
          } else if (each.kind === 'delete') {
            const item = model[each.at % Math.max(1, model.length)];
            if (!item) return;
            forget(item);
            queue.delete(item);
            queue.delete(item);
          } else {
            const barred = new Set(each.barred);
            const item = queue.take((whose) => !barred.has(whose));
            expect(item === undefined).toBe(model.length === 0);
            if (!item) return;
            expect(model.find(({ principal }) => principal === item.principal)).toBe(item);
            const others = model.some(({ principal }) => !barred.has(principal));
            expect(barred.has(item.principal) && others).toBe(false);
            forget(item);
          }
          expect([queue.size, queue.principals]).toEqual([
            model.length,
            new Set(model.map(({ principal }) => principal)).size,
          ]);
          expect(new Set(queue)).toEqual(new Set(model));
        });
      }),
    );
  });

  it('that is full refuses nobody who has less waiting than an equal share, and only the newest of others', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(principal, { maxLength: 200 }),
        (room, arriving) => {
          const queue = new FairQueue<Item>();
          const lane = (whose: string) => [...queue].filter((item) => item.principal === whose);
          arriving.forEach((whose, n) => {
            if (queue.size >= room) {
              const out = queue.crowdedOutBy(whose);
              if (out === undefined) {
                for (const other of PRINCIPALS)
                  expect(lane(other).length).toBeLessThanOrEqual(lane(whose).length + 1);
                return;
              }
              expect(lane(out.principal).at(-1)).toBe(out);
              expect(lane(out.principal).length).toBeGreaterThan(lane(whose).length + 1);
              queue.delete(out);
            }
            queue.add({ principal: whose, n });
            expect(queue.size).toBeLessThanOrEqual(room);
          });
        },
      ),
    );
  });

  it('gives who comes anew its turn after all that wait', () => {
    const queue = new FairQueue<Item>();
    for (const whose of ['anna', 'anna', 'ben', 'cleo']) queue.add({ principal: whose, n: 0 });
    expect([queue.take(), queue.take()].map((item) => item?.principal)).toEqual(['anna', 'ben']);
    queue.add({ principal: 'ben', n: 1 });
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map((item) => item?.principal)).toEqual([
      'cleo',
      'anna',
      'ben',
      undefined,
    ]);
  });
});

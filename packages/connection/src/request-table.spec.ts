import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RequestTable } from './request-table.ts';

describe('a table of requests', () => {
  it('is a Map by ids that were never given out before', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('add' as const) },
      { weight: 2, arbitrary: fc.nat(400) },
    );
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.array(step, { maxLength: 600 }), (firstId, steps) => {
        const table = new RequestTable<string>(firstId);
        const model = new Map<number, string>();
        const given: number[] = [];
        for (const what of steps) {
          if (what === 'add') {
            const id = table.nextId();
            expect(id).toBeGreaterThan(given.at(-1) ?? firstId - 1);
            given.push(id);
            table.set(id, `request ${id}`);
            model.set(id, `request ${id}`);
          } else if (given.length > 0) {
            const id = given[what % given.length]!;
            table.delete(id);
            model.delete(id);
          }
        }
        expect(table.size).toBe(model.size);
        expect(table.entries()).toEqual([...model].sort(([a], [b]) => a - b));
        for (const id of given) expect(table.get(id)).toBe(model.get(id));
      }),
    );
  });

  it('passes over the room of a request that lasts, and does not grow for it', () => {
    const table = new RequestTable<string>(0);
    const lasting = table.nextId();
    table.set(lasting, 'lasting');
    for (let count = 0; count < 10_000; count += 1) {
      const id = table.nextId();
      table.set(id, 'short');
      expect(table.get(id)).toBe('short');
      table.delete(id);
    }
    expect([table.get(lasting), table.size]).toEqual(['lasting', 1]);
  });

  it('knows no string, and nothing that is not there', () => {
    const table = new RequestTable<string>(1);
    const id = table.nextId();
    table.set(id, 'x');
    expect([table.get(String(id)), table.get(id + 64), table.get(-1), table.get(0.5)]).toEqual(
      new Array(4).fill(undefined),
    );
    table.delete(String(id));
    expect(table.size).toBe(1);
  });
});

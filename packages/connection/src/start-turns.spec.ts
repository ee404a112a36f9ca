import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StartTurns, startsAtOnce } from './start-turns.ts';

/** Turns for some names, and who was let go so far. */
function turnsOf(limit: number) {
  const turns = new StartTurns(limit);
  const gone: string[] = [];
  const wanted = new Set<string>();
  const over = new Map<string, () => void>();
  const ask = (name: string) =>
    over.set(
      name,
      turns.ask(
        () => wanted.has(name),
        () => gone.push(name),
      ),
    );
  return { turns, gone, wanted, ask, over: (name: string) => over.get(name)!() };
}

describe('the turns of starts', () => {
  it.each([
    [1, 2],
    [2, 4],
    [16, 32],
  ])('are, with %d cores, %d at once', (cores, places) => {
    expect(startsAtOnce(cores)).toBe(places);
  });

  it('go in the order of asking', () => {
    const { ask, gone, over } = turnsOf(2);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    expect(gone).toEqual(['a', 'b']);
    over('b');
    over('a');
    expect(gone).toEqual(['a', 'b', 'c', 'd']);
  });

  it('go first to what a call waits for, even if it came later', () => {
    const { ask, gone, over, wanted } = turnsOf(1);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    wanted.add('c').add('d');
    over('a');
    expect(gone).toEqual(['a', 'c']);
    wanted.clear();
    over('c');
    expect(gone).toEqual(['a', 'c', 'b']);
  });

  it('are given back once, by whoever has one, and by whoever only waits', () => {
    const { ask, gone, over, turns } = turnsOf(1);
    for (const name of ['a', 'b', 'c']) ask(name);
    over('b');
    expect([gone, turns.waiting]).toEqual([['a'], 1]);
    over('a');
    over('a');
    over('b');
    expect([gone, turns.starting, turns.waiting]).toEqual([['a', 'c'], 1, 0]);
  });

  it('are never more than there are, never lost, and everybody gets one', () => {
    const acts = fc.array(fc.record({ over: fc.boolean(), at: fc.nat(30), wanted: fc.boolean() }));
    fc.assert(
      fc.property(acts, fc.integer({ min: 1, max: 5 }), (schedule, limit) => {
        const turns = new StartTurns(limit);
        const ends: (() => void)[] = [];
        let started = 0;
        for (const { over, at, wanted } of schedule) {
          if (over && ends.length > 0) ends.splice(at % ends.length, 1)[0]!();
          else
            ends.push(
              turns.ask(
                () => wanted,
                () => (started += 1),
              ),
            );
          expect(turns.starting).toBeLessThanOrEqual(limit);
          expect(turns.starting + turns.waiting).toBe(ends.length);
          // Nobody waits while there is a place.
          if (turns.waiting > 0) expect(turns.starting).toBe(limit);
        }
        for (const end of ends) end();
        expect([turns.starting, turns.waiting]).toEqual([0, 0]);
        expect(started).toBeLessThanOrEqual(schedule.length);
      }),
    );
  });
});

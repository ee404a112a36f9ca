import { expect, it } from '@jest/globals';
import { type Deadlined, Deadlines } from './deadlines.ts';
import { ManualClock } from './spec-gateway.ts';

/** Something with a name that can be due. */
const named = (name: string) => ({ name, due: undefined });
type Named = Deadlined & { readonly name: string };

it('are met in order, by one timer', () => {
  const clock = new ManualClock();
  const due: string[] = [];
  const deadlines = new Deadlines<Named>(clock, 100, ({ name }) => void due.push(`${name}@${clock.now()}`));
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(named) as [Named, Named, Named, Named];
  deadlines.add(a);
  clock.advance(30);
  deadlines.add(b);
  deadlines.add(c);
  clock.advance(30);
  deadlines.delete(b);
  deadlines.delete(b);
  deadlines.add(d);
  expect([clock.pending, deadlines.size]).toEqual([1, 3]);
  clock.advance(1_000);
  expect(due).toEqual(['a@100', 'c@130', 'd@160']);
  expect([clock.pending, deadlines.size]).toEqual([0, 0]);
});

it('begin again for what is put in again, while it is in or when it was due', () => {
  const clock = new ManualClock();
  const due: number[] = [];
  const deadlines = new Deadlines<Named>(clock, 100, (item) => {
    due.push(clock.now());
    if (due.length < 3) deadlines.add(item);
  });
  const a = named('a');
  deadlines.add(a);
  clock.advance(50);
  deadlines.add(a);
  clock.advance(1_000);
  expect(due).toEqual([150, 250, 350]);
});

it('are none any more once closed', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines<Named>(clock, 100, () => {
    throw new Error('due');
  });
  deadlines.add(named('a'));
  deadlines.close();
  expect(clock.pending).toBe(0);
  clock.advance(1_000);
});

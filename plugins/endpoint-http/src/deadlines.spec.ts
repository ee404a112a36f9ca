import { expect, it } from '@jest/globals';
import { Deadlines } from './deadlines.ts';
import { ManualClock } from './spec-gateway.ts';

it('are met in order, by one timer', () => {
  const clock = new ManualClock();
  const due: string[] = [];
  const deadlines = new Deadlines<string>(clock, 100, (item) => void due.push(`${item}@${clock.now()}`));
  deadlines.add('a');
  clock.advance(30);
  deadlines.add('b');
  deadlines.add('c');
  clock.advance(30);
  deadlines.delete('b');
  deadlines.add('d');
  expect([clock.pending, deadlines.size]).toEqual([1, 3]);
  clock.advance(1_000);
  expect(due).toEqual(['a@100', 'c@130', 'd@160']);
  expect([clock.pending, deadlines.size]).toEqual([0, 0]);
});

it('begin again for what is put in again, while it is in or when it was due', () => {
  const clock = new ManualClock();
  const due: number[] = [];
  const deadlines = new Deadlines<string>(clock, 100, (item) => {
    due.push(clock.now());
    if (due.length < 3) deadlines.add(item);
  });
  deadlines.add('a');
  clock.advance(50);
  deadlines.add('a');
  clock.advance(1_000);
  expect(due).toEqual([150, 250, 350]);
});

it('are none any more once closed', () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines<string>(clock, 100, () => {
    throw new Error('due');
  });
  deadlines.add('a');
  deadlines.close();
  expect(clock.pending).toBe(0);
  clock.advance(1_000);
});

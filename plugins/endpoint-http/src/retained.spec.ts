import { expect, it } from '@jest/globals';
import { Retained, type Retaining } from './retained.ts';

it('is let go of by those who have kept something for longest, once all keep too much', () => {
  const retained = new Retained(40 * 1024);
  const shed: string[] = [];
  const keeper = (name: string): Retaining => ({ shed: () => void shed.push(name) });
  const [a, b, c] = [keeper('a'), keeper('b'), keeper('c')];
  retained.keeps(a, 4 * 1024);
  retained.keeps(b, 8 * 1024);
  retained.keeps(a, 12 * 1024);
  expect([retained.bytes, shed]).toEqual([28 * 1024, []]);
  retained.keeps(c, 16 * 1024);
  expect([retained.bytes, shed]).toEqual([32 * 1024, ['a']]);
  retained.keepsNothing(b);
  retained.keepsNothing(b);
  expect(retained.bytes).toBe(20 * 1024);
  retained.keeps(b, 80 * 1024);
  expect([retained.bytes, shed]).toEqual([0, ['a', 'c', 'b']]);
});

import { describe, expect, it } from '@jest/globals';
import { nearestOf } from './nearest.ts';

const names = [
  'files__read_file',
  'files__write_file',
  'files__list',
  'github__read_file',
  'github__create_issue',
  'search',
];

describe('nearestOf', () => {
  it.each([
    ['files__raed_file', ['files__read_file', 'github__read_file', 'files__write_file']],
    ['read_file', ['files__read_file', 'github__read_file', 'files__write_file']],
    ['github__raed_file', ['github__read_file', 'files__read_file', 'files__write_file']],
    ['mcp__switchyard__github__create_issue', ['github__create_issue']],
    ['github_create_issue', ['github__create_issue', 'github__read_file']],
    ['files_list', ['files__list', 'files__read_file', 'files__write_file']],
    ['serch', ['search']],
    ['files__zzzzzzzzzzzz', []],
    ['', []],
  ])('%j is like %j', (wanted, found) => expect(nearestOf(names, wanted, 3)).toEqual(found));

  it('gives no more than it is asked for', () => {
    expect(nearestOf(names, 'files__read_file', 1)).toEqual(['files__read_file']);
    expect(nearestOf(names, 'files__read_file', 0)).toEqual([]);
  });

  it('ends soon on 20,000 names and a name as long as it likes', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, number) => `server-${number % 50}__do_something_with_thing_${number}`,
    );
    const started = performance.now();
    for (const wanted of [
      'server-7__do_somethin_with_thing_777',
      'x'.repeat(1_000_000),
      'do_something_else_'.repeat(9),
    ]) {
      expect(nearestOf(many, wanted, 3).length).toBeLessThanOrEqual(3);
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('looks at 2,000 names, those of the meant server first', () => {
    let looks = 0;
    const many = Array.from({ length: 5_000 }, (_, number) => `server__do_something_${number}`);
    const counted = new Proxy(many, {
      get: (names, key) => {
        looks += typeof key === 'string' && /^\d+$/.test(key) ? 1 : 0;
        return Reflect.get(names, key) as unknown;
      },
    });
    expect(nearestOf([...many, 'other__read_file'], 'other__raed_file', 3)).toEqual(['other__read_file']);
    expect(nearestOf([...many, 'read_file'], 'raed_file', 3)).toEqual([]);
    nearestOf(counted, 'raed_file', 3);
    expect(looks).toBe(2_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import { nameMatcher } from './name-matcher.ts';

describe('nameMatcher', () => {
  it.each([
    ['read', 'read', true],
    ['read', 'reads', false],
    ['read', 'Read', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['get_*', 'get_', true],
    ['get_*', 'get_user', true],
    ['get_*', 'forget_user', false],
    ['*_get', 'user_get', true],
    ['*_get', 'user_get2', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['a*bc*c', 'abc', false],
    ['a**c', 'abc', true],
    ['a.c', 'abc', false],
    ['a.*', 'a.b', true],
    ['[ab]?', 'a1', false],
    ['', 'a', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(nameMatcher([pattern])(name)).toBe(expected);
  });

  it('takes any of several, and nothing where there are none', () => {
    const matches = nameMatcher(['read', 'list_*']);
    expect(['read', 'list_all', 'write'].map(matches)).toEqual([true, true, false]);
    expect(nameMatcher([])('')).toBe(false);
  });

  it('agrees with a regular expression on all short names and patterns', () => {
    const words = [
      '',
      ...['a', 'b', '*'].flatMap((x) => [
        x,
        ...['a', 'b', '*'].flatMap((y) => [x + y, ...['a', 'b', '*'].map((z) => x + y + z)]),
      ]),
    ];
    const names = words
      .filter((word) => !word.includes('*'))
      .flatMap((word) => [word, `${word}ab`, `${word}ba`]);
    for (const pattern of words.filter((word) => word !== '')) {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      for (const name of names)
        expect([pattern, name, nameMatcher([pattern])(name)]).toEqual([pattern, name, expression.test(name)]);
    }
  });
});

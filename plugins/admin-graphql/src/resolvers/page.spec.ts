import { describe, expect, it } from '@jest/globals';
import { pageOf, type Pageable, type PageArguments } from './page.ts';

const LETTERS = [...'abcdefgh'];
const of = (all: readonly string[], matching?: readonly number[]): Pageable<string> => ({
  list: 'letters',
  all,
  keyOf: (letter) => letter,
  ...(matching && { matching }),
});
const read = (list: Pageable<string>, page: PageArguments) => pageOf(list, page).nodes.join('');
const cursorOf = (letter: string) =>
  pageOf(of(LETTERS), {}).edges.find(({ node }) => node === letter)!.cursor;

describe('a page', () => {
  it.each<[PageArguments, string]>([
    [{}, 'abcdefgh'],
    [{ first: 3 }, 'abc'],
    [{ last: 3 }, 'fgh'],
    [{ first: 2, after: cursorOf('c') }, 'de'],
    [{ last: 2, before: cursorOf('c') }, 'ab'],
    [{ after: cursorOf('b'), before: cursorOf('e') }, 'cd'],
    [{ first: 3, after: cursorOf('h') }, ''],
    [{ after: cursorOf('e'), before: cursorOf('b') }, ''],
    [{ first: 500 }, 'abcdefgh'],
  ])('%j holds "%s"', (page, nodes) => {
    expect(read(of(LETTERS), page)).toBe(nodes);
  });

  it('says what is before and after it, and how many match in all', () => {
    const matching = [1, 3, 5];
    const { pageInfo, totalCount, nodes } = pageOf(of(LETTERS, matching), { first: 1, after: cursorOf('b') });
    expect({ nodes, totalCount }).toEqual({ nodes: ['d'], totalCount: 3 });
    expect(pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
    expect(pageOf(of(LETTERS, matching), { first: 3 }).pageInfo).toMatchObject({
      hasPreviousPage: false,
      hasNextPage: false,
    });
    expect(pageOf(of([]), {}).pageInfo).toEqual({ hasPreviousPage: false, hasNextPage: false });
  });

  it('goes on where it was when the list has changed', () => {
    const page = { first: 2, after: cursorOf('d') };
    expect(read(of([...'xyabcdefgh']), page)).toBe('ef');
    expect(read(of([...'abcefgh']), page)).toBe('ef');
    expect(read(of([...'defgh']), page)).toBe('ef');
    expect(read(of([]), page)).toBe('');
  });

  it('begins anew where its owner knows that what is left came later', () => {
    const ring = { ...of([...'fgh']), whenGone: () => 0 };
    expect(read(ring, { first: 2, after: cursorOf('d') })).toBe('fg');
  });

  it.each<[PageArguments]>([
    [{ first: 0 }],
    [{ first: -1 }],
    [{ first: 501 }],
    [{ last: 0 }],
    [{ first: 1, last: 1 }],
    [{ after: 'nonsense' }],
    [{ after: Buffer.from('["letters",-1,"a"]').toString('base64url') }],
    [{ after: Buffer.from('["numbers",0,"a"]').toString('base64url') }],
    [{ before: Buffer.from('{}').toString('base64url') }],
  ])('refuses %j', (page) => {
    expect(() => read(of(LETTERS), page)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
    );
  });
});

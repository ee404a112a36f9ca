import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashOf, MAX_NAME, MAX_SLUG, publicName, slugOf } from './names.ts';
import { assignSlugs } from './slugs.ts';
import { server } from './spec-catalog.ts';

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);
const anySlug = anyName.map(slugOf);

describe('slugOf', () => {
  it.each([
    ['files', 'files'],
    ['My Files!', 'My-Files'],
    ['a__b', 'a-b'],
    ['--x--', 'x'],
    ['@scope/server.name', 'scope-server-name'],
    ['a-very-long-name-of-24-chr', `a-very-long-name--${hashOf('a-very-long-name-of-24-chr')}`],
    ['exactly-24-characters-ok', 'exactly-24-characters-ok'],
    ['日本', `server-${hashOf('日本')}`],
    ['', `server-${hashOf('')}`],
    ['__proto__', 'proto'],
  ])('%j becomes %j', (name, slug) => expect(slugOf(name)).toBe(slug));

  it('is legal, short and without the separator, whatever the name', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(slugOf(name)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/);
        expect(slugOf(name).length).toBeLessThanOrEqual(MAX_SLUG);
      }),
    );
  });
});

describe('publicName', () => {
  it.each([
    ['files', 'read', 'files__read'],
    ['files', '_read', 'files___read'],
    ['', 'read', 'read'],
    ['files', 'a.b', `files__a_b-${hashOf('a.b')}`],
    ['files', 'é', `files___-${hashOf('é')}`],
    ['files', '', `files__-${hashOf('')}`],
    ['files', '../../x', `files________x-${hashOf('../../x')}`],
    ['files', 'x'.repeat(40), `files__${'x'.repeat(40)}`],
    ['files', 'x'.repeat(41), `files__${'x'.repeat(33)}-${hashOf('x'.repeat(41))}`],
    ['', 'x'.repeat(47), 'x'.repeat(47)],
    ['', 'x'.repeat(48), `${'x'.repeat(40)}-${hashOf('x'.repeat(48))}`],
    ['', '__proto__', '__proto__'],
  ])('of slug %j and %j is %j', (slug, own, name) => expect(publicName(slug, own)).toBe(name));

  it('hashes by the base32 SHA-256 of the original', () => {
    const bits = BigInt(`0x${createHash('sha256').update('a.b').digest('hex')}`)
      .toString(2)
      .padStart(256, '0');
    const letters = bits
      .match(/.{5}/g)
      ?.slice(0, 6)
      .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)]);
    expect(hashOf('a.b')).toBe(letters?.join(''));
  });

  it('is legal, at most 47 characters, splits at the first separator, and is always the same', () => {
    fc.assert(
      fc.property(anySlug, anyName, (slug, own) => {
        const name = publicName(slug, own);
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,47}$/);
        expect(name.slice(0, name.indexOf('__'))).toBe(slug);
        expect(publicName(slug, own)).toBe(name);
      }),
    );
    const longest = publicName('x'.repeat(MAX_SLUG), 'é'.repeat(1_000));
    expect(longest.length).toBe(MAX_NAME);
  });

  it('gives 100,000 names of all sorts 100,000 public names', () => {
    // A fixed seed: six characters of hash make a chance meeting possible, not likely.
    const alphabet = [
      'a',
      'b',
      'Z',
      '0',
      '_',
      '-',
      '.',
      '/',
      ' ',
      'é',
      'e\u0301',
      'ñ',
      '日',
      '本',
      '😀',
      '\u202e',
      '\n',
    ];
    let seed = 42;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const names = new Set<string>();
    while (names.size < 100_000) {
      names.add(Array.from({ length: 1 + random(60) }, () => alphabet[random(alphabet.length)]).join(''));
    }
    expect(new Set([...names].map((name) => publicName('files', name))).size).toBe(100_000);
  });
});

describe('assignSlugs', () => {
  it('refuses the later of two servers with one slug or with twins in case, and names both lines', () => {
    const slugs = assignSlugs([
      server('my files', { where: 'switchyard.jsonc:3' }),
      server('My-Files', { where: 'switchyard.jsonc:9' }),
      server('web'),
      server('other', { prefix: 'web' }),
      server('bare', { prefix: '' }),
      server('bare-too', { prefix: '' }),
    ]);
    expect(
      [...slugs.values()].map((slug) => (slug.kind === 'given' ? slug.slug : slug.error.message)),
    ).toEqual([
      'my-files',
      'the servers "my files" (switchyard.jsonc:3) and "My-Files" (switchyard.jsonc:9) would have the same prefix "My-Files"',
      'web',
      'the servers "web" (mcpServers.web) and "other" (mcpServers.other) would have the same prefix "web"',
      '',
      '',
    ]);
  });
});

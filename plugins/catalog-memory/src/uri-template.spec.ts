import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexTemplates } from './template-index.ts';
import { uris } from './spec-catalog.ts';
import { matches, parseTemplate } from './uri-template.ts';

function match(template: string, uri: string): boolean {
  const parsed = parseTemplate(template);
  if (parsed === undefined) throw new Error(`${template} is no template`);
  return matches(parsed, uri);
}

describe('matches', () => {
  it.each([
    ['file:///{path}', 'file:///a.txt', true],
    ['file:///{path}', 'file:///a/b.txt', false],
    ['file:///{path}', 'file:///', false],
    ['file:///{+path}', 'file:///a/b.txt', true],
    ['file:///{path*}', 'file:///a/b.txt', true],
    ['repo://{owner}/{name}/x', 'repo://me/it/x', true],
    ['repo://{owner}/{name}/x', 'repo://me/x', false],
    ['{+a}/{b}', 'x/y/z', true],
    ['{+a}/{b}', 'x/y/', false],
    ['search{?q,lang}', 'search', true],
    ['search{?q,lang}', 'search?q=a/b&lang=c', true],
    ['search{?q}', 'searches', false],
    ['search{?q}#top', 'search?q=1#top', true],
    ['doc{#part}', 'doc#a/b', true],
    ['doc{.ext}', 'doc.tar', true],
    ['doc{.ext}', 'doc', true],
    ['x{/a,b}', 'x/1/2', true],
    ['x{/a}', 'x/1/2', false],
    ['x{;a}y', 'x;a=1y', true],
    ['x?a=1{&b}', 'x?a=1&b=2', true],
    ['plain', 'plain', true],
    ['plain', 'plainer', false],
    ['aab{x}aab', 'aabaaabaab', true],
    ['{a}aa{b}', 'aaa', false],
    ['{a}aa{b}', 'aaaa', true],
    ['', '', true],
  ])('%s on %s: %s', (template, uri, result) => expect(match(template, uri)).toBe(result));

  it('agrees with a backtracking expression on small cases', () => {
    const piece = fc.constantFrom('a', 'b', '/', 'ab', '{x}', '{+y}');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 }),
        (pieces, uri) => {
          const source = pieces
            .map((one) => (one === '{x}' ? '[^/]+' : one === '{+y}' ? '.+' : one))
            .join('');
          expect(match(pieces.join(''), uri)).toBe(new RegExp(`^${source}$`).test(uri));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads no template where there is none', () => {
    for (const text of ['{', '}', 'a{b', 'a}b', '{}', '{+}', '{a{b}}', '{a}'.repeat(65), 'x'.repeat(8_193)]) {
      expect(parseTemplate(text)).toBeUndefined();
    }
  });

  it('takes a time in proportion to the URI, however nasty the template', () => {
    const long = 'a'.repeat(100_000);
    const nasty = [
      '{a}{b}{c}{d}{e}{f}{g}?{h}',
      '{+a}a{+b}a{+c}a{+d}ab{+e}',
      `${'a'.repeat(500)}b{x}`,
      '{+a}aaaaaaaaab{+b}c{+d}',
    ];
    const started = performance.now();
    for (const template of nasty) {
      expect(match(template, `${long}!!`)).toBe(false);
      expect(match(template, `${'a/'.repeat(50_000)}?`)).toBe(false);
    }
    // Some ten milliseconds; backtracking would not end within the life of the machine.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('indexTemplates', () => {
  const index = (...templates: readonly string[]): ReturnType<typeof indexTemplates> =>
    indexTemplates(
      uris('resourceTemplates', ...templates).map((definition) => ({
        kind: 'resourceTemplates',
        server: 'files',
        publicName: definition.name,
        definition,
      })),
    );

  it('finds the template with most literal characters, of equal ones the first', () => {
    const found = index(
      '{+any}',
      'file:///{+path}',
      'file:///etc/{name}',
      'file:///{+first}',
      'file:///etc/{nama}',
    );
    expect(found.find('file:///etc/passwd')?.publicName).toBe('file:///etc/{name}');
    expect(found.find('file:///home/me')?.publicName).toBe('file:///{+path}');
    expect(found.find('http://x')?.publicName).toBe('{+any}');
    expect(found.find('')).toBeUndefined();
  });

  it('says which templates it cannot read', () => {
    expect(index('ok{x}', 'broken{').problems).toEqual([
      {
        server: 'files',
        kind: 'resourceTemplates',
        message: 'not URI templates of RFC 6570, nothing is read by them: "broken{"; report it to the author',
      },
    ]);
  });

  it('gives a long URI up that thousands of templates might match', () => {
    const found = index(...Array.from({ length: 20_000 }, (_, number) => `{a}x{b}${number}{+c}`));
    const started = performance.now();
    expect(found.find('/'.repeat(100_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Entry, Payload } from '@switchyard/plugin-api';
import { parsePayload } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { pagesOf, type Pages } from './pages.ts';
import { definition } from './spec-catalog.ts';

const entry = (name: string, size = 50): Entry => ({
  kind: 'tools',
  server: 'files',
  publicName: `files__${name}`,
  definition: definition(name, { text: 'x'.repeat(size) }),
});
const numbered = (count: number, size?: number): readonly Entry[] =>
  Array.from({ length: count }, (_, number) => entry(`t${number}`, size));

interface Page {
  readonly tools: readonly { readonly name: string }[];
  readonly nextCursor?: string;
}
const parse = (payload: Payload | undefined): Page =>
  parsePayload(payload ?? { bytes: Buffer.from('{}') }) as Page;

function walk(pages: Pages, from?: string): readonly Page[] {
  const all = [parse(pages(from))];
  for (let next = all[0]?.nextCursor; next !== undefined; next = all.at(-1)?.nextCursor)
    all.push(parse(pages(next)));
  return all;
}
const namesIn = (all: readonly Page[]): readonly string[] =>
  all.flatMap((page) => page.tools.map((tool) => tool.name));

describe('pagesOf', () => {
  it('is one page up to the limit, made once', () => {
    const pages = pagesOf('tools', numbered(3));
    expect(walk(pages)).toHaveLength(1);
    expect(pages(undefined)).toBe(pages(undefined));
    expect(Buffer.from(pagesOf('resourceTemplates', [])(undefined)?.bytes ?? []).toString()).toBe(
      '{"resourceTemplates":[]}',
    );
  });

  it('is equal pages beyond it, complete and never more than 32', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 150 }),
        fc.integer({ min: 50, max: 5_000 }),
        (sizes, bytes) => {
          const entries = sizes.map((size, number) => entry(`t${number}`, size));
          const all = walk(pagesOf('tools', entries, { bytes, pages: 32 }));
          expect(namesIn(all)).toEqual(entries.map((one) => one.publicName));
          expect(all.length).toBeLessThanOrEqual(32);
          expect(all.every((page) => page.tools.length > 0)).toBe(true);
        },
      ),
    );
    const even = walk(pagesOf('tools', numbered(90, 50), { bytes: 4_000, pages: 32 }));
    expect(new Set(even.slice(0, -1).map((page) => page.tools.length)).size).toBe(1);
  });

  it('goes on after the same entry when the list has changed, and where it stood when that is gone', () => {
    const limits = { bytes: 500, pages: 4 };
    const before = numbered(20);
    const [first] = walk(pagesOf('tools', before, limits));
    const last = first?.tools.length ?? 0;
    const rest = before.slice(last).map((one) => one.publicName);
    const grown = pagesOf('tools', [entry('new'), ...before], limits);
    expect(namesIn(walk(grown, first?.nextCursor))).toEqual(rest);
    const shrunk = pagesOf('tools', before.toSpliced(last - 1, 1), limits);
    expect(namesIn(walk(shrunk, first?.nextCursor))).toEqual(rest);
    expect(namesIn(walk(pagesOf('tools', [], limits), first?.nextCursor))).toEqual([]);
  });

  it('knows a cursor that is none of ours', () => {
    const pages = pagesOf('tools', numbered(3));
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const cursor of ['', 'x', '!!!', encode(null), encode({}), encode(['prompts', 1, 'files__t0'])]) {
      expect(pages(cursor)).toBeUndefined();
    }
    for (const cursor of [
      encode(['tools', '1', 'a']),
      encode(['tools', 0, 'a']),
      encode(['tools', 1.5, 'a']),
      encode(['tools', 1]),
    ]) {
      expect(pages(cursor)).toBeUndefined();
    }
    expect(parse(pages(encode(['tools', 2 ** 40, 'a']))).tools).toEqual([]);
    expect(pages(encode(['tools', 1, 'files__t0']))).not.toBe(pages(encode(['tools', 1, 'files__t0'])));
  });
});

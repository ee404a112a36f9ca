import { describe, expect, it } from '@jest/globals';
import { family } from './exposition.ts';
import { createPage } from './page.ts';
import { ManualClock } from './spec-gateway.ts';
import { parsePage } from './spec-page.ts';

const HEAD = { name: 'things', help: 'Things.', type: 'gauge', labels: ['a'] } as const;

describe('a page', () => {
  it('of megabytes lets others have their turn while it is written, and is whole', async () => {
    const samples = Array.from({ length: 20_000 }, (_, index) => [[`value ${index}`], index] as const);
    const page = createPage(new ManualClock(), async () => ({ families: [family(HEAD, samples)], more: '' }));
    let turns = 0;
    let isWritten = false;
    const count = () => {
      turns += 1;
      if (!isWritten) setImmediate(count);
    };
    setImmediate(count);
    const text = (await page.text()).toString();
    isWritten = true;
    expect(turns).toBeGreaterThan(5);
    expect(parsePage(text)).toHaveLength(samples.length);
  });

  it('is shared by all who ask while it is written, however long that takes', async () => {
    const clock = new ManualClock();
    let writes = 0;
    let release = () => {};
    const page = createPage(clock, async () => {
      writes += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return { families: [], more: `page ${writes}\n` };
    });
    const first = page.text();
    clock.advance(60_000);
    const second = page.text();
    release();
    expect([String(await first), String(await second), writes]).toEqual(['page 1\n', 'page 1\n', 1]);
  });

  it('that could not be written is tried again at once', async () => {
    let writes = 0;
    const page = createPage(new ManualClock(), async () => {
      writes += 1;
      if (writes === 1) throw new Error('sick');
      return { families: [], more: 'fine\n' };
    });
    await expect(page.text()).rejects.toThrow('sick');
    expect(String(await page.text())).toBe('fine\n');
  });
});

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@switchyard/plugin-api';
import { headLines, type Family } from './exposition.ts';

/** A page is at least this old before it is written anew. */
const FRESH_MS = 1_000;
/** How much text is written before others get their turn: a page of a large installation has megabytes. */
const SLICE_CHARS = 32 * 1024;

/** The page that all scrapers share. */
export interface Page {
  /** The text, written at most once a second. @throws what writing it threw; the next one who asks tries again. */
  text(): Promise<Buffer>;
}

/** @param write the families, and the text of the process's own metrics, of a new page. */
export function createPage(
  clock: Clock,
  write: () => Promise<{ readonly families: Iterable<Family>; readonly more: string }>,
): Page {
  let latest: { readonly at: number; readonly text: Promise<Buffer>; isWritten: boolean } | undefined;

  async function begin(): Promise<Buffer> {
    const { families, more } = await write();
    return inSlices(families, more);
  }

  return {
    text() {
      if (latest && (!latest.isWritten || clock.now() - latest.at < FRESH_MS)) return latest.text;
      const page = { at: clock.now(), text: begin(), isWritten: false };
      latest = page;
      page.text.then(
        () => {
          page.isWritten = true;
        },
        () => {
          latest = undefined;
        },
      );
      return page.text;
    },
  };
}

async function inSlices(families: Iterable<Family>, more: string): Promise<Buffer> {
  const slices: Buffer[] = [];
  let slice = '';
  for (const { head, pieces } of families) {
    slice += headLines(head);
    for (const piece of pieces) {
      slice += piece;
      if (slice.length < SLICE_CHARS) continue;
      slices.push(Buffer.from(slice));
      slice = '';
      await setImmediate();
    }
  }
  return Buffer.concat([...slices, Buffer.from(slice), Buffer.from(more)]);
}

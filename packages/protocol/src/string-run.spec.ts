import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStringRun } from './string-run.ts';

const ESCAPED = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPED[byte] = 1;
const run = createStringRun(ESCAPED)!;

/** What the vectors must find, byte by byte. */
function nextStop(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte === 0x22) return i;
    if (byte !== 0x5c) i += 1;
    else if (ESCAPED[bytes[i + 1] ?? 0] === 1) i += 2;
    else return i;
  }
  return i;
}

/** It may stop early, with less than a vector left; never late. */
function expectSkipped(bytes: Uint8Array, at: number): void {
  const reached = run.skip(bytes, at);
  const stop = nextStop(bytes, at);
  if (reached === stop) return;
  expect(reached).toBeLessThan(stop);
  expect(bytes.length - reached).toBeLessThan(16);
}

describe('the run over a string', () => {
  it.each(Array.from({ length: 256 }, (_, byte) => byte))('knows what byte %i does to it', (byte) => {
    run.begin();
    const bytes = Buffer.alloc(64, 'a');
    bytes[37] = byte;
    const stops = byte < 0x20 || byte === 0x22 || byte === 0x5c;
    expect(run.skip(bytes, 3)).toBe(stops ? 37 : 51);
  });

  it.each(Array.from({ length: 256 }, (_, byte) => byte))('knows whether byte %i can be escaped', (byte) => {
    run.begin();
    const bytes = Buffer.alloc(64, 'a');
    bytes[37] = 0x5c;
    bytes[38] = byte;
    expect(run.skip(bytes, 7)).toBe(ESCAPED[byte] === 1 ? 55 : 37);
  });

  it('ends where it must, wherever it begins and whatever the text is made of', () => {
    const wild = fc.uint8Array({ maxLength: 200 });
    const tame = fc
      .array(fc.constantFrom('a', 'b', 'é', '\\n', '\\"', '\\\\', '\\u0041', '"', '\t'), { maxLength: 120 })
      .map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(wild, tame), fc.nat(200), (bytes, at) => {
        run.begin();
        expectSkipped(bytes, Math.min(at, bytes.length));
      }),
      { numRuns: 2_000 },
    );
  });

  it('goes on past the window, and finds what stands around its edges', () => {
    const edge = 65_536 - 256;
    for (const stop of [edge - 17, edge - 16, edge - 2, edge - 1, edge, edge + 1, edge + 15, 2 * edge + 5]) {
      const bytes = Buffer.alloc(3 * edge, 'a');
      bytes[stop] = 0x22;
      bytes[stop + 20] = 0x22;
      run.begin();
      expect(run.skip(bytes, 0)).toBe(stop);
      // Backwards, too: the window is filled anew.
      expect(run.skip(bytes, 5)).toBe(stop);
      // An escape that the edge divides is one all the same.
      bytes[stop - 1] = 0x5c;
      run.begin();
      expect(run.skip(bytes, 0)).toBe(stop + 20);
    }
  });

  it('knows nothing of the message before', () => {
    run.begin();
    run.skip(Buffer.alloc(1_000, 'a'), 0);
    run.begin();
    const bytes = Buffer.alloc(1_000, 'a');
    bytes[500] = 0x22;
    expect(run.skip(bytes, 0)).toBe(500);
  });
});

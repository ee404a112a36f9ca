import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineFramer, type Framed } from './line-framer.ts';

const SEED = Number(process.env['SPEC_SEED'] ?? Date.now() % 2 ** 31);
const KEPT = 4_096;

/** What a framer made of the chunks: lines as text, oversize ones as their parts. */
function framed(maxBytes: number, chunks: readonly Uint8Array[], end = true) {
  const seen: unknown[] = [];
  const framer = new LineFramer(maxBytes, (one: Framed) => {
    if ('line' in one) return seen.push(Buffer.from(one.line).toString('latin1'));
    const { head, tail, length } = one.oversize;
    return seen.push({
      head: Buffer.from(head).toString('latin1'),
      tail: Buffer.from(tail).toString('latin1'),
      length,
    });
  });
  for (const chunk of chunks) framer.push(chunk);
  if (end) framer.end();
  return seen;
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const pieces = (stream: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
    stream.subarray(i * size, (i + 1) * size),
  );

describe('LineFramer', () => {
  it('cuts at newlines, takes a carriage return off, and skips empty lines', () => {
    expect(framed(100, [bytes('a\nb\r\n\n\r\nc\rd\n')])).toEqual(['a', 'b', 'c\rd']);
  });

  it('holds a line until its newline or the end', () => {
    expect(framed(100, [bytes('a\nb')], false)).toEqual(['a']);
    expect(framed(100, [bytes('a\nb')])).toEqual(['a', 'b']);
    expect(framed(100, [bytes('a\n')])).toEqual(['a']);
  });

  it('tells how much is pending', () => {
    const framer = new LineFramer(4, () => {});
    framer.push(bytes('abc'));
    expect(framer.pending).toBe(3);
    framer.push(bytes('defg'));
    expect(framer.pending).toBe(7);
    framer.push(bytes('\n'));
    expect(framer.pending).toBe(0);
  });

  it('emits nothing while it is held, and then everything, whoever holds it when', () => {
    for (const size of [1, 3, 1_000]) {
      const seen: string[] = [];
      const framer = new LineFramer(100, (one) => {
        seen.push('line' in one ? Buffer.from(one.line).toString() : 'oversize');
        framer.hold();
      });
      for (const piece of pieces(bytes('a\nbc\n\nd\r\ne'), size)) framer.push(piece);
      expect([seen, framer.isHeld]).toEqual([['a'], true]);
      framer.release();
      expect([seen, framer.isHeld]).toEqual([['a', 'bc'], true]);
      framer.end();
      expect([seen, framer.isHeld, framer.pending]).toEqual([['a', 'bc', 'd', 'e'], false, 0]);
    }
  });

  it('does not copy a line that came in one chunk', () => {
    const chunk = bytes('abc\n');
    const lines: Uint8Array[] = [];
    new LineFramer(9, (one) => 'line' in one && lines.push(one.line)).push(chunk);
    expect(lines[0]?.byteOffset).toBe(chunk.byteOffset);
    expect(lines[0]?.buffer).toBe(chunk.buffer);
  });

  it('takes a line of the limit, and drops one more byte', () => {
    expect(framed(3, [bytes('abc\n')])).toEqual(['abc']);
    expect(framed(3, [bytes('abcd\n')])).toEqual([{ head: 'abcd', tail: 'abcd', length: 4 }]);
  });

  it('keeps both ends of what it drops, and goes on at the next newline', () => {
    const long = `${'a'.repeat(KEPT)}${'b'.repeat(10_000)}${'c'.repeat(KEPT)}`;
    const stream = bytes(`one\n${long}\ntwo\n`);
    const expected = ['one', { head: 'a'.repeat(KEPT), tail: 'c'.repeat(KEPT), length: long.length }, 'two'];
    for (const size of [1, 100, KEPT, KEPT + 1, stream.length])
      expect(framed(5_000, pieces(stream, size))).toEqual(expected);
  });

  it('reports a dropped line at the end of the stream', () => {
    expect(framed(3, [bytes('abcdef')])).toEqual([{ head: 'abcdef', tail: 'abcdef', length: 6 }]);
  });

  it('holds no more than the limit of an endless line', () => {
    const framer = new LineFramer(64 * 1_024, () => {});
    const chunk = new Uint8Array(64 * 1_024).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 4_000; i++) framer.push(chunk);
    expect(framer.pending).toBe(4_000 * chunk.length);
    // Of 256 MB; garbage that was not collected yet is in it.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1_024 * 1_024);
  });
});

describe(`a stream of lines (seed ${SEED})`, () => {
  const stream = fc.array(fc.constantFrom('\n', '\r\n', '\r', 'a', 'é', 'bcd', 'x'.repeat(20)), {
    maxLength: 30,
  });

  it('gives the same lines wherever it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(40), { maxLength: 20 }), (parts, cuts) => {
        const whole = bytes(parts.join(''));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(whole.subarray(at, (at += cut)));
        chunks.push(whole.subarray(at));
        expect(framed(15, chunks)).toEqual(framed(15, [whole]));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it('gives the same lines cut at every byte', () => {
    fc.assert(
      fc.property(stream, (parts) => {
        const whole = bytes(parts.join(''));
        const expected = whole
          .toString('latin1')
          .split('\n')
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line !== '');
        expect(framed(1_000, pieces(whole, 1))).toEqual(expected);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

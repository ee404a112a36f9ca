import { describe, expect, it } from '@jest/globals';
import { escapeControls, StderrRing } from './stderr-ring.ts';

/** A ring that was given `text` in pieces of `size` bytes. */
function ringOf(text: string, size: number): StderrRing {
  const ring = new StderrRing();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) ring.push(bytes.subarray(at, at + size));
  return ring;
}

describe('the tail', () => {
  it('is nothing when nothing came', () => {
    expect(new StderrRing().tail(100)).toBeUndefined();
  });

  it('is everything while that is little', () => {
    expect(ringOf('one\ntwo\n', 3).tail(100)).toBe('one\ntwo');
  });

  it('begins with a whole line', () => {
    expect(ringOf('one\ntwo\nthree\n', 100).tail(9)).toBe('three');
    expect(ringOf('a line that is longer than the tail', 100).tail(8)).toBe('the tail');
    expect(ringOf('a line that is longer than the tail\n', 100).tail(9)).toBe('the tail');
    expect(ringOf('one\ntwo\nthree\n', 100).tail(10)).toBe('two\nthree');
    expect(ringOf('one\ntwo\n', 100).tail(4)).toBe('two');
  });

  it('shows no part of a word that is cut', () => {
    expect(ringOf('the key is secret-1 you see', 100).tail(11)).toBe('you see');
    expect(ringOf('secret'.repeat(20_000), 1_000).tail(2048)).toBeUndefined();
    expect(ringOf(`${'secret'.repeat(20_000)} and more`, 1_000).tail(1_000_000)).toBe('and more');
  });

  it.each([1, 7, 1000, 65_535, 65_536, 65_537, 1_000_000])(
    'is the last that came, in pieces of %d bytes',
    (size) => {
      const text = Array.from({ length: 30_000 }, (_, number) => `line ${number}\n`).join('');
      const ring = ringOf(text, size);
      expect(ring.tail(2048)).toBe(text.slice(-2048).split('\n').slice(1, -1).join('\n'));
      expect(ring.tail(1_000_000)).toBe(text.slice(-65_536).split('\n').slice(1, -1).join('\n'));
      expect([ring.bytes, ring.shed]).toEqual([text.length, text.length - 65_536]);
    },
  );
});

it('shows control characters as what they are', () => {
  expect(escapeControls('a\tb\r\nc\u001b[2J\u0007\u009b\u202e\rd')).toBe(
    'a\tb\nc\\u001b[2J\\u0007\\u009b\\u202e\\u000dd',
  );
});

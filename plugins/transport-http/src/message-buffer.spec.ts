import { expect, it } from '@jest/globals';
import { MessageBuffer } from './message-buffer.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

it('joins what came in pieces, however many', () => {
  const buffer = new MessageBuffer(10_000);
  const whole = 'abcdefghij'.repeat(500);
  for (const character of whole) buffer.push(Buffer.from(character));
  const collected = buffer.take();
  expect('bytes' in collected && text(collected.bytes)).toBe(whole);
  expect(buffer.length).toBe(0);
});

it('gives out one piece as it came', () => {
  const buffer = new MessageBuffer(10);
  const piece = Buffer.from('abc');
  buffer.push(piece);
  expect(buffer.take()).toEqual({ bytes: piece });
});

it('keeps both ends of what is over the limit', () => {
  const buffer = new MessageBuffer(5000);
  const whole = Array.from({ length: 3000 }, (_, index) => String(index).padStart(5, '0')).join('');
  for (let at = 0; at < whole.length; at += 700) buffer.push(Buffer.from(whole.slice(at, at + 700)));
  expect(buffer.isOver).toBe(true);
  const collected = buffer.take();
  if (!('oversize' in collected)) throw new Error('it is not over the limit');
  expect(collected.oversize.length).toBe(15_000);
  expect(text(collected.oversize.head)).toBe(whole.slice(0, 4096));
  expect(text(collected.oversize.tail)).toBe(whole.slice(-4096));
  expect(buffer.isOver).toBe(false);
});

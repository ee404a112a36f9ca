import { describe, expect, it } from '@jest/globals';
import { parsePayload, payloadOf } from './payload.ts';

describe('payloads', () => {
  it('say what they were made of, without parsing it again', () => {
    const value = { text: 'é', list: [1] };
    const payload = payloadOf(value);
    expect(Buffer.from(payload.bytes).toString()).toBe('{"text":"é","list":[1]}');
    expect(parsePayload(payload)).toBe(value);
  });

  it('are parsed once, however many ask', () => {
    const payload = { bytes: Buffer.from('{"a":{"b":1}}') };
    expect(parsePayload(payload)).toEqual({ a: { b: 1 } });
    expect(parsePayload(payload)).toBe(parsePayload(payload));
  });

  it('are parsed from their own bytes where they are part of more', () => {
    expect(parsePayload({ bytes: Buffer.from('x{"a":1}x').subarray(1, 8) })).toEqual({ a: 1 });
  });

  it.each([
    ['not JSON', Buffer.from('{a}'), /JSON/],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /utf-8/],
  ])('are refused when they are %s', (_, bytes, error) => {
    expect(() => parsePayload({ bytes })).toThrow(error);
  });
});

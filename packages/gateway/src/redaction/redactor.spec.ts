import { describe, expect, it } from '@jest/globals';
import { createRedactor, redactNothing } from './redactor.ts';

const SECRET = 'pa$$ "wörd" /+?&=%';
const redact = createRedactor([
  SECRET,
  'zebra-crossing-7',
  'short',
  'two-lines-abcdef\n-----BEGIN X-----\nsecond-line-ghijkl\n',
]);
const quoted = (text: string): string => JSON.stringify(text);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a redactor', () => {
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['as JSON', quoted(SECRET)],
    ['as JSON within JSON', quoted(quoted(SECRET))],
    ['in a URL', `https://a.example/?q=${encodeURIComponent(SECRET)}&x=1`],
    ['in a URL in small letters', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', new URLSearchParams({ q: 'zebra-crossing-7' }).toString()],
    ['in base64', base64(SECRET)],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['one line of it', 'got: second-line-ghijkl'],
    ['its beginning, at the end of a text that was cut', 'the key is zebra-cros'],
    ['its beginning, in quotes', 'it said "the key is zebra-cros"'],
    ['most of it, before something else', 'the key is zebra-crossin…'],
  ])('masks a secret %s', (_name, text) => {
    const masked = redact(text);
    expect(masked).toContain('[redacted]');
    for (const part of [
      'wörd',
      'zebra',
      'second-line',
      encodeURIComponent('wörd'),
      base64('"wörd"').slice(2, 8),
    ])
      expect(masked).not.toContain(part);
  });

  it.each(['u:', 'us:', 'use:', 'user:', 'ann.smith:'])('masks a password in base64 behind %s', (user) => {
    const encoded = base64(`${user}zebra-crossing-7`);
    const masked = redact(`Authorization: Basic ${encoded}`);
    expect(masked).toMatch(/^Authorization: Basic \S{0,16}\[redacted\]\S{0,4}$/);
    expect(
      Buffer.from(masked.slice('Authorization: Basic '.length).split('[')[0]!, 'base64').toString(),
    ).not.toContain('zeb');
  });

  it('masks each of many, and keeps what is between', () => {
    expect(redact('a zebra-crossing-7b zebra-crossing-7')).toBe('a [redacted]b [redacted]');
  });

  it('takes the longest where one is the beginning of another', () => {
    const both = createRedactor(['secret', 'secret-and-more']);
    expect(both('secret-and-more secret')).toBe('[redacted] [redacted]');
  });

  it.each([
    '',
    'ze',
    'zeb',
    'zebra',
    'nothing here',
    'short',
    'the zebra-c was here',
    '-----BEGIN X-----',
    'two',
    'p'.repeat(10_000),
  ])('leaves a text alone: %#', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('is nothing at all without secrets', () => {
    expect(createRedactor([])).toBe(redactNothing);
    expect(createRedactor(['a', 'abcde', '  abc  '])).toBe(redactNothing);
    expect(redactNothing('a')).toBe('a');
  });

  it('finds a secret at any place of any text, and changes nothing else', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const letters = 'abcdefgzebra-7ösing ';
    const noise = (length: number): string =>
      Array.from({ length }, () => letters[random(letters.length)]).join('');
    for (let round = 0; round < 2_000; round += 1) {
      const before = noise(random(40));
      const after = noise(random(40));
      const masked = redact(`${before}zebra-crossing-7${after}`);
      expect(masked).toContain('[redacted]');
      expect(masked.split('[redacted]').join('')).toBe(before + after);
    }
  });
});

import { expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('Sun, 06 Nov 1994 08:49:00 GMT');

it.each([
  [undefined, undefined],
  ['2', 2_000],
  [' 0 ', 0],
  ['99999', 3_600_000],
  ['9'.repeat(400), 3_600_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['Sun, 06 Nov 2994 08:00:00 GMT', 3_600_000],
  ['', undefined],
  ['soon', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['2024', 2_024_000],
  ['Nov 6', undefined],
  ['Sun, 99 Xyz 1994 08:49:37 GMT', undefined],
])('Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(value, NOW)).toBe(ms);
});

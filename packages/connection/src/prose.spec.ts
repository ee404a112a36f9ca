import { expect, it } from '@jest/globals';
import { isProse } from './prose.ts';

it.each([
  ['{"jsonrpc":"2.0"}', false],
  ['[{}]', false],
  [' \t{}', false],
  ['\r{}', false],
  ['\ufeff{}', false],
  ['Server listening on port 80', true],
  ['42', true],
  ['"text"', true],
  ['\u001b[32minfo', true],
  ['\u0000', true],
])('%j is text: %s', (line, expected) => {
  expect(isProse(Buffer.from(line))).toBe(expected);
});

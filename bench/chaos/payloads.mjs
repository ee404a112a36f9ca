import { randomOf } from '@switchyard/testing';

/** Latin, Greek, Cyrillic, Hebrew, CJK, pictures outside the first plane, and what JSON has to escape. */
const RANGES = [
  [0x20, 0x7e],
  [0xa1, 0x17f],
  [0x391, 0x3c9],
  [0x410, 0x44f],
  [0x5d0, 0x5ea],
  [0x4e00, 0x9fa5],
  [0x1f300, 0x1f64f],
  [0x20000, 0x2a6d6],
];
const AWKWARD = [
  '"',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\u001f',
  '\u2028',
  '\ufeff',
  '</script>',
  '"id":1',
  'data: ',
];
/** How long a text may be, in characters, and how many of a thousand are. */
const SIZES = [
  { of: 900, least: 0, most: 200 },
  { of: 90, least: 200, most: 4_000 },
  { of: 9, least: 4_000, most: 60_000 },
];
/** Of every so many calls one carries a megabyte, in UTF-8. */
const MEGABYTE_EVERY = 2_000;
const MEGABYTE = 1_000_000;
const POOL = 500;

/**
 * Texts of seeded sizes, most of them small, some of a megabyte, none of them plain ASCII.
 * @returns a function from the number of a call to its text; equal numbers get equal texts
 */
export function payloads(seed) {
  const random = randomOf(seed);
  const pool = Array.from({ length: POOL }, () => textOf(random, sizeOf(random)));
  const piece = textOf(random, 10_000);
  const large = piece.repeat(Math.ceil(MEGABYTE / Buffer.byteLength(piece)));
  // Not at the first calls of every client at once.
  return (number) =>
    number % MEGABYTE_EVERY === MEGABYTE_EVERY >> 1
      ? large
      : pool[(Math.imul(number, 0x9e3779b1) >>> 0) % POOL];
}

function sizeOf(random) {
  let at = random() * SIZES.reduce((sum, { of }) => sum + of, 0);
  const { least, most } = SIZES.find(({ of }) => (at -= of) < 0) ?? SIZES[0];
  return least + Math.floor(random() * (most - least));
}

function textOf(random, length) {
  let text = '';
  while (text.length < length) {
    if (random() < 0.05) text += AWKWARD[Math.floor(random() * AWKWARD.length)];
    else {
      const [first, last] = RANGES[Math.floor(random() * RANGES.length)];
      text += String.fromCodePoint(first + Math.floor(random() * (last - first + 1)));
    }
  }
  return text;
}

/*
 * The grammar of JSON (RFC 8259) over bytes. Nothing is decoded and nothing is built: each function takes the position
 * where something begins and returns the position after it. It is exactly as strict as JSON.parse, so that a message
 * we pass on is one that its reader can read.
 */

/** Where and why bytes are not JSON, or nest too deep. Thrown and caught within this package only. */
export class Malformed extends Error {
  constructor(
    readonly at: number,
    readonly what: string,
    readonly tooDeep = false,
  ) {
    super(what);
  }
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_BRACE = 0x7b;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;

/** No configured depth may be more: what reads a message after us may well recurse. */
export const DEEPEST = 1_000;

/** What is open around the value at hand in `endOfValue`, outermost first; kept, because no walk calls another. */
const open = new Uint8Array(DEEPEST + 1);

/** 1 for the bytes that end a run of plain characters in a string: the quote, the backslash, control characters. */
const STOPS = new Uint8Array(256).fill(1, 0, 0x20);
STOPS[QUOTE] = 1;
STOPS[BACKSLASH] = 1;

const SPACE = new Uint8Array(256);
for (const byte of Buffer.from(' \t\r\n')) SPACE[byte] = 1;

/** 1 for the bytes that make an escape with a backslash before them. */
const ESCAPED = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPED[byte] = 1;
const UNICODE_ESCAPE = 0x75;
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/** How many bytes of a string are looked at one by one before four are taken at a time. */
const RUN = 32;

/** Called for each member of an object; returns the end of the value that begins at `value`. */
export type OnMember = (key: number, keyEnd: number, value: number) => number;
/** Called for each item of an array; returns the end of the value that begins at `value`. */
export type OnItem = (value: number) => number;

/** How many levels may be nested below a limit that somebody configured. */
export function levelsOf(maxDepth: number): number {
  return Math.min(maxDepth, DEEPEST);
}

/** Whether JSON may have this byte between its tokens. */
export function isSpace(byte: number): boolean {
  return SPACE[byte] === 1;
}

/** The position of the next byte that is not white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  let i = at;
  // The bound is checked first: a single read past the end makes this loop slow for the rest of the process.
  while (i < length && SPACE[bytes[i]!] === 1) i++;
  return i;
}

/**
 * The end of the value at `at`.
 * @param levels how many objects and arrays may still be opened, at most `DEEPEST`.
 * @throws Malformed
 */
export function endOfValue(bytes: Uint8Array, at: number, levels: number): number {
  let depth = 0;
  let i = at;
  for (;;) {
    // Here a value begins.
    const opener = bytes[i];
    if (opener === QUOTE) {
      i = endOfString(bytes, i);
    } else if (opener === OPEN_BRACE || opener === OPEN_BRACKET) {
      if (depth >= levels) throw tooDeep(i);
      i = skipSpace(bytes, i + 1);
      if (bytes[i] === closerOf(opener)) {
        i++;
      } else {
        open[depth++] = opener;
        if (opener === OPEN_BRACE) i = startOfValue(bytes, endOfKey(bytes, i));
        continue;
      }
    } else {
      i = endOfWord(bytes, i);
    }
    // Here a value has ended, and with it perhaps those around it.
    for (;;) {
      if (depth === 0) return i;
      const around = open[depth - 1]!;
      i = skipSpace(bytes, i);
      if (bytes[i] !== closerOf(around)) {
        i = endOfComma(bytes, i);
        if (around === OPEN_BRACE) i = startOfValue(bytes, endOfKey(bytes, i));
        break;
      }
      depth--;
      i++;
    }
  }
}

/** The end of the object at `at`, whose members' values `onMember` walks. @throws Malformed */
export function walkObject(bytes: Uint8Array, at: number, levels: number, onMember: OnMember): number {
  if (levels <= 0) throw tooDeep(at);
  let key = skipSpace(bytes, at + 1);
  if (bytes[key] === CLOSE_BRACE) return key + 1;
  for (;;) {
    const keyEnd = endOfKey(bytes, key);
    const end = skipSpace(bytes, onMember(key, keyEnd, startOfValue(bytes, keyEnd)));
    if (bytes[end] === CLOSE_BRACE) return end + 1;
    key = endOfComma(bytes, end);
  }
}

/** The end of the array at `at`, whose items `onItem` walks. @throws Malformed */
export function walkArray(bytes: Uint8Array, at: number, levels: number, onItem: OnItem): number {
  if (levels <= 0) throw tooDeep(at);
  let item = skipSpace(bytes, at + 1);
  if (bytes[item] === CLOSE_BRACKET) return item + 1;
  for (;;) {
    const end = skipSpace(bytes, onItem(item));
    if (bytes[end] === CLOSE_BRACKET) return end + 1;
    item = endOfComma(bytes, end);
  }
}

function endOfKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) throw new Malformed(at, 'a key was expected');
  return endOfString(bytes, at);
}

/** Past the colon after a key. */
function startOfValue(bytes: Uint8Array, at: number): number {
  const colon = skipSpace(bytes, at);
  if (bytes[colon] !== COLON) throw new Malformed(colon, 'a colon was expected');
  return skipSpace(bytes, colon + 1);
}

/** Past a comma, and to what follows it. */
function endOfComma(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== COMMA) throw new Malformed(at, 'a comma or an end was expected');
  return skipSpace(bytes, at + 1);
}

function closerOf(opener: number): number {
  return opener === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
}

function tooDeep(at: number): Malformed {
  return new Malformed(at, 'it nests too deep', true);
}

/** The end of the string whose opening quote stands at `at`. @throws Malformed */
function endOfString(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (;;) {
    i = skipPlain(bytes, i);
    if (i >= bytes.length) throw new Malformed(i, 'a string does not end');
    const byte = bytes[i]!;
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH) throw new Malformed(i, 'a control character stands in a string');
    i = endOfEscape(bytes, i);
  }
}

/** The position of the next byte that is not a plain character of a string. Most bytes of most messages pass here. */
function skipPlain(bytes: Uint8Array, at: number): number {
  const soon = Math.min(bytes.length, at + RUN);
  for (let i = at; i < soon; i++) if (STOPS[bytes[i]!] !== 0) return i;
  return skipPlainWords(bytes, soon);
}

/** The same, four bytes at a time. */
function skipPlainWords(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  const aligned = Math.min(length, at + (-(bytes.byteOffset + at) & 3));
  let i = at;
  for (; i < aligned; i++) if (STOPS[bytes[i]!] !== 0) return i;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + i, (length - i) >> 2);
  let w = 0;
  while (w < words.length && isPlain(words[w]!)) w++;
  for (i += w * 4; i < length; i++) if (STOPS[bytes[i]!] !== 0) return i;
  return length;
}

/** Whether none of the four bytes is a quote, a backslash or a control character: the test for a zero byte, thrice. */
function isPlain(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const found =
    ((word - 0x20202020) & ~word) | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  return (found & 0x80808080) === 0;
}

/** The end of the escape whose backslash stands at `at`. */
function endOfEscape(bytes: Uint8Array, at: number): number {
  const escaped = at + 1 < bytes.length ? bytes[at + 1]! : 0;
  if (ESCAPED[escaped] === 1) return at + 2;
  if (escaped !== UNICODE_ESCAPE) throw new Malformed(at, 'an escape is not known');
  for (let i = at + 2; i < at + 6; i++) {
    if (!isHex(bytes[i])) throw new Malformed(at, 'an escape is not known');
  }
  return at + 6;
}

/** The end of a number or literal. */
function endOfWord(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Malformed(at, 'it ends too early');
  if (byte === MINUS || isDigit(byte)) return endOfNumber(bytes, at);
  const word = LITERALS.get(byte);
  if (!word?.every((expected, i) => bytes[at + i] === expected))
    throw new Malformed(at, 'a value was expected');
  return at + word.length;
}

function endOfNumber(bytes: Uint8Array, at: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at;
  // A zero stands alone: 01 is not a number.
  i = bytes[i] === ZERO ? i + 1 : endOfDigits(bytes, i);
  if (bytes[i] === 0x2e) i = endOfDigits(bytes, i + 1);
  if (bytes[i] === 0x65 || bytes[i] === 0x45) {
    const sign = bytes[i + 1] === 0x2b || bytes[i + 1] === MINUS;
    i = endOfDigits(bytes, sign ? i + 2 : i + 1);
  }
  return i;
}

function endOfDigits(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && isDigit(bytes[i]!)) i++;
  if (i === at) throw new Malformed(at, 'a digit was expected');
  return i;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && (isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));
}

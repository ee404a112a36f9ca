import { createStringRun, type StringRun } from './string-run.ts';

/*
 * The tokens of JSON (RFC 8259) over bytes. Nothing is decoded: each function takes the position where something begins
 * and returns the position after it.
 */

/** Where and why bytes are not JSON, or nest too deep. Thrown and caught within this package only. */
export class Malformed extends Error {
  constructor(
    readonly at: number,
    readonly what: string,
    readonly tooDeep = false,
  ) {
    // Nobody sees the stack of one, and to take it costs more than the whole message: a server that talks on the wrong
    // stream makes thousands of them.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(what);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;

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

/** The end of the string whose opening quote stands at `at`. @throws Malformed */
export function endOfString(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (;;) {
    i = skipPlain(bytes, i);
    if (i >= bytes.length) throw new Malformed(i, 'a string does not end');
    const byte = bytes[i]!;
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH) throw new Malformed(i, 'a control character stands in a string');
    i = endOfEscape(bytes, i);
    // Where there is one escape there are more: the rest of the string is walked in vectors.
    if (stringRun !== undefined && walked === bytes) i = stringRun.skip(bytes, i);
  }
}

/** A view of the bytes that are walked now, if they are many; kept, because no walk begins within another. */
let walked: Uint8Array | undefined;
let view: DataView | undefined;

/** Up to this size a view costs more than it saves. */
const SMALL = 1_024;

/** In messages of this size strings may be so long that vectors are worth their call. */
const LARGE = 16_384;
/** So far a string is walked in words first: most are short, in large messages too. */
const SHORT_RUN = 64;
/** Made for the first large message; `null`: not to be had here. */
let vectors: StringRun | null | undefined;
/** The same, while a large message is walked. */
let stringRun: StringRun | undefined;

/** Says that these bytes are walked from now on, and `over` that they are not. */
export function walking(bytes: Uint8Array): void {
  if (bytes.length <= SMALL) return;
  walked = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < LARGE) return;
  if (vectors === undefined) vectors = createStringRun(ESCAPED) ?? null;
  stringRun = vectors ?? undefined;
  stringRun?.begin();
}

/** Lets go of what was walked, which may be megabytes. */
export function walkOver(): void {
  walked = undefined;
  view = undefined;
  stringRun = undefined;
}

/** The position of the next byte that is not a plain character of a string. Most bytes of most messages pass here. */
function skipPlain(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  let i = walked === bytes ? skipMany(bytes, at, length - 4) : at;
  while (i < length && STOPS[bytes[i]!] === 0) i++;
  return i;
}

/** Goes on over plain text in words; where that goes on for long in vectors, and over the common escapes too. */
function skipMany(bytes: Uint8Array, at: number, last: number): number {
  if (stringRun === undefined) return skipWords(view!, at, last);
  const i = skipWords(view!, at, Math.min(last, at + SHORT_RUN));
  return i > at + SHORT_RUN ? stringRun.skip(bytes, i) : i;
}

/**
 * Goes on over plain text, four bytes as one integer: on megabytes of text a third of the cost of looking at each. It
 * stops somewhere within the four bytes before the next stop, or after `last`.
 */
function skipWords(words: DataView, at: number, last: number): number {
  let i = at;
  while (i <= last && !hasStop(words.getInt32(i, true))) i += 4;
  return i;
}

/** Whether one of the four bytes is a stop: in each, the highest bit is set by a borrow and was not its own. */
function hasStop(four: number): boolean {
  const quote = four ^ 0x22222222;
  const backslash = four ^ 0x5c5c5c5c;
  return (
    (((((four - 0x20202020) | 0) & ~four) |
      (((quote - 0x01010101) | 0) & ~quote) |
      (((backslash - 0x01010101) | 0) & ~backslash)) &
      0x80808080) !==
    0
  );
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

/** The end of a number or literal. @throws Malformed */
export function endOfWord(bytes: Uint8Array, at: number): number {
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

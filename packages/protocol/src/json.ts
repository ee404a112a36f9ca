/*
 * The grammar of JSON (RFC 8259) over bytes, exactly as strict as JSON.parse: a message that we pass on is one that its
 * reader can read. Nothing is decoded and nothing is built.
 */

import { Malformed, QUOTE, endOfString, endOfWord, skipSpace } from './tokens.ts';

export const COMMA = 0x2c;
export const OPEN_BRACE = 0x7b;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;

/** No configured depth may be more: what reads a message after us may well recurse. */
export const DEEPEST = 1_000;

/** What is open around the value at hand in `endOfValue`, outermost first; kept, because no walk calls another. */
const open = new Uint8Array(DEEPEST + 1);

/** Called for each member of an object; returns the end of the value that begins at `value`. */
export type OnMember = (key: number, keyEnd: number, value: number) => number;
/** Called for each item of an array; returns the end of the value that begins at `value`. */
export type OnItem = (value: number) => number;

/** How many levels may be nested below a limit that somebody configured. */
export function levelsOf(maxDepth: number): number {
  return Math.min(maxDepth, DEEPEST);
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

/*
 * The strings of large messages are walked sixteen bytes at a time, by the vector instructions that WebAssembly has and
 * JavaScript has not. The instructions stand below as they are written into a module; what they must do is what
 * `tokens.ts` does byte by byte, and a test compares the two.
 */

/** As much of it as is used here: its types belong to the browser's library, which this is not compiled with. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

/** What the module exports. */
interface Vectors {
  readonly memory: { readonly buffer: ArrayBuffer };
  skip(at: number, end: number): number;
}

/** The one page of the module's memory: a table of all bytes, then a part of the text. No message makes it grow. */
const PAGE = 65_536;
const TABLE = 256;
const WINDOW = PAGE - TABLE;
/** The width of a vector. */
const STEP = 16;

const AT = 0;
const STOP_AT = 1;
const BYTES = 2;
const STOPS = 3;
const [I32, V128, VOID] = [0x7f, 0x7b, 0x40];
const [LOOP, IF, BRANCH, RETURN, END, UNREACHABLE] = [0x03, 0x04, 0x0c, 0x0f, 0x0b, 0x00];
const [GET, SET, TEE, CONST] = [0x20, 0x21, 0x22, 0x41];
const [ADD, GREATER, NOT_EQUAL, IS_ZERO, TRAILING_ZEROS] = [0x6a, 0x4b, 0x47, 0x45, 0x68];
const LOAD_BYTE = [0x2d, 0, 0];
const NEXT_BYTE = [0x2d, 0, 1];
const LOAD = [0xfd, 0x00, 0, 0];
const EQUAL = [0xfd, 0x23];
const LESS = [0xfd, 0x26];
const OR = [0xfd, 0x50];
const ANY = [0xfd, 0x53];
const BITMASK = [0xfd, 0x64];
const sixteen = (byte: number) => [0xfd, 0x0c, ...Array<number>(STEP).fill(byte)];
const number = (byte: number) => [CONST, ...(byte < 64 ? [byte] : [byte | 0x80, 0])];
const returnAt = [IF, VOID, GET, AT, RETURN, END];

/** `skip(at, end)`, as `StringRun.skip` below says it. */
const SKIP = [
  ...[1, 2, V128],
  ...[LOOP, VOID],
  // if (at + 16 > end) return at
  ...[GET, AT, ...number(STEP), ADD, GET, STOP_AT, GREATER, ...returnAt],
  // stops = bytes < 0x20 | bytes === '"' | bytes === '\\'
  ...[GET, AT, ...LOAD, TEE, BYTES, ...sixteen(0x20), ...LESS],
  ...[GET, BYTES, ...sixteen(0x22), ...EQUAL, ...OR],
  ...[GET, BYTES, ...sixteen(0x5c), ...EQUAL, ...OR],
  ...[TEE, STOPS, ...ANY],
  ...[IF, VOID],
  // at += the number of bytes before the first stop
  ...[GET, AT, GET, STOPS, ...BITMASK, TRAILING_ZEROS, ADD, SET, AT],
  // if (byte !== '\\') return at
  ...[GET, AT, ...LOAD_BYTE, ...number(0x5c), NOT_EQUAL, ...returnAt],
  // if (at + 2 > end) return at
  ...[GET, AT, ...number(2), ADD, GET, STOP_AT, GREATER, ...returnAt],
  // if (!table[next byte]) return at
  ...[GET, AT, ...NEXT_BYTE, ...LOAD_BYTE, IS_ZERO, ...returnAt],
  // at += 2, and on
  ...[GET, AT, ...number(2), ADD, SET, AT, BRANCH, 1, END],
  // at += 16, and on
  ...[GET, AT, ...number(STEP), ADD, SET, AT],
  ...[BRANCH, 0, END, UNREACHABLE, END],
];

/** The sections of a module in their order: types, functions, memories, exports, code. */
const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
  ...section(3, [1, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [2, ...named('memory'), 2, 0, ...named('skip'), 0, 0]),
  ...section(10, [1, ...length(SKIP.length), ...SKIP]),
]);

/** Walks the strings of one large message at a time. */
export interface StringRun {
  /** Another message is walked from now on. */
  begin(): void;
  /**
   * From `at` within a string to its closing quote, to a control character, or to an escape that is not one of two
   * characters; or, where less than a vector is left of the message, to some place before that.
   */
  skip(bytes: Uint8Array, at: number): number;
}

/**
 * Undefined where the machine has no vector instructions, or no address space for the memory.
 * @param escaped 1 for each byte that makes an escape with a backslash before it.
 */
export function createStringRun(escaped: Uint8Array): StringRun | undefined {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
    return stringRun(exports as Vectors, escaped);
  } catch {
    return undefined;
  }
}

function stringRun({ memory, skip }: Vectors, escaped: Uint8Array): StringRun {
  const page = new Uint8Array(memory.buffer);
  page.set(escaped);
  /** Which part of the message is in the window. */
  let from = 0;
  let to = 0;
  return {
    begin() {
      from = 0;
      to = 0;
    },
    skip(bytes, at) {
      let i = at;
      while (i + STEP <= bytes.length) {
        if (i < from || i + STEP > to) {
          from = i;
          to = Math.min(i + WINDOW, bytes.length);
          page.set(bytes.subarray(from, to), TABLE);
        }
        i = from - TABLE + skip(TABLE + i - from, TABLE + to - from);
        if (i + STEP <= to) return i;
      }
      return i;
    },
  };
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...length(content.length), ...content];
}

function named(name: string): number[] {
  return [name.length, ...Buffer.from(name)];
}

/** A number as the binary format has it: seven bits a byte, lowest first. */
function length(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...length(value >> 7)];
}

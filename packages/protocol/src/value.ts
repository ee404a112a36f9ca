import type { RpcId } from '@switchyard/plugin-api';
import { QUOTE } from './tokens.ts';

/** Where a value stands. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Longer ids are refused: they are held as long as a request is in flight, and written into logs. */
export const MAX_ID_BYTES = 1_024;

/** The value at `place`, decoded. The bytes there are known to be JSON. */
export function valueAt(bytes: Uint8Array, place: Place): unknown {
  return JSON.parse(textAt(bytes, place.start, place.end));
}

/** The string at `place`; undefined if another kind of value stands there, or none. */
export function stringAt(bytes: Uint8Array, place: Place | undefined): string | undefined {
  if (place === undefined || bytes[place.start] !== QUOTE) return undefined;
  const raw = textAt(bytes, place.start + 1, place.end - 1);
  return raw.includes('\\') ? (valueAt(bytes, place) as string) : raw;
}

/** The JSON-RPC id or progress token at `place`: a string of some length or a safe integer; undefined for all else. */
export function idAt(bytes: Uint8Array, place: Place | undefined): RpcId | undefined {
  if (place === undefined || place.end - place.start > MAX_ID_BYTES) return undefined;
  const digits = digitsAt(bytes, place);
  if (digits !== undefined) return digits;
  const value = bytes[place.start] === QUOTE ? stringAt(bytes, place) : valueAt(bytes, place);
  return typeof value === 'string' || Number.isSafeInteger(value) ? (value as RpcId) : undefined;
}

/** The number of up to 15 digits that stands there, as nearly all ids do; undefined for all else. */
function digitsAt(bytes: Uint8Array, { start, end }: Place): number | undefined {
  if (end === start || end - start > 15) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** A value as JSON. */
export function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function textAt(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('utf8', start, end);
}

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
  const value = bytes[place.start] === QUOTE ? stringAt(bytes, place) : valueAt(bytes, place);
  return typeof value === 'string' || Number.isSafeInteger(value) ? (value as RpcId) : undefined;
}

/** A value as JSON. */
export function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function textAt(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString('utf8', start, end);
}

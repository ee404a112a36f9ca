import { type Payload, type RpcId, parsePayload } from '@switchyard/plugin-api';
import { withSpans } from './members.ts';
import { idAt, stringAt } from './value.ts';

/** The string that a noted member is; undefined if it is something else or not there. */
export function stringIn(payload: Payload | undefined, path: string): string | undefined {
  if (payload === undefined) return undefined;
  const { bytes, spans } = withSpans(payload);
  return stringAt(bytes, spans[path]);
}

/** The id or progress token that a noted member is; undefined if it is something else or not there. */
export function idIn(payload: Payload | undefined, path: string): RpcId | undefined {
  if (payload === undefined) return undefined;
  const { bytes, spans } = withSpans(payload);
  return idAt(bytes, spans[path]);
}

/** A payload as an object to look into. For the few messages that end here; what is forwarded is not parsed. */
export function objectIn(payload: Payload): Readonly<Record<string, unknown>> {
  return recordOr(parsePayload(payload), {});
}

/** `value` if it is an object, else `other`. */
export function recordOr<Other>(value: unknown, other: Other): Readonly<Record<string, unknown>> | Other {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : other;
}

/** `value` if it is a string, cut to a length that may be kept and shown, else undefined. */
export function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : other;
}

const MAX_TEXT = 256;

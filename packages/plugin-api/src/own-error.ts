import type { Outcome } from './call.ts';
import { ERRORS, type ErrorCode } from './error-table.ts';
import { parsePayload, type Payload } from './payload.ts';

/** Errors of the gateway's own are small; a plugin that answers with more is not read. */
const MAX_ERROR_BYTES = 64 * 1024;

const byNumber: ReadonlyMap<string, ErrorCode> = new Map(
  (Object.keys(ERRORS) as ErrorCode[]).map((code) => [`SWY-E${ERRORS[code].number}`, code]),
);

/** What an error of the gateway's own says of itself. */
export interface OwnError {
  readonly code: ErrorCode;
  /** `SWY-Ennn` */
  readonly number: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The status of an HTTP answer that refused the request. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Which error of the gateway's own a call ended with; undefined: it ended otherwise. The opposite of `failed`. */
export function ownErrorOf(outcome: Outcome): OwnError | undefined {
  if (outcome.kind !== 'error' || outcome.from !== 'gateway') return undefined;
  const error = errorObject(outcome.error);
  const data = member(error, 'data');
  const number = textOf(data, 'code');
  const code = byNumber.get(number);
  if (code === undefined) return undefined;
  return {
    code,
    number,
    message: textOf(error, 'message'),
    remedy: textOf(data, 'hint'),
    status: numberOf(data, 'status'),
    retryAfterMs: numberOf(data, 'retryAfterMs'),
  };
}

function textOf(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === 'string' ? found : '';
}

function numberOf(value: unknown, name: string): number | undefined {
  const found = member(value, name);
  return typeof found === 'number' ? found : undefined;
}

function errorObject(error: Payload): unknown {
  if (error.bytes.byteLength > MAX_ERROR_BYTES) return undefined;
  try {
    return parsePayload(error);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

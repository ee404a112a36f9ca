import {
  ERRORS,
  ownErrorOf,
  parsePayload,
  type ErrorCode,
  type Outcome,
  type Payload,
} from '@switchyard/plugin-api';
import { OTHER } from './label.ts';

/** The `error_type` of what succeeded. */
export const SUCCESS = '';

/** Errors of the gateway's own are small; a plugin that answers with more is not read. */
const MAX_ERROR_BYTES = 64 * 1024;
const LETTER_T = 0x74;

/** What `error_type` says of an outcome. A result is never parsed: the scanner saw where `isError` stands. */
export function errorType(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'result': {
      const { bytes, spans } = outcome.result;
      const isError = spans?.['isError'];
      return isError !== undefined && bytes[isError.start] === LETTER_T ? 'tool_error' : SUCCESS;
    }
    case 'error':
      return outcome.from === 'gateway' ? ownErrorType(outcome) : rpcCode(outcome.error);
    case 'suspended':
      return SUCCESS;
    case 'cancelled':
      return 'cancelled';
  }
}

/** Why the gateway refused a call before it reached a server; undefined where it did not. */
export function rejection(outcome: Outcome): string | undefined {
  if (outcome.kind !== 'error' || outcome.from !== 'gateway' || outcome.executed !== 'no') return undefined;
  const code = ownErrorOf(outcome)?.code;
  if (code === undefined) return OTHER;
  return REASONS[code] ?? (ERRORS[code].origin === 'upstream-transport' ? 'not_ready' : OTHER);
}

const REASONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  UPSTREAM_UNAVAILABLE: 'not_ready',
  UPSTREAM_FAILED: 'not_ready',
  DRAINING: 'not_ready',
  OVERLOADED: 'queue_full',
  INPUT_STALLED: 'queue_full',
  CIRCUIT_OPEN: 'breaker_open',
  MEMORY_SHORT: 'memory',
  PROCESS_LIMIT: 'limit',
  SUBSCRIPTIONS_LIMIT: 'limit',
  TOOL_NOT_FOUND: 'unknown_name',
  PROMPT_NOT_FOUND: 'unknown_name',
  RESOURCE_NOT_FOUND: 'unknown_name',
  METHOD_NOT_FOUND: 'unknown_method',
  CALL_TIMEOUT: 'timeout',
};

function ownErrorType(outcome: Extract<Outcome, { readonly kind: 'error' }>): string {
  const code = ownErrorOf(outcome)?.code;
  if (code === undefined) return rpcCode(outcome.error);
  if (code === 'CALL_TIMEOUT' || code === 'START_TIMEOUT') return 'timeout';
  return ERRORS[code].origin === 'upstream-transport' ? 'transport' : String(ERRORS[code].rpc);
}

/** The JSON-RPC code of an error (2025-11-25, base protocol, responses): servers may choose any integer. */
function rpcCode(error: Payload): string {
  const { bytes, spans } = error;
  const at = spans?.['code'];
  const text =
    at === undefined
      ? String(member(errorObject(error), 'code'))
      : Buffer.from(bytes.buffer, bytes.byteOffset + at.start, Math.min(at.end - at.start, 8)).toString(
          'latin1',
        );
  return /^-?\d{1,6}$/.test(text) ? text : OTHER;
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

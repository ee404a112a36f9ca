import type { Frame, Scanned } from './frame.ts';

/** What `JSON.parse` makes of a message: the envelope, decoded, or which kind of refusal is due. */
export type Read =
  | { readonly is: 'no JSON' }
  | { readonly is: 'no message' }
  | { readonly is: 'batch'; readonly length: number }
  | {
      readonly is: Frame['kind'];
      readonly id: unknown;
      readonly method: unknown;
      readonly payloads: Payloads;
    };

type Payloads = Readonly<Record<'params' | 'result' | 'error', unknown>>;
type Fields = Readonly<Record<string, unknown>>;

/** Reads a message by `JSON.parse` alone. Knows nothing of limits. */
export function readByParsing(bytes: Uint8Array): Read {
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { is: 'no JSON' };
  }
  if (Array.isArray(message))
    return message.length > 0 ? { is: 'batch', length: message.length } : { is: 'no message' };
  if (!isObject(message) || message['jsonrpc'] !== '2.0') return { is: 'no message' };
  const { id, method, params, result, error } = message;
  const has = (key: string) => Object.hasOwn(message as object, key);
  if (has('id') && typeof id !== 'string' && !Number.isSafeInteger(id)) return { is: 'no message' };
  const payloads = { params, result, error };
  if (has('method')) {
    const legal =
      typeof method === 'string' && !has('result') && !has('error') && (!has('params') || isObject(params));
    return legal
      ? { is: has('id') ? 'request' : 'notification', id, method, payloads }
      : { is: 'no message' };
  }
  if (!has('id') || has('result') === has('error')) return { is: 'no message' };
  const legal = has('result') ? isObject(result) : isError(error);
  return legal
    ? { is: 'response', id, method, payloads: { ...payloads, params: undefined } }
    : { is: 'no message' };
}

/** The same facts from what the scanner found, every payload read through its bytes. */
export function readByScanning(scanned: Scanned): Read {
  if (scanned.kind === 'refused')
    return { is: scanned.refusal.error === 'PARSE_ERROR' ? 'no JSON' : 'no message' };
  if (scanned.kind === 'batch') return { is: 'batch', length: scanned.items.length };
  const { kind, id, method, params, result, error } = scanned.frame;
  const read = (payload: typeof params) =>
    payload && (JSON.parse(Buffer.from(payload.bytes).toString()) as unknown);
  return {
    is: kind,
    id,
    method,
    payloads: { params: read(params), result: read(result), error: read(error) },
  };
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isError(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger(value['code']) && typeof value['message'] === 'string';
}

import type { Payload, RpcId } from '@switchyard/plugin-api';
import type { Message } from './era.ts';
import { onOneLine } from './one-line.ts';

/** A JSON object in pieces, as `editPayload` makes them. */
export type Segments = readonly Uint8Array[];

const END = Buffer.from('}');

/** A request. The id is written exactly as it is: `1` and `"1"` are two ids. */
export function request(id: RpcId, method: string, params?: Segments): Message {
  const text = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":${JSON.stringify(method)}`;
  return { kind: 'request', id, method, segments: around(text, 'params', params) };
}

/** A notification. */
export function notification(method: string, params?: Segments): Message {
  const text = `{"jsonrpc":"2.0","method":${JSON.stringify(method)}`;
  return { kind: 'notification', method, segments: around(text, 'params', params) };
}

/** A response with a result. */
export function resultResponse(id: RpcId, result: Segments): Message {
  return response(id, 'result', result);
}

/** A response with a JSON-RPC error object; the id is null where the request's was not to be read. */
export function errorResponse(id: RpcId | null, error: Segments): Message {
  return response(id, 'error', error);
}

/** A response with either. */
export function answerResponse(
  id: RpcId,
  answer: { readonly result: Payload } | { readonly error: Payload },
): Message {
  return 'result' in answer
    ? resultResponse(id, [answer.result.bytes])
    : errorResponse(id, [answer.error.bytes]);
}

function response(id: RpcId | null, key: 'result' | 'error', value: Segments): Message {
  const segments = around(`{"jsonrpc":"2.0","id":${JSON.stringify(id)}`, key, value);
  return { kind: 'response', ...(id === null ? {} : { id }), segments };
}

/** A wire may count on messages without line breaks, whoever made the payload. */
function around(text: string, key: string, value: Segments | undefined): Segments {
  if (value === undefined) return [Buffer.from(`${text}}`)];
  return onOneLine([Buffer.from(`${text},"${key}":`), ...value, END]);
}

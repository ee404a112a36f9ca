import type { Payload, RpcId } from '@switchyard/plugin-api';
import type { Message } from './era.ts';
import { onOneLine } from './one-line.ts';

/** A JSON object in pieces, as `editPayload` makes them. */
export type Segments = readonly Uint8Array[];

const END = Buffer.from('}');

/**
 * A request. The id is written exactly as it is: `1` and `"1"` are two ids.
 * @param name the tool, prompt or resource that it addresses, where the wire should know.
 */
export function request(id: RpcId, method: string, params?: Segments, name?: string): Message {
  const text = `{"jsonrpc":"2.0","id":${idText(id)},"method":${JSON.stringify(method)}`;
  return messageOf('request', around(text, 'params', params), id, method, name);
}

/** A notification. */
export function notification(method: string, params?: Segments): Message {
  const text = `{"jsonrpc":"2.0","method":${JSON.stringify(method)}`;
  return messageOf('notification', around(text, 'params', params), undefined, method);
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
  const segments = around(`{"jsonrpc":"2.0","id":${id === null ? 'null' : idText(id)}`, key, value);
  return messageOf('response', segments, id ?? undefined);
}

/** All messages have one shape: what reads them for every call need not look which one it has. */
function messageOf(
  kind: Message['kind'],
  segments: Segments,
  id: RpcId | undefined,
  method?: string,
  name?: string,
): Message {
  return { kind, id, method, name, protocolVersion: undefined, segments };
}

function idText(id: RpcId): string {
  return typeof id === 'number' ? String(id) : JSON.stringify(id);
}

/** A wire may count on messages without line breaks, whoever made the payload. */
function around(text: string, key: string, value: Segments | undefined): Segments {
  if (value === undefined) return [Buffer.from(`${text}}`)];
  return onOneLine([Buffer.from(`${text},"${key}":`), ...value, END]);
}

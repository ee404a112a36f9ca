import { payloadOf, type Payload, type RpcId } from '@switchyard/plugin-api';
import type { Era, FromClient, FromServer, Message } from '../era.ts';
import { idIn, objectIn } from '../read.ts';
import { text, utf8 } from '../spec-json.ts';

/*
 * A made-up era that is unlike MCP where an era may be: one method for all, names elsewhere, the id at the end of a
 * message, answers wrapped, no handshake, no cancellation.
 */

function write(kind: Message['kind'], fields: Readonly<Record<string, unknown>>, id?: RpcId): Message {
  const written = JSON.stringify({ ...fields, jsonrpc: '2.0', ...(id === undefined ? {} : { id }) });
  return { kind, segments: [utf8(written)], ...(id === undefined ? {} : { id }) };
}

function parsed(payload: Payload | undefined): Readonly<Record<string, unknown>> {
  return payload === undefined ? {} : objectIn(payload);
}

function unwrapped(payload: Payload): Payload {
  return payloadOf(parsed(payload)['wrapped'] as object);
}

export const thirdEra: Era = {
  name: 'third',
  versions: ['3'],
  upstream: {
    hello: (introduction, id) => write('request', { method: 'who', params: { we: introduction.name } }, id),
    welcome: ({ result }) =>
      result
        ? { protocolVersion: '3', capabilities: {}, serverInfo: { name: 'third', version: '3' } }
        : 'it refused',
    ready: () => undefined,
    request: (call, id, progressToken) =>
      write(
        'request',
        {
          method: 'do',
          params: { what: call.name, with: parsed(call.params)['arguments'], tell: progressToken },
        },
        id,
      ),
    outcome: (_call, { result, error }) =>
      result
        ? { kind: 'result', result: unwrapped(result) }
        : { kind: 'error', error: error!, from: 'upstream', executed: 'unknown' },
    cancel: () => undefined,
    list: (kind, cursor, id) => write('request', { method: 'all', params: { kind, cursor } }, id),
    lists: () => ['tools'],
    setLevel: () => undefined,
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    rootsChanged: () => undefined,
    mayAsk: () => false,
    ping: () => undefined,
    reply: (id, answer) =>
      write(
        'response',
        'result' in answer ? { result: parsed(answer.result) } : { error: parsed(answer.error) },
        id,
      ),
    read(frame): FromServer {
      if (frame.kind === 'response') return { kind: 'response', id: frame.id!, frame };
      const token = idIn(frame.params, 'level');
      if (frame.method !== 'so-far' || token === undefined) return { kind: 'ignored' };
      return {
        kind: 'progress',
        token,
        params: payloadOf({ progress: parsed(frame.params)['done'], progressToken: token }),
      };
    },
  },
  downstream: {
    read({ kind, id, method, params }): FromClient {
      if (kind !== 'request' || method !== 'do') return { kind: 'ignored' };
      const { what, with: given } = parsed(params);
      const inner = payloadOf({ name: what, arguments: given });
      return { kind: 'call', id: id!, call: { method: 'tools/call', name: String(what), params: inner } };
    },
    welcome: (hello, { name }) => write('response', { result: { we: name } }, hello.id),
    answer: (_call, id, outcome) =>
      outcome.kind === 'result'
        ? write('response', { result: { wrapped: JSON.parse(text(outcome.result.bytes)) as unknown } }, id)
        : outcome.kind === 'error'
          ? write('response', { error: parsed(outcome.error) }, id)
          : undefined,
    progress: (params, token) =>
      write('notification', { method: 'so-far', params: { done: parsed(params)['progress'], level: token } }),
    log: (params) => write('notification', { method: 'said', params: parsed(params) }),
    updated: (params) => write('notification', { method: 'other', params: parsed(params) }),
    listChanged: (list) => write('notification', { method: 'new', params: { list } }),
    ask: (id, method, params) => write('request', { method, params: parsed(params) }, id),
    withdrawn: (id) => write('notification', { method: 'never-mind', params: { id } }),
  },
};

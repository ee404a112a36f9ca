import { parsePayload, payloadOf, type CatalogKind, type Payload } from '@switchyard/plugin-api';
import {
  answerResponse,
  legacy,
  notification,
  request,
  type Agreement,
  type Era,
  type Frame,
} from '@switchyard/protocol';

const bytesOf = (value: object) => [payloadOf(value).bytes];
const valueOf = (payload: Payload | undefined) =>
  (payload ? parsePayload(payload) : {}) as Readonly<Record<string, unknown>>;

/**
 * An era that never was: it opens by "greet", calls by "do" with the tool inside a "task", tells progress as "hum" with
 * the id of the request, takes things back by "never mind", and knows no lists but tools. Stateless: nothing is sent
 * once agreed.
 */
export const imaginary: Era = {
  name: 'imaginary',
  versions: ['3000-01-01'],
  downstream: legacy.downstream,
  upstream: {
    hello: ({ name }, id) => request(id, 'greet', bytesOf({ from: name })),
    welcome: (answer: Frame): Agreement | string => {
      const { mood, name } = valueOf(answer.result);
      if (mood !== 'good') return `it is in a ${String(mood)} mood`;
      return {
        protocolVersion: '3000-01-01',
        capabilities: { toys: true },
        serverInfo: { name: String(name), version: '0' },
      };
    },
    ready: () => undefined,
    request: (call, id, progressToken) =>
      request(id, 'do', bytesOf({ task: valueOf(call.params), hum: progressToken !== undefined })),
    outcome: (_call, { result, error }) =>
      result
        ? { kind: 'result', result: payloadOf({ done: valueOf(result)['did'] }) }
        : { kind: 'error', error: error!, from: 'upstream', executed: 'yes' },
    // Here closing the stream says so.
    cancel: () => undefined,
    list: (kind, cursor, id) =>
      request(id, `show ${kind}`, cursor === undefined ? undefined : bytesOf({ cursor })),
    lists: (capabilities): readonly CatalogKind[] => (capabilities['toys'] === true ? ['tools'] : []),
    setLevel: () => undefined,
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    rootsChanged: () => undefined,
    mayAsk: () => false,
    ping: () => undefined,
    reply: answerResponse,
    read: (frame) => {
      if (frame.kind === 'response') return { kind: 'response', id: frame.id!, frame };
      if (frame.method !== 'hum') return { kind: 'ignored' };
      return { kind: 'progress', token: valueOf(frame.params)['id'] as number, params: frame.params! };
    },
  },
};

/** What a server of this era hums. */
export const hum = (id: unknown, tune: string) => notification('hum', bytesOf({ id, tune })).segments;

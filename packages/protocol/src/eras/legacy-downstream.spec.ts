import { describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import type { FromClient } from '../era.ts';
import { frame, said } from '../spec-frames.ts';
import { text, utf8 } from '../spec-json.ts';
import { legacyDownstream as era } from './legacy-downstream.ts';
import { legacyUpstream } from './legacy-upstream.ts';

const read = (method: string, more: object = { id: 1 }) =>
  era.read(frame({ jsonrpc: '2.0', method, ...more }));
const asked = (method: string, params: object) => read(method, { id: 1, params });

describe('a client that says hello', () => {
  const hello = (params: object) => asked('initialize', params) as Extract<FromClient, { kind: 'hello' }>;
  const welcome = { name: 'switchyard', title: 'Switchyard', version: '1' };

  it('is known by what it said', () => {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: { roots: {} },
      clientInfo: { name: 'c', version: '2' },
    };
    expect(hello(params)).toEqual({
      kind: 'hello',
      id: 1,
      protocolVersion: '2025-06-18',
      client: {
        era: 'legacy',
        protocolVersion: '2025-06-18',
        name: 'c',
        version: '2',
        capabilities: { roots: {} },
      },
    });
  });

  it('may say little, and not too much', () => {
    const { client } = hello({
      protocolVersion: '1',
      capabilities: 5,
      clientInfo: { name: 'x'.repeat(9_999) },
    });
    expect(client).toEqual({
      era: 'legacy',
      protocolVersion: '2025-11-25',
      name: 'x'.repeat(256),
      capabilities: {},
    });
    expect(hello({ protocolVersion: '1', clientInfo: [] }).client).toEqual({
      era: 'legacy',
      protocolVersion: '2025-11-25',
      capabilities: {},
    });
  });

  it.each([
    ['2024-11-05', '2024-11-05'],
    ['2025-03-26', '2025-03-26'],
    ['2025-06-18', '2025-06-18'],
    ['2025-11-25', '2025-11-25'],
    ['2024-10-07', '2025-11-25'],
    ['2099-01-01', '2025-11-25'],
  ])('and asks for %s gets %s', (asks, gets) => {
    const message = era.welcome(hello({ protocolVersion: asks }), welcome);
    expect(said(message)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        protocolVersion: gets,
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          completions: {},
          logging: {},
        },
        serverInfo: welcome,
      },
    });
  });

  it('gets the instructions there are, in a form that a client of this era reads', () => {
    const message = era.welcome(hello({ protocolVersion: '2025-11-25' }), {
      ...welcome,
      instructions: 'Do.',
    });
    expect(legacyUpstream.welcome(frame(message))).toMatchObject({
      instructions: 'Do.',
      serverInfo: { name: 'switchyard' },
    });
  });

  it.each([{}, { protocolVersion: 5 }])('and names no version is refused', (params) => {
    expect(asked('initialize', params)).toMatchObject({ kind: 'invalid', id: 1 });
    expect(read('initialize')).toMatchObject({ kind: 'invalid', id: 1 });
  });
});

describe('reading a client', () => {
  it('knows whom a request addresses', () => {
    expect(asked('tools/call', { name: 'a' })).toMatchObject({
      kind: 'call',
      id: 1,
      call: { method: 'tools/call', name: 'a' },
    });
    expect(asked('prompts/get', { name: 'a' })).toMatchObject({ call: { name: 'a' } });
    expect(asked('resources/read', { uri: 'a:' })).toMatchObject({ call: { name: 'a:' } });
    expect(asked('completion/complete', { ref: { type: 'ref/prompt', name: 'p' } })).toMatchObject({
      call: { name: 'p' },
    });
    expect(asked('completion/complete', { ref: { type: 'ref/resource', uri: 'u' } })).toMatchObject({
      call: { name: 'u' },
    });
    expect(asked('logging/setLevel', { level: 'info' })).toEqual({ kind: 'setLevel', id: 1, level: 'info' });
    expect(asked('tools/list', { name: 'a' })).toMatchObject({ kind: 'call', call: { name: undefined } });
    expect(read('constructor')).toEqual({ kind: 'call', id: 1, call: { method: 'constructor' } });
  });

  it.each([0, 'p', ''])('keeps the progress token %j', (progressToken) => {
    expect(asked('tools/list', { _meta: { progressToken } })).toMatchObject({ progressToken });
  });

  it('takes no other value for a progress token', () => {
    expect(asked('tools/list', { _meta: { progressToken: null } })).toMatchObject({
      progressToken: undefined,
    });
  });

  it.each([
    ['tools/call', {}],
    ['tools/call', { name: 5 }],
    ['prompts/get', { uri: 'a' }],
    ['resources/read', { name: 'a' }],
    ['resources/subscribe', {}],
    ['resources/unsubscribe', {}],
    ['logging/setLevel', { level: 3 }],
    ['logging/setLevel', { level: 'loud' }],
    ['logging/setLevel', {}],
    ['completion/complete', {}],
    ['completion/complete', { ref: 'x' }],
    ['completion/complete', { ref: { type: 'ref/prompt' } }],
    ['completion/complete', { ref: { type: 'ref/tool', name: 'a' } }],
  ])('refuses %s %j with a reason', (method, params) => {
    const refused = asked(method, params);
    expect(refused).toMatchObject({ kind: 'invalid', id: 1 });
    expect(refused.kind === 'invalid' && refused.reason).toContain(`${method} needs`);
  });

  it('refuses a call without params', () => {
    expect(read('tools/call')).toEqual({
      kind: 'invalid',
      id: 1,
      reason: 'tools/call needs a string "name"',
    });
  });

  it('sorts the rest', () => {
    expect(read('ping', { id: 0 })).toEqual({ kind: 'ping', id: 0 });
    expect(read('notifications/initialized', {})).toEqual({ kind: 'ready' });
    expect(read('notifications/roots/list_changed', {})).toEqual({ kind: 'rootsChanged' });
    expect(read('notifications/elicitation/complete', {})).toEqual({ kind: 'ignored' });
    expect(read('tools/call', {})).toEqual({ kind: 'ignored' });
    const cancelled = (params: object) => read('notifications/cancelled', { params });
    expect(cancelled({ requestId: 0, reason: 'enough' })).toEqual({
      kind: 'cancel',
      id: 0,
      reason: 'enough',
    });
    expect(cancelled({ requestId: '0' })).toEqual({ kind: 'cancel', id: '0', reason: '' });
    expect(cancelled({})).toMatchObject({ kind: 'invalid' });
    expect(era.read(frame({ jsonrpc: '2.0', id: 'a', result: {} }))).toMatchObject({
      kind: 'answer',
      id: 'a',
      frame: { kind: 'response' },
    });
  });
});

describe('answers', () => {
  const call = { method: 'tools/call' };
  const notFound = { code: -32602, message: 'm', data: { uri: 'a:' } };
  const failed = (error: object) =>
    ({ kind: 'error', error: payloadOf(error), from: 'upstream', executed: 'no' }) as const;

  it('carry a result byte for byte', () => {
    const result = utf8('{ "x":1e400,"resultType":"complete" }');
    expect(text(era.answer(call, '1', { kind: 'result', result: { bytes: result } })!.segments)).toBe(
      '{"jsonrpc":"2.0","id":"1","result":{ "x":1e400,"resultType":"complete" }}',
    );
  });

  it('carry an error as it is', () => {
    expect(said(era.answer(call, 1, failed(notFound)))).toEqual({ jsonrpc: '2.0', id: 1, error: notFound });
  });

  it('call a missing resource what this era calls it', () => {
    const reading = { method: 'resources/read' };
    expect(said(era.answer(reading, 1, failed(notFound)))).toMatchObject({
      error: { ...notFound, code: -32002 },
    });
    for (const other of [
      { ...notFound, code: -32603 },
      { ...notFound, data: {} },
      { code: -32602, message: 'm' },
    ]) {
      expect(said(era.answer(reading, 1, failed(other)))).toMatchObject({ error: other });
    }
  });

  it('do not leave a client waiting that cannot come back', () => {
    expect(said(era.answer(call, 1, { kind: 'suspended', result: payloadOf({}) }))).toMatchObject({
      error: { code: -32603 },
    });
  });

  it('are not given to who cancelled', () => {
    expect(era.answer(call, 1, { kind: 'cancelled', reason: '' })).toBeUndefined();
  });
});

describe('other messages to a client', () => {
  it('gives progress with the token of the client, and nothing lost', () => {
    const message = era.progress({ bytes: utf8('{"progressToken":41,"progress":1, "more":[1e400]}') }, 'p');
    expect(text(message.segments)).toBe(
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1, "more":[1e400]}}',
    );
  });

  it('logs, asks, withdraws and says what changed', () => {
    expect(said(era.log(payloadOf({ level: 'info' })))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info' },
    });
    expect(said(era.ask(1, 'roots/list', undefined))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'roots/list',
    });
    expect(said(era.ask(1, 'elicitation/create', payloadOf({ a: 1 })))).toMatchObject({ params: { a: 1 } });
    expect(said(era.withdrawn(1))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    });
    expect(said(era.listChanged('tools'))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/tools/list_changed',
    });
  });
});

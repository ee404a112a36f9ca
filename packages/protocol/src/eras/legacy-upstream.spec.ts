import { describe, expect, it } from '@jest/globals';
import { payloadOf, SwitchyardError } from '@switchyard/plugin-api';
import { callOf, frame, said } from '../spec-frames.ts';
import { text, utf8 } from '../spec-json.ts';
import { legacyUpstream as era } from './legacy-upstream.ts';

const params = (message: { segments: readonly Uint8Array[] }) =>
  /"params":(.*)\}$/s.exec(text(message.segments))?.[1];

describe('opening a session', () => {
  it('says hello with the newest revision', () => {
    const hello = era.hello({ name: 'switchyard', version: '1', capabilities: { roots: {} } }, 0);
    expect(said(hello)).toEqual({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: { roots: {} },
        clientInfo: { name: 'switchyard', version: '1' },
      },
    });
    expect(said(era.hello({ name: 's', title: 'S', version: '1', capabilities: {} }, 0))).toMatchObject({
      params: { clientInfo: { title: 'S' } },
    });
    expect(said(era.ready())).toEqual({ jsonrpc: '2.0', method: 'notifications/initialized' });
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'])(
    'agrees on %s',
    (protocolVersion) => {
      const serverInfo = { name: 's', version: '2', title: 'more' };
      const result = { protocolVersion, capabilities: { tools: {} }, serverInfo, instructions: 'Do.' };
      expect(era.welcome(frame({ jsonrpc: '2.0', id: 0, result }))).toEqual({
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '2' },
        instructions: 'Do.',
      });
    },
  );

  it('does without what nothing depends on', () => {
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: [],
      serverInfo: { name: 5 },
      instructions: 5,
    };
    expect(era.welcome(frame({ jsonrpc: '2.0', id: 0, result }))).toEqual({
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'unknown', version: 'unknown' },
    });
  });

  it.each([
    [{ result: { protocolVersion: '2099-01-01' } }, 'it speaks MCP "2099-01-01", which is not known here'],
    [{ result: {} }, 'its answer to initialize names no protocolVersion'],
    [{ error: { code: -32602, message: 'no' } }, 'it answered initialize with error -32602: no'],
  ])('says in words why not: %j', (answer, words) => {
    expect(era.welcome(frame({ jsonrpc: '2.0', id: 0, ...answer }))).toBe(words);
  });
});

describe('a call as a request', () => {
  it('gets the name that the server knows and our token; all else stays byte for byte', () => {
    const call = callOf(
      'tools/call',
      '{ "_meta":{"progressToken":0,"traceparent":"t"}, "name":"s__echo", "arguments":{"name":1e400} }',
      { name: 'echo' },
    );
    const message = era.request(call, 9, 'ours');
    expect(params(message)).toBe(
      '{ "_meta":{"progressToken":"ours","traceparent":"t"}, "name":"echo", "arguments":{"name":1e400} }',
    );
    expect(message).toMatchObject({ kind: 'request', id: 9, method: 'tools/call', name: 'echo' });
  });

  it('loses the token of the client when no progress is wanted', () => {
    expect(
      params(era.request(callOf('tools/call', '{"name":"a","_meta":{"progressToken":0}}', { name: 'b' }), 1)),
    ).toBe('{"name":"b","_meta":{}}');
  });

  it('leaves a name that is right as it was written', () => {
    expect(params(era.request(callOf('prompts/get', '{"name":"\\u0061"}', { name: 'a' }), 1))).toBe(
      '{"name":"\\u0061"}',
    );
  });

  it.each([
    ['prompts/get', '{"name":"s__p"}', 'p', '{"name":"p"}'],
    [
      'completion/complete',
      '{"ref":{"type":"ref/prompt","name":"s__p"},"argument":{}}',
      'p',
      '{"ref":{"type":"ref/prompt","name":"p"},"argument":{}}',
    ],
    [
      'completion/complete',
      '{"ref":{"type":"ref/resource","uri":"a://b"}}',
      'other',
      '{"ref":{"type":"ref/resource","uri":"a://b"}}',
    ],
    ['resources/read', '{"uri":"a://b"}', 'other', '{"uri":"a://b"}'],
    ['resources/subscribe', '{"uri":"a://b","name":"n"}', 'other', '{"uri":"a://b","name":"n"}'],
  ])('%s %s', (method, before, name, after) => {
    expect(params(era.request(callOf(method, before, { name }), 1))).toBe(after);
  });

  it('has params only where there is something to say', () => {
    expect(params(era.request(callOf('x/y'), 1))).toBeUndefined();
    expect(params(era.request(callOf('x/y'), 1, 7))).toBe('{"_meta":{"progressToken":7}}');
    expect(params(era.request(callOf('x/y', '{}'), 1))).toBe('{}');
  });

  it('calls params that are none a bug', () => {
    const call = { ...callOf('tools/call'), params: { bytes: utf8('[]') } };
    expect(() => era.request(call, 1)).toThrow(SwitchyardError);
  });
});

describe('an answer as an outcome', () => {
  const outcome = (answer: object) =>
    era.outcome(callOf('tools/call'), frame({ jsonrpc: '2.0', id: 1, ...answer }));

  it('is a result, isError or not', () => {
    const result = outcome({ result: { isError: true } });
    expect(result.kind === 'result' && text(result.result.bytes)).toBe('{"isError":true}');
  });

  it.each([
    [-32700, 'no'],
    [-32600, 'no'],
    [-32601, 'no'],
    [-32602, 'unknown'],
    [-32603, 'yes'],
    [-32042, 'yes'],
    [-32002, 'yes'],
    [5, 'yes'],
  ])('is error %d, executed: %s', (code, executed) => {
    expect(outcome({ error: { code, message: 'm' } })).toMatchObject({
      kind: 'error',
      from: 'upstream',
      executed,
    });
  });
});

describe('other messages to a server', () => {
  it('cancels, pings and replies', () => {
    expect(said(era.cancel(0, 'enough'))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 0, reason: 'enough' },
    });
    expect(said(era.ping('p'))).toEqual({ jsonrpc: '2.0', id: 'p', method: 'ping' });
    expect(said(era.reply('1', { result: payloadOf({}) }))).toEqual({ jsonrpc: '2.0', id: '1', result: {} });
  });

  it('asks for lists, an empty cursor included', () => {
    expect(said(era.list('resourceTemplates', undefined, 1))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/templates/list',
    });
    expect(said(era.list('tools', '', 1))).toMatchObject({ method: 'tools/list', params: { cursor: '' } });
    expect(said(era.list('prompts', 'c', 1))).toMatchObject({
      method: 'prompts/list',
      params: { cursor: 'c' },
    });
    expect(said(era.list('resources', 'c', 1))).toMatchObject({ method: 'resources/list' });
  });

  it('knows which lists a server has', () => {
    expect(era.lists({ tools: {}, resources: { subscribe: true }, prompts: null, logging: {} })).toEqual([
      'tools',
      'resources',
      'resourceTemplates',
    ]);
    expect(era.lists({})).toEqual([]);
  });
});

describe('reading a server', () => {
  const read = (method: string, more: object = {}) => era.read(frame({ jsonrpc: '2.0', method, ...more }));

  it('keeps ids with their type', () => {
    expect(era.read(frame({ jsonrpc: '2.0', id: '1', result: {} }))).toMatchObject({
      kind: 'response',
      id: '1',
    });
    expect(read('ping', { id: 0 })).toEqual({ kind: 'ping', id: 0 });
  });

  it('takes every other request for a question', () => {
    expect(read('roots/list', { id: 1 })).toEqual({ kind: 'ask', id: 1, method: 'roots/list' });
    expect(read('elicitation/create', { id: 1, params: { a: 1 } })).toMatchObject({
      kind: 'ask',
      params: { spans: {} },
    });
  });

  it.each([
    ['notifications/tools/list_changed', {}, { kind: 'listChanged', kinds: ['tools'] }],
    ['notifications/prompts/list_changed', {}, { kind: 'listChanged', kinds: ['prompts'] }],
    [
      'notifications/resources/list_changed',
      { params: {} },
      { kind: 'listChanged', kinds: ['resources', 'resourceTemplates'] },
    ],
    ['notifications/progress', { params: { progressToken: 0, progress: 1 } }, { kind: 'progress', token: 0 }],
    ['notifications/progress', { params: { progressToken: 1.5, progress: 1 } }, { kind: 'ignored' }],
    ['notifications/cancelled', { params: { requestId: 'a' } }, { kind: 'withdrawn', id: 'a' }],
    ['notifications/cancelled', { params: {} }, { kind: 'ignored' }],
    ['notifications/message', { params: { level: 'info' } }, { kind: 'log' }],
    ['notifications/message', {}, { kind: 'ignored' }],
    ['notifications/resources/updated', { params: { uri: 'a' } }, { kind: 'updated' }],
    ['notifications/elicitation/complete', { params: {} }, { kind: 'ignored' }],
    ['constructor', {}, { kind: 'ignored' }],
  ])('%s %j', (method, more, expected) => {
    expect(read(method, more)).toMatchObject(expected);
  });
});

describe('what the gateway asks for itself', () => {
  it('names the level and the resource', () => {
    expect(said(era.setLevel('notice', 1))).toMatchObject({
      id: 1,
      method: 'logging/setLevel',
      params: { level: 'notice' },
    });
    expect(said(era.subscribe('a://b', 2))).toMatchObject({
      id: 2,
      method: 'resources/subscribe',
      params: { uri: 'a://b' },
    });
    expect(said(era.unsubscribe('a://b', 3))).toMatchObject({ method: 'resources/unsubscribe' });
    expect(said(era.rootsChanged())).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/roots/list_changed',
    });
  });
});

describe('whether a client may be asked', () => {
  const ask = (method: string, capabilities: object, given?: object) =>
    era.mayAsk(method, given && payloadOf(given), capabilities as Record<string, unknown>);

  it.each([
    ['sampling/createMessage', { sampling: {} }],
    ['roots/list', { roots: { listChanged: true } }],
    ['elicitation/create', { elicitation: {} }],
    ['elicitation/create', { elicitation: { form: {} } }],
  ])('%s to a client with %j: yes', (method, capabilities) => {
    expect(ask(method, capabilities)).toBe(true);
    expect(ask(method, {})).toBe(false);
  });

  it('looks at the mode of an elicitation', () => {
    const byUrl = { mode: 'url', url: 'https://example.com' };
    expect(ask('elicitation/create', { elicitation: { form: {}, url: {} } }, byUrl)).toBe(true);
    expect(ask('elicitation/create', { elicitation: { form: {} } }, byUrl)).toBe(false);
    expect(ask('elicitation/create', { elicitation: { url: {} } }, { mode: 'form' })).toBe(false);
  });

  it('knows nothing else that a client may be asked', () => {
    expect(ask('tasks/get', { tasks: {}, sampling: {}, roots: {} })).toBe(false);
    expect(ask('sampling/createMessage', { sampling: true })).toBe(false);
  });
});

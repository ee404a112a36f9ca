import { describe, expect, it } from '@jest/globals';
import { LOG_LEVELS, type Notice, payloadOf } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import { errorMessage } from './error-message.ts';
import { greeting } from './greeting.ts';
import { invalidRequest, isRequest, readItem, unreadable } from './incoming.ts';
import { openSession, parsed, read, Written } from './spec-session.ts';

const READY = { method: 'notifications/initialized' };
const tool = (id: string | number, more: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name: 'echo', ...more },
});
const code = (reply: Written) => (reply.answers[0]?.message as { error: { code: number } }).error.code;

describe('a session', () => {
  it('greets with the gateway’s name and the servers’ instructions', () => {
    const { door } = openSession();
    const hello = read(
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}',
    );
    if (hello.kind !== 'hello') throw new Error('no hello');
    expect(parsed(greeting(door, legacy.downstream, hello))).toMatchObject({
      id: 1,
      result: { protocolVersion: '2025-06-18', serverInfo: door.info, instructions: 'be kind' },
    });
  });

  it('answers pings itself, and is not initialized twice', () => {
    const { say, door } = openSession();
    expect(say({ id: 0, method: 'ping' }).answers).toEqual([
      { message: { jsonrpc: '2.0', id: 0, result: {} }, status: 200 },
    ]);
    const again = say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } });
    expect([code(again), again.answers[0]!.status]).toEqual([-32600, 400]);
    expect(door.unasked).toBe(0);
  });

  it('refuses what has wrong parameters with the reason, and 200 for a request', () => {
    const { say } = openSession();
    const request = say({ id: 1, method: 'tools/call', params: {} });
    expect([code(request), request.answers[0]!.status]).toEqual([-32602, 200]);
    const notification = say({ method: 'notifications/cancelled', params: {} });
    expect([code(notification), notification.answers[0]!.status]).toEqual([-32602, 400]);
  });

  it('serves requests of a client that is not initialized yet, and tells it then which lists changed', async () => {
    const { session, say, door, outlet } = openSession();
    const reply = say(tool(1));
    (await door.next()).result({});
    expect(reply.answers).toHaveLength(1);
    session.listChanged('tools');
    session.listChanged('prompts');
    session.listChanged('tools');
    expect([session.ready, outlet.said]).toEqual([false, []]);
    say(READY);
    say(READY);
    session.listChanged('resources');
    expect(session.ready).toBe(true);
    expect(outlet.said).toEqual(
      ['tools', 'prompts', 'resources'].map((kind) => ({
        jsonrpc: '2.0',
        method: `notifications/${kind}/list_changed`,
      })),
    );
    expect(new Set(outlet.topics.map((topic) => topic.key)).size).toBe(3);
  });

  it('tells the gateway that the client’s folders changed, and that the session ended, once', () => {
    const { session, say, door } = openSession();
    say({ method: 'notifications/roots/list_changed' });
    expect(door.rootsOf).toEqual([session]);
    session.end('over');
    session.end('again');
    expect(door.ended).toEqual([session]);
  });

  it('gives up what is under way when it ends', async () => {
    const { session, say, door } = openSession();
    const reply = say(tool(1));
    session.end('over');
    expect(await (await door.next()).cancelled).toBe('over');
    expect(reply.answers).toEqual([{ message: undefined, status: 200 }]);
    expect(session.inFlight.size).toBe(0);
  });
});

describe('log levels', () => {
  const log = (level: unknown) => ({ kind: 'log', params: payloadOf({ level, data: 'x' }) }) as const;

  it.each(LOG_LEVELS)('%s lets it and what is more severe pass, of calls and of servers', async (level) => {
    const { session, say, door, outlet, counts } = openSession();
    const set = say({ id: 1, method: 'logging/setLevel', params: { level } });
    expect(set.answers).toEqual([{ message: { jsonrpc: '2.0', id: 1, result: {} }, status: 200 }]);
    expect(door.levels).toEqual([{ session, level }]);
    const reply = say(tool(2));
    const { emit } = await door.next();
    for (const each of LOG_LEVELS) {
      emit(log(each));
      session.notice({ ...log(each), server: 'a', concerns: () => true });
    }
    const passed = LOG_LEVELS.slice(LOG_LEVELS.indexOf(level));
    for (const said of [reply.said, outlet.said]) {
      expect(said.map((message) => (message as { params: { level: string } }).params.level)).toEqual(passed);
    }
    expect(counts.logsFiltered).toBe(2 * (LOG_LEVELS.length - passed.length));
  });

  it('that cannot be read pass, and without a level set everything does', () => {
    const { session, say, outlet } = openSession();
    const notice = (params: object) =>
      session.notice({ kind: 'log', params: payloadOf(params), server: 'a', concerns: () => true });
    notice({ level: 'debug' });
    say({ id: 1, method: 'logging/setLevel', params: { level: 'emergency' } });
    notice({ level: 'debug' });
    notice({ level: 'loud' });
    notice({ level: 3 });
    notice({ data: 'none' });
    notice([]);
    expect(outlet.said).toHaveLength(5);
  });

  it('that are none are refused, and change nothing', () => {
    const { say, door } = openSession();
    expect(code(say({ id: 1, method: 'logging/setLevel', params: { level: 'loud' } }))).toBe(-32602);
    expect(door.levels).toEqual([]);
  });
});

describe('what a server says outside of calls', () => {
  const updated = (uri: string, concerns: Notice['concerns'] = () => true): Notice => ({
    kind: 'updated',
    server: 'a',
    params: payloadOf({ uri }),
    concerns,
  });

  it('is passed to sessions that it concerns, a newer one of a resource instead of an older one', () => {
    const { session, outlet } = openSession();
    session.notice(updated('a:1', (asked) => asked === session));
    session.notice(updated('a:1'));
    session.notice(updated('a:2'));
    session.notice(updated('a:3', () => false));
    expect(outlet.said).toMatchObject(
      ['a:1', 'a:1', 'a:2'].map((uri) => ({ method: 'notifications/resources/updated', params: { uri } })),
    );
    expect(outlet.topics.map(({ key }) => key)).toEqual(['updated a:1', 'updated a:1', 'updated a:2']);
  });
});

describe('what cannot be read', () => {
  const item = (text: string) => readItem(Buffer.from(text), legacy.downstream);

  it.each([
    ['{"jsonrpc":"2.0","id":7,"method":"x","params":5}', 7],
    ['{"jsonrpc":"2.0","id":7,', null],
    ['[{}]', null],
    ['5', null],
  ])('%s is answered as not valid, with the id %j', (text, id) => {
    const { session } = openSession();
    const message = item(text);
    if (!isRequest(message)) throw new Error('not answered');
    const reply = new Written();
    session.serve(message, reply);
    expect(reply.answers).toMatchObject([{ message: { id, error: { code: -32600 } }, status: 400 }]);
  });

  it('is a parse error where it is all there is', () => {
    const { error, id } = unreadable({ error: 'PARSE_ERROR', reason: 'byte 0', id: 3, of: 'request' });
    expect([error.spec.rpc, id]).toEqual([-32700, undefined]);
  });

  it('says when to come again', () => {
    expect(parsed(errorMessage(invalidRequest('x'), { retryAfterMs: 5 }))).toMatchObject({
      id: null,
      error: { data: { retryAfterMs: 5, executed: 'no' } },
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import {
  eventsOf,
  hello,
  messagesOf,
  nextMessage,
  openSession,
  post,
  request,
  startSession,
} from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

const MINUTE = 60_000;

let gateway: SpecGateway;
beforeEach(async () => {
  gateway = await openGateway();
});
afterEach(closeGateways);

describe('initialize', () => {
  it('begins a session with 128 random bits for an id, and introduces the gateway', async () => {
    const answer = await post(gateway.url, JSON.stringify(hello()));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const id = answer.headers.get('mcp-session-id')!;
    expect(Buffer.from(id, 'base64url')).toHaveLength(16);
    expect(await answer.json()).toMatchObject({
      id: 0,
      result: { protocolVersion: '2025-11-25', serverInfo: gateway.door.info, instructions: 'be kind' },
    });
    expect((await openSession(gateway.url)).id).not.toBe(id);
    expect(gateway.counts.sessions).toBe(2);
  });

  it('and the end of a session tell the gateway how many clients there are', async () => {
    const session = await openSession(gateway.url);
    await openSession(gateway.url);
    await session.end();
    expect(gateway.door.counted).toEqual([1, 2, 1]);
  });
});

describe('a session', () => {
  it('hears log lines of its own level, of its calls and of servers; others hear theirs', async () => {
    const strict = await openSession(gateway.url);
    const lenient = await openSession(gateway.url);
    const set = await strict.post(request(1, 'logging/setLevel', { level: 'error' }));
    expect(await set.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(gateway.door.levels).toMatchObject([{ level: 'error' }]);
    const heard = await Promise.all(
      [strict, lenient].map(async (session) => eventsOf(await session.listen())),
    );
    for (const level of ['info', 'alert']) {
      const params = payloadOf({ level, data: 'x' });
      gateway.door.notices$.next({ kind: 'log', server: 'a', params, concerns: () => true });
    }
    const levels = async (events: (typeof heard)[number]) =>
      ((await nextMessage(events)) as { params: { level: string } }).params.level;
    expect([await levels(heard[0]!), await levels(heard[1]!), await levels(heard[1]!)]).toEqual([
      'alert',
      'info',
      'alert',
    ]);
    await Promise.all(heard.map((events) => events.return(undefined)));
  });

  it('hears of resources that concern it alone', async () => {
    const session = await openSession(gateway.url);
    const answer = session.post(request(1));
    const { call, result } = await gateway.door.next();
    result({});
    await answer;
    const other = await openSession(gateway.url);
    const params = (uri: string) => payloadOf({ uri });
    const concerns = (asked: { readonly audience: string }) => asked.audience === call.audience;
    gateway.door.notices$.next({ kind: 'updated', server: 'a', params: params('a:1'), concerns });
    gateway.door.notices$.next({ kind: 'updated', server: 'a', params: params('a:2'), concerns: () => true });
    const [mine, theirs] = [eventsOf(await session.listen()), eventsOf(await other.listen())];
    expect(await nextMessage(mine)).toMatchObject({ params: { uri: 'a:1' } });
    expect(await nextMessage(theirs)).toMatchObject({ params: { uri: 'a:2' } });
    await Promise.all([mine.return(undefined), theirs.return(undefined)]);
  });
});

describe('DELETE', () => {
  it('ends the session: calls are given up, streams end, the gateway hears of it, the id is 404', async () => {
    const session = await openSession(gateway.url);
    const stream = await session.listen();
    const answer = session.post(request(1));
    const { call, cancelled } = await gateway.door.next();
    expect((await session.end()).status).toBe(204);
    expect(await cancelled).toBe('the client ended its session');
    expect(await messagesOf(await answer)).toEqual([]);
    expect(await messagesOf(stream)).toEqual([]);
    expect(gateway.door.ended).toMatchObject([{ principal: 'local', audience: call.audience }]);
    expect((await session.post(request(2))).status).toBe(404);
    expect((await session.end()).status).toBe(404);
    expect(gateway.counts.sessions).toBe(0);
  });

  it('without a session is 400', async () => {
    expect((await fetch(gateway.url, { method: 'DELETE' })).status).toBe(400);
  });
});

describe('idle sessions', () => {
  it('end after 30 minutes without a request', async () => {
    const session = await openSession(gateway.url);
    gateway.clock.advance(29 * MINUTE);
    expect((await session.post(request(1, 'ping'))).status).toBe(200);
    gateway.clock.advance(29 * MINUTE);
    expect((await session.post(request(2, 'ping'))).status).toBe(200);
    gateway.clock.advance(30 * MINUTE);
    expect((await session.post(request(3, 'ping'))).status).toBe(404);
    expect(gateway.counts).toMatchObject({ sessions: 0, sessionsExpired: 1 });
    expect(gateway.door.ended).toHaveLength(1);
  });

  it('live as long as a call is under way, and 30 minutes from its end', async () => {
    const session = await openSession(gateway.url);
    const answer = session.post(request(1));
    const { result } = await gateway.door.next();
    gateway.clock.advance(45 * MINUTE);
    result({});
    await (await answer).text();
    gateway.clock.advance(20 * MINUTE);
    expect((await session.post(request(2, 'ping'))).status).toBe(200);
  });

  it('live as long as their stream is open', async () => {
    const session = await openSession(gateway.url);
    const stream = await session.listen();
    gateway.clock.advance(90 * MINUTE);
    expect((await session.post(request(2, 'ping'))).status).toBe(200);
    await stream.body!.cancel();
  });
});

describe('a session that never says that it is initialized', () => {
  it('ends after 60 s, in use or not', async () => {
    const used = await startSession(gateway.url);
    const idle = await startSession(gateway.url);
    const good = await openSession(gateway.url);
    gateway.clock.advance(50_000);
    expect((await used.post(request(1, 'ping'))).status).toBe(200);
    gateway.clock.advance(10_000);
    expect(gateway.counts).toMatchObject({ sessions: 1, sessionsUnready: 2, sessionsExpired: 0 });
    expect((await used.post(request(2, 'ping'))).status).toBe(404);
    expect((await idle.post(request(2, 'ping'))).status).toBe(404);
    expect((await good.post(request(2, 'ping'))).status).toBe(200);
    expect(gateway.door.ended).toHaveLength(2);
  });

  it('ends no call under way', async () => {
    const session = await startSession(gateway.url);
    const answer = session.post(request(1));
    const { result } = await gateway.door.next();
    gateway.clock.advance(MINUTE);
    result({});
    expect((await answer).status).toBe(200);
    gateway.clock.advance(MINUTE);
    expect(gateway.counts).toMatchObject({ sessions: 0, sessionsUnready: 1 });
  });
});

describe('GET', () => {
  it('is the one stream of the session; a second is 409, and one after it is not', async () => {
    const session = await openSession(gateway.url);
    const first = await session.listen();
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    const second = await session.listen();
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ error: { data: { code: 'SWY-E426' } } });
    await first.body!.cancel();
    // The server sees the close in its own time.
    let again = await session.listen();
    while (again.status === 409) again = await session.listen();
    expect(again.status).toBe(200);
    await again.body!.cancel();
  });

  it.each([
    ['without Accept: text/event-stream', { Accept: 'application/json' }, 406],
    ['with a version that is none', { 'MCP-Protocol-Version': 'x' }, 400],
    ['of no session', { 'Mcp-Session-Id': 'x' }, 404],
  ])('%s is refused', async (_, headers, status) => {
    const session = await openSession(gateway.url);
    expect((await session.listen(headers)).status).toBe(status);
  });

  it('without a session is 400', async () => {
    expect((await fetch(gateway.url, { headers: { Accept: 'text/event-stream' } })).status).toBe(400);
  });

  it('says that it lives, at once and every 15 s', async () => {
    const session = await openSession(gateway.url);
    const events = eventsOf(await session.listen());
    expect((await events.next()).value).toEqual({ primed: '0-0', retry: '1000' });
    for (let i = 0; i < 2; i += 1) {
      gateway.clock.advance(15_000);
      expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    }
    await events.return(undefined);
  });

  it('gives no event without a message to clients that take each for a message', async () => {
    const session = await openSession(gateway.url, { version: '2025-06-18' });
    const events = eventsOf(await session.listen());
    expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    await events.return(undefined);
  });

  it('carries changed lists to every session that listens', async () => {
    const sessions = [await openSession(gateway.url), await openSession(gateway.url)];
    const streams = await Promise.all(sessions.map(async (session) => eventsOf(await session.listen())));
    gateway.door.listChanged$.next('tools');
    for (const events of streams) {
      expect(await nextMessage(events)).toEqual({
        jsonrpc: '2.0',
        method: 'notifications/tools/list_changed',
      });
      await events.return(undefined);
    }
  });

  it('begins with what changed before it was opened, each kind once', async () => {
    const session = await openSession(gateway.url);
    for (const kind of ['tools', 'prompts', 'tools', 'resources', 'tools'] as const)
      gateway.door.listChanged$.next(kind);
    const events = eventsOf(await session.listen());
    const methods = [await nextMessage(events), await nextMessage(events), await nextMessage(events)];
    expect(methods.map((message) => (message as { method: string }).method)).toEqual([
      'notifications/tools/list_changed',
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
    ]);
    gateway.door.listChanged$.next('prompts');
    expect(await nextMessage(events)).toMatchObject({ method: 'notifications/prompts/list_changed' });
    await events.return(undefined);
  });
});

describe('close', () => {
  it('waits for calls under way, refuses new ones with 503, ends streams', async () => {
    const session = await openSession(gateway.url);
    const stream = await session.listen();
    const answer = session.post(request(1));
    const { result, emit, replies } = await gateway.door.next();
    emit({ kind: 'ask', ask: { id: 'q', method: 'elicitation/create' } });
    const response = await answer;
    let closed = false;
    const closing = gateway.endpoint.close(60_000).then(() => (closed = true));
    expect(await messagesOf(stream)).toEqual([]);
    for (const refused of [
      await session.post(request(2)),
      await post(gateway.url, JSON.stringify(hello())),
      await session.listen(),
    ]) {
      expect(refused.status).toBe(503);
      expect(refused.headers.get('connection')).toBe('close');
      expect(await refused.json()).toMatchObject({
        error: { code: -33018, data: { code: 'SWY-E706', executed: 'no' } },
      });
    }
    // What the calls under way wait for still passes.
    expect((await session.post('{"jsonrpc":"2.0","id":"q","result":{}}')).status).toBe(202);
    expect(replies).toHaveLength(1);
    expect(closed).toBe(false);
    result({ whole: true });
    expect((await messagesOf(response)).at(-1)).toMatchObject({ id: 1, result: { whole: true } });
    await closing;
  });

  it('waits no longer than it may, and leaves no timer', async () => {
    const session = await openSession(gateway.url);
    const answer = session.post(request(1));
    const { cancelled } = await gateway.door.next();
    const closing = gateway.endpoint.close(5_000);
    gateway.clock.advance(5_000);
    await closing;
    await gateway.close();
    const error = { code: -33014, data: { code: 'SWY-E130', executed: 'unknown' } };
    expect(await (await answer).json()).toMatchObject({ id: 1, error });
    expect(await cancelled).toBe('the gateway is stopping');
    expect(gateway.clock.pending).toBe(0);
  });

  it('is done at once where nothing is under way', async () => {
    await openSession(gateway.url);
    await gateway.endpoint.close(60_000);
    expect(gateway.clock.pending).toBe(0);
  });
});

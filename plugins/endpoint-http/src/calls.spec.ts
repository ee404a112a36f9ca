import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import {
  eventsOf,
  messagesOf,
  nextMessage,
  notification,
  openSession,
  raw,
  rawPost,
  rawSocket,
  request,
} from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

let gateway: SpecGateway;
let session: Awaited<ReturnType<typeof openSession>>;
beforeEach(async () => {
  gateway = await openGateway();
  session = await openSession(gateway.url, { capabilities: { elicitation: {} } });
});
afterEach(closeGateways);

const progress = (n: number) =>
  ({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: n }) }) as const;
const withProgress = (id: number, progressToken: unknown) =>
  request(id, 'tools/call', { name: 'a', _meta: { progressToken } });
const cancel = (requestId: unknown) =>
  notification('notifications/cancelled', { requestId, reason: 'enough' });

describe('a call', () => {
  it('says who asks, for what, and what the client can', async () => {
    const answer = session.post(withProgress(1, 0));
    const { call, result } = await gateway.door.next();
    expect(call).toMatchObject({
      id: 'call-1',
      method: 'tools/call',
      name: 'a',
      principal: 'local',
      audience: expect.stringMatching(/^http-/),
      client: {
        era: 'legacy',
        protocolVersion: '2025-11-25',
        name: 'spec',
        capabilities: { elicitation: {} },
      },
      wantsProgress: true,
      canSuspend: false,
      canBeAsked: true,
    });
    expect(call.audience).not.toContain(session.id);
    result({});
    await answer;
    const other = await openSession(gateway.url);
    const second = other.post(request(1));
    const theirs = await gateway.door.next();
    expect(theirs.call).toMatchObject({ canBeAsked: false, wantsProgress: false });
    expect(theirs.call.audience).not.toBe(call.audience);
    theirs.result({});
    await second;
  });

  it('with nothing but an outcome is answered in JSON, of known length, byte for byte but for raw line breaks', async () => {
    const answer = session.post(request('a"b'));
    const bytes = Buffer.from('{ "content" : [ ],\r\n\t"n":1.0e2, "x":"\\u00e9é" }');
    (await gateway.door.next()).emit({ kind: 'outcome', outcome: { kind: 'result', result: { bytes } } });
    const response = await answer;
    expect(response.headers.get('content-type')).toBe('application/json');
    const text = await response.text();
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(text).toContain(bytes.toString().replace('\r\n', '  '));
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: 'a"b' });
  });

  it.each([0, 1, '1', '', -5, 'é'])('keeps the id %j as it is', async (id) => {
    const answer = session.post(request(id));
    (await gateway.door.next()).result({});
    expect(await (await answer).json()).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('1 and one "1" are two', async () => {
    const answers = [session.post(request(1)), session.post(request('1'))];
    const arrived = [await gateway.door.next(), await gateway.door.next()];
    arrived.forEach(({ result }) => result({}));
    const ids = await Promise.all(
      answers.map(async (answer) => ((await (await answer).json()) as { id: unknown }).id),
    );
    expect(ids).toEqual([1, '1']);
  });

  it('frees its id with its answer', async () => {
    for (let i = 0; i < 3; i += 1) {
      const answer = session.post(request(1));
      (await gateway.door.next()).result({ i });
      expect(await (await answer).json()).toMatchObject({ result: { i } });
    }
  });

  it('is answered by the endpoint where it is a ping', async () => {
    expect(await (await session.post(request(9, 'ping', {}))).json()).toEqual({
      jsonrpc: '2.0',
      id: 9,
      result: {},
    });
    expect(gateway.door.unasked).toBe(0);
  });
});

describe('a stream', () => {
  it('begins with the first progress, has the client’s token, keeps the order and ends with the answer', async () => {
    const answer = session.post(withProgress(1, 'theirs'));
    const { emit, result } = await gateway.door.next();
    emit(progress(1));
    const response = await answer;
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    emit({ kind: 'log', params: payloadOf({ level: 'info', data: 'hi' }) });
    emit(progress(2));
    result({ done: true });
    expect(await messagesOf(response)).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'theirs', progress: 1 } },
      { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'hi' } },
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'theirs', progress: 2 } },
      { jsonrpc: '2.0', id: 1, result: { done: true } },
    ]);
  });

  it('is not begun by progress that nobody asked for', async () => {
    const answer = session.post(request(1));
    const { emit, result } = await gateway.door.next();
    emit(progress(1));
    result({});
    expect((await answer).headers.get('content-type')).toBe('application/json');
  });

  it('puts a result with line breaks on one line, and changes nothing else', async () => {
    const answer = session.post(withProgress(1, 1));
    const { emit } = await gateway.door.next();
    emit(progress(1));
    const bytes = Buffer.from('{\r\n  "text": "a\\nb",\n  "more": [\r1]}');
    emit({ kind: 'outcome', outcome: { kind: 'result', result: { bytes } } });
    const messages = await messagesOf(await answer);
    expect(messages[1]).toEqual({ jsonrpc: '2.0', id: 1, result: { text: 'a\nb', more: [1] } });
  });

  it('begins after 10 s of silence, and says every 15 s that it lives', async () => {
    const answer = session.post(request(1));
    const { result } = await gateway.door.next();
    gateway.clock.advance(9_999);
    expect(gateway.clock.pending).toBeGreaterThan(1);
    gateway.clock.advance(1);
    const response = await answer;
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = eventsOf(response);
    expect((await events.next()).value).toEqual({ primed: '1-0', retry: '1000' });
    expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    gateway.clock.advance(15_000);
    expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    gateway.clock.advance(15_000);
    expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    result({ late: true });
    expect(await nextMessage(events)).toMatchObject({ id: 1, result: { late: true } });
    expect(await nextMessage(events)).toBeUndefined();
  });

  it.each(['json', 'stream'])('of %s carries 9 MB untouched', async (kind) => {
    const answer = session.post(withProgress(1, 1));
    const { emit } = await gateway.door.next();
    if (kind === 'stream') emit(progress(1));
    const text = 'ä'.repeat(4_500_000);
    emit({ kind: 'outcome', outcome: { kind: 'result', result: payloadOf({ text }) } });
    const response = await answer;
    const last = kind === 'stream' ? (await messagesOf(response)).at(-1) : await response.json();
    const got = (last as { result: { text: string } }).result.text;
    const hash = (value: string) => createHash('sha256').update(value).digest('hex');
    expect(hash(got)).toBe(hash(text));
  });

  it('costs no timer of its own', async () => {
    // The clock, the session, silence, signs of life, slow readers, streams to come back to.
    expect(await timersAfter(60)).toBeLessThan(8);
  });

  /** How many timers there are while so many calls are silent, stream and are over. */
  async function timersAfter(calls: number): Promise<number> {
    const answers = Array.from({ length: calls }, (_, id) => session.post(withProgress(id, id)));
    const arrived = await Promise.all(answers.map(() => gateway.door.next()));
    for (const { emit } of arrived.slice(calls / 2)) emit(progress(1));
    const timers = gateway.clock.pending;
    arrived.forEach(({ result }) => result({}));
    await Promise.all(answers.map(async (answer) => (await answer).text()));
    return timers;
  }
});

describe('cancellation', () => {
  it('gives up one call of one session, whose stream ends without a response', async () => {
    const other = await openSession(gateway.url);
    const mine = session.post(request(1));
    const arrived = await gateway.door.next();
    const theirs = other.post(request(1));
    const untouched = await gateway.door.next();
    expect((await session.post(cancel(1))).status).toBe(202);
    expect(await arrived.cancelled).toEqual(expect.any(String));
    expect(await messagesOf(await mine)).toEqual([]);
    untouched.result({});
    expect(await (await theirs).json()).toMatchObject({ id: 1, result: {} });
  });

  it('knows ids by their type, and knows id 0', async () => {
    const mine = session.post(request(0));
    const { cancelled, call } = await gateway.door.next();
    const still = session.post(request('1'));
    const text = await gateway.door.next();
    await session.post(cancel('0'));
    await session.post(cancel(1));
    text.result({});
    expect((await still).status).toBe(200);
    await session.post(cancel(0));
    expect(await cancelled).toEqual(expect.any(String));
    expect(call.id).toBe('call-1');
    expect(await messagesOf(await mine)).toEqual([]);
  });

  it('right behind its call on one connection comes after it', async () => {
    const both =
      rawPost(gateway.url, request(1), session.headers) +
      rawPost(gateway.url, cancel(1), { ...session.headers, Connection: 'close' });
    const answers = raw(gateway.url, both);
    expect(await (await gateway.door.next()).cancelled).toEqual(expect.any(String));
    expect(await answers).toMatch(/^HTTP\/1.1 200 .*HTTP\/1.1 202 /s);
  });
});

describe('a client that hangs up', () => {
  it('gives nothing up: the call runs on and its answer is dropped', async () => {
    const controller = new AbortController();
    const answer = session.post(request(1), {}, controller.signal).catch(() => 'gone');
    const arrived = await gateway.door.next();
    let cancelled = false;
    void arrived.cancelled.then(() => (cancelled = true));
    controller.abort();
    expect(await answer).toBe('gone');
    await hungUp();
    arrived.result({});
    expect(cancelled).toBe(false);
    expect(gateway.counts.dropped).toBe(1);
    const again = session.post(request(1));
    (await gateway.door.next()).result({ fine: true });
    expect(await (await again).json()).toMatchObject({ result: { fine: true } });
  });

  it('cannot be asked: the server is told at once', async () => {
    const socket = rawSocket(gateway.url);
    socket.write(rawPost(gateway.url, request(1), session.headers));
    const arrived = await gateway.door.next();
    socket.destroy();
    await hungUp();
    arrived.emit({ kind: 'ask', ask: { id: 'q1', method: 'elicitation/create' } });
    expect(arrived.replies).toMatchObject([['q1', { error: {} }]]);
    arrived.result({});
  });

  /** Until the endpoint has seen that nobody is there. */
  async function hungUp() {
    while (gateway.counts.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('a question of a server', () => {
  const ask = {
    kind: 'ask',
    ask: { id: 'ask-1', method: 'elicitation/create', params: payloadOf({ message: 'sure?' }) },
  } as const;

  it('goes on the stream of its call, and its answer back to the server', async () => {
    const answer = session.post(request(1));
    const arrived = await gateway.door.next();
    arrived.emit(ask);
    const events = eventsOf(await answer);
    expect(await nextMessage(events)).toEqual({
      jsonrpc: '2.0',
      id: 'ask-1',
      method: 'elicitation/create',
      params: { message: 'sure?' },
    });
    const stranger = await openSession(gateway.url);
    const said = '{"jsonrpc":"2.0","id":"ask-1","result":{"action":"accept"}}';
    expect((await stranger.post(said)).status).toBe(202);
    expect(arrived.replies).toEqual([]);
    expect((await session.post(said)).status).toBe(202);
    expect((await session.post(said)).status).toBe(202);
    expect(arrived.replies).toHaveLength(1);
    const [id, given] = arrived.replies[0]!;
    expect([id, 'result' in given && Buffer.from(given.result.bytes).toString()]).toEqual([
      'ask-1',
      '{"action":"accept"}',
    ]);
    arrived.result({});
    expect(await nextMessage(events)).toMatchObject({ id: 1 });
  });

  it('may be refused with an error', async () => {
    const answer = session.post(request(1));
    const arrived = await gateway.door.next();
    arrived.emit(ask);
    await session.post('{"jsonrpc":"2.0","id":"ask-1","error":{"code":-1,"message":"no"}}');
    expect(arrived.replies).toMatchObject([['ask-1', { error: {} }]]);
    arrived.result({});
    await (await answer).text();
  });

  it('that is withdrawn, or outlives its call, is cancelled and answers to it go nowhere', async () => {
    const answer = session.post(request(1));
    const arrived = await gateway.door.next();
    arrived.emit(ask);
    arrived.emit({ kind: 'withdrawn', askId: 'ask-1' });
    arrived.emit({ ...ask, ask: { ...ask.ask, id: 'ask-2' } });
    arrived.result({});
    const methods = (await messagesOf(await answer)).map(
      (message) => (message as { method?: string }).method,
    );
    expect(methods).toEqual([
      'elicitation/create',
      'notifications/cancelled',
      'elicitation/create',
      'notifications/cancelled',
      undefined,
    ]);
    await session.post('{"jsonrpc":"2.0","id":"ask-1","result":{}}');
    await session.post('{"jsonrpc":"2.0","id":"ask-2","result":{}}');
    expect(arrived.replies).toEqual([]);
  });
});

describe('a batch of 2025-03-26', () => {
  let old: typeof session;
  beforeEach(async () => {
    old = await openSession(gateway.url, { version: '2025-03-26' });
  });

  it('is answered with an array, each message for itself', async () => {
    const answer = old.post(
      `[${request(1)},${notification('notifications/initialized')},${request(2, 'ping')},{"jsonrpc":"2.0","id":3},${request(1)}]`,
    );
    (await gateway.door.next()).result({ first: true });
    const answers = (await (await answer).json()) as { id: unknown }[];
    expect(answers).toHaveLength(4);
    expect(answers).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 1, result: { first: true } },
        { jsonrpc: '2.0', id: 2, result: {} },
        expect.objectContaining({ error: expect.objectContaining({ code: -32600 }) }),
        expect.objectContaining({
          id: 1,
          error: expect.objectContaining({ message: expect.stringContaining('in flight') }),
        }),
      ]),
    );
  });

  it('becomes a stream when something comes before the last answer', async () => {
    const answer = old.post(`[${withProgress(1, 'p')},${request(2)}]`);
    const [first, second] = [await gateway.door.next(), await gateway.door.next()];
    second.result({ second: true });
    first.emit(progress(1));
    first.result({ first: true });
    expect(await messagesOf(await answer)).toMatchObject([
      { id: 2 },
      { method: 'notifications/progress' },
      { id: 1 },
    ]);
  });

  it('of notifications alone is 202; of nothing, 400', async () => {
    expect((await old.post(`[${notification('notifications/initialized')}]`)).status).toBe(202);
    expect((await old.post('[]')).status).toBe(400);
  });

  it('does not hold initialize', async () => {
    const answers = await (
      await old.post(
        '[{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}]',
      )
    ).json();
    expect(answers).toMatchObject([{ id: 1, error: { code: -32600 } }]);
  });

  it('of cancelled calls alone ends without a response', async () => {
    const answer = old.post(`[${request(1)}]`);
    await gateway.door.next();
    await old.post(cancel(1));
    expect(await messagesOf(await answer)).toEqual([]);
  });
});

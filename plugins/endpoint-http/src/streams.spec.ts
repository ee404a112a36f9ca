import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import {
  eventsOf,
  messagesOf,
  nextMessage,
  notification,
  openSession,
  request,
  type StreamEvent,
  told,
} from './spec-client.ts';
import { closeGateways, openGateway, type SpecGateway } from './spec-gateway.ts';

let gateway: SpecGateway;
let session: Awaited<ReturnType<typeof openSession>>;
beforeEach(async () => {
  gateway = await openGateway();
  session = await openSession(gateway.url, { capabilities: { elicitation: {} } });
});
afterEach(closeGateways);

const log = (data: unknown) => ({ kind: 'log', params: payloadOf({ level: 'info', data }) }) as const;
const progress = (n: number) =>
  ({ kind: 'progress', params: payloadOf({ progressToken: 'ours', progress: n }) }) as const;
const wanting = (id: number) => request(id, 'tools/call', { name: 'a', _meta: { progressToken: id } });
const ask = { kind: 'ask', ask: { id: 'q1', method: 'elicitation/create', params: payloadOf({}) } } as const;

/** A call whose reply is a stream by its first log line, which is event 1. */
async function streaming(id = 1, body = request(id)) {
  const controller = new AbortController();
  const answer = session.post(body, {}, controller.signal);
  const arrived = await gateway.door.next();
  arrived.emit(log('first'));
  const events = eventsOf(await answer);
  const primed = (await events.next()).value as { primed: string };
  const first = (await events.next()).value as { id: string };
  /** The connection breaks, and the endpoint has seen it. */
  const breaks = async () => {
    const { waiting } = gateway.counts;
    controller.abort();
    while (gateway.counts.waiting === waiting) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...arrived, events, primed: primed.primed, first: first.id, breaks };
}

const resume = (id: string, extra: Record<string, string> = {}) =>
  session.listen({ 'Last-Event-ID': id, ...extra });
const said = (messages: unknown[]) =>
  messages.map((message) => {
    const { params, result } = message as { params?: { data?: unknown }; result?: unknown };
    return params ? params.data : result;
  });

describe('a stream', () => {
  it('begins with an event that has an id and no data, and gives each event an id of its own', async () => {
    const one = await streaming(1);
    const two = await streaming(2);
    expect([one.primed, one.first, two.primed, two.first]).toEqual(['1-0', '1-1', '2-0', '2-1']);
    one.result({});
    expect((await one.events.next()).value).toMatchObject({ id: '1-2' });
    two.result({});
  });

  it('has ids and no such event for clients before 2025-11-25', async () => {
    session = await openSession(gateway.url, { version: '2025-06-18' });
    const answer = session.post(request(1));
    const { emit, result } = await gateway.door.next();
    emit(log('x'));
    const events = eventsOf(await answer);
    expect((await events.next()).value).toEqual({ comment: ': keep-alive' });
    expect((await events.next()).value).toMatchObject({ id: '1-1', data: expect.stringContaining('"x"') });
    result({});
  });

  it('that only says that nothing comes has no id: there is nothing to come back for', async () => {
    const answer = session.post(request(1));
    await gateway.door.next();
    await session.post(notification('notifications/cancelled', { requestId: 1 }));
    const events: StreamEvent[] = [];
    for await (const event of eventsOf(await answer)) events.push(event);
    expect(events).toEqual([]);
  });
});

describe('a client that comes back', () => {
  it('reads on after the last event it has: what it missed, in order, once, the answer included', async () => {
    const { emit, result, first, breaks } = await streaming();
    await breaks();
    emit(log('missed'));
    emit(log('too'));
    const response = await resume(first);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    emit(log('live'));
    result({ done: true });
    expect(said(await messagesOf(response))).toEqual(['missed', 'too', 'live', { done: true }]);
    expect(gateway.counts).toMatchObject({ resumed: 1, dropped: 0, unheardShed: 0 });
  });

  it('gets again what was written and got lost', async () => {
    const { emit, result, primed, breaks } = await streaming();
    emit(log('second'));
    await breaks();
    result({ done: true });
    const response = await resume(primed);
    expect(said(await messagesOf(response))).toEqual(['first', 'second', { done: true }]);
  });

  it('gets the answer that was given while nobody was there, and the whole stream twice if it asks twice', async () => {
    const { result, first, breaks } = await streaming();
    await breaks();
    result({ done: true });
    for (let i = 0; i < 2; i += 1) {
      const events = eventsOf(await resume(first));
      expect((await events.next()).value).toEqual({ primed: '1-1', retry: '1000' });
      expect((await events.next()).value).toMatchObject({ id: '1-2', data: expect.stringContaining('done') });
      expect((await events.next()).done).toBe(true);
    }
  });

  it('to a stream that it has whole is told by 204 that there is nothing more', async () => {
    const { result, events } = await streaming();
    result({});
    const last = (await events.next()).value as { id: string };
    expect((await events.next()).done).toBe(true);
    expect((await resume(last.id)).status).toBe(204);
  });

  it('while its old connection seems open gets the stream, and the old connection ends', async () => {
    const { emit, result, first, events } = await streaming();
    const response = await resume(first);
    await expect(events.next()).rejects.toThrow();
    emit(log('here'));
    result({ done: true });
    expect(said(await messagesOf(response))).toEqual(['here', { done: true }]);
  });

  it('after 60 s is refused by 400, and what it missed counts as dropped', async () => {
    const { emit, result, first, breaks } = await streaming();
    await breaks();
    emit(log('missed'));
    gateway.clock.advance(59_999);
    expect(gateway.counts.dropped).toBe(0);
    gateway.clock.advance(1);
    result({ done: true });
    expect(gateway.counts.dropped).toBe(2);
    expect(await told(await resume(first))).toMatchObject({ status: 400, code: 'SWY-E431' });
  });

  it('has 60 s from each break', async () => {
    const { result, first, breaks } = await streaming();
    await breaks();
    gateway.clock.advance(50_000);
    const again = await resume(first);
    gateway.clock.advance(50_000);
    await again.body!.cancel();
    while (gateway.counts.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
    gateway.clock.advance(50_000);
    const response = await resume(first);
    result({ done: true });
    expect(said(await messagesOf(response))).toEqual([{ done: true }]);
  });

  it.each(['9-0', '1-7', 'x', '1', '1-1-1', '-1-0', '99999999999999999999-1', '__proto__'])(
    'with the event %s, which never was, is refused by 400',
    async (id) => {
      const { result } = await streaming();
      expect(await told(await resume(id))).toMatchObject({ status: 400, code: 'SWY-E431' });
      result({});
    },
  );

  it('never gets a stream of another session', async () => {
    const { emit, result, breaks, first } = await streaming();
    await breaks();
    emit(log('mine'));
    const other = await openSession(gateway.url);
    expect((await other.listen({ 'Last-Event-ID': first })).status).toBe(400);
    expect((await other.listen({ 'Last-Event-ID': first, 'Mcp-Session-Id': 'x' })).status).toBe(404);
    const stranger = await resume(first);
    result({});
    expect(said(await messagesOf(stranger))).toEqual(['mine', {}]);
  });

  it('gets the newest 256 events of more, and the answer', async () => {
    const { emit, result, first, breaks } = await streaming();
    await breaks();
    for (let i = 0; i < 1_000; i += 1) emit(log(i));
    result({ done: true });
    const got = said(await messagesOf(await resume(first)));
    expect([got.length, got[0], got.at(-2), got.at(-1)]).toEqual([256, 745, 999, { done: true }]);
    expect(gateway.counts.unheardShed).toBe(745);
  });

  it('for an answer that was shed is refused by 400, not told that it has all', async () => {
    const { result, first } = await streaming();
    result({ text: 'x'.repeat(33 * 1024 * 1024) });
    while (gateway.counts.replaysShed === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.counts.replaysShed).toBe(1);
    expect(await told(await resume(first))).toMatchObject({ status: 400, code: 'SWY-E431' });
  });

  it('gets the newest progress only', async () => {
    const { emit, result, first, breaks } = await streaming(1, wanting(1));
    await breaks();
    for (let i = 0; i < 1_000; i += 1) emit(progress(i));
    result({ done: true });
    expect(await messagesOf(await resume(first))).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 1, progress: 999 } },
      { result: { done: true } },
    ]);
  });

  it('gets an answer of 2 MB', async () => {
    const { result, first, breaks } = await streaming();
    await breaks();
    const text = 'x'.repeat(2_000_000);
    result({ text });
    expect(said(await messagesOf(await resume(first)))).toEqual([{ text }]);
  });
});

describe('a question on a stream that broke', () => {
  it('waits for the client, who may answer it when it is back', async () => {
    const { emit, result, first, breaks, replies } = await streaming();
    await breaks();
    emit(ask);
    expect(replies).toEqual([]);
    const events = eventsOf(await resume(first));
    expect(await nextMessage(events)).toMatchObject({ id: 'q1', method: 'elicitation/create' });
    await session.post('{"jsonrpc":"2.0","id":"q1","result":{}}');
    expect(replies).toMatchObject([['q1', { result: {} }]]);
    result({});
  });

  it('is answered with an error when the client did not come back, and so is a later one, at once', async () => {
    const { emit, result, breaks, replies } = await streaming();
    emit(ask);
    await breaks();
    gateway.clock.advance(60_000);
    expect(replies).toMatchObject([['q1', { error: {} }]]);
    emit({ kind: 'ask', ask: { id: 'q2', method: 'roots/list' } });
    expect(replies).toMatchObject([
      ['q1', { error: {} }],
      ['q2', { error: {} }],
    ]);
    result({});
  });
});

describe('the session’s own stream', () => {
  const updated = (uri: string) =>
    gateway.door.notices$.next({
      kind: 'updated',
      server: 'a',
      params: payloadOf({ uri }),
      concerns: () => true,
    });
  const line = (data: unknown) =>
    gateway.door.notices$.next({
      kind: 'log',
      server: 'a',
      params: payloadOf({ level: 'info', data }),
      concerns: () => true,
    });

  it('begins with what happened before: the newest of each list and resource, log lines', async () => {
    updated('a:1');
    line('one');
    gateway.door.listChanged$.next('tools');
    updated('a:2');
    updated('a:1');
    const events = eventsOf(await session.listen());
    const got = [];
    for (let i = 0; i < 4; i += 1) got.push(await nextMessage(events));
    expect(got).toMatchObject([
      { method: 'notifications/resources/updated', params: { uri: 'a:1' } },
      { method: 'notifications/message', params: { data: 'one' } },
      { method: 'notifications/tools/list_changed' },
      { method: 'notifications/resources/updated', params: { uri: 'a:2' } },
    ]);
    updated('a:3');
    expect(await nextMessage(events)).toMatchObject({ params: { uri: 'a:3' } });
    await events.return(undefined);
  });

  it('is not what a call’s stream is: no message comes twice', async () => {
    const { emit, result, events } = await streaming();
    const own = eventsOf(await session.listen());
    updated('a:1');
    emit(log('call'));
    result({ done: true });
    expect(said([await nextMessage(events), await nextMessage(events)])).toEqual(['call', { done: true }]);
    expect(await nextMessage(own)).toMatchObject({ params: { uri: 'a:1' } });
    updated('a:2');
    expect(await nextMessage(own)).toMatchObject({ params: { uri: 'a:2' } });
    await own.return(undefined);
  });

  it('holds 256 messages until somebody listens; log lines go first', async () => {
    gateway.door.listChanged$.next('tools');
    for (let i = 0; i < 1_000; i += 1) line(i);
    updated('a:1');
    expect(gateway.counts.unheardShed).toBe(1_002 - 256);
    const events = eventsOf(await session.listen());
    const got: { method: string }[] = [];
    for (let i = 0; i < 256; i += 1) got.push((await nextMessage(events)) as { method: string });
    expect(got[0]!.method).toBe('notifications/tools/list_changed');
    expect(got[255]!.method).toBe('notifications/resources/updated');
    await events.return(undefined);
  });

  it('is read on by a client that comes back, and begun anew by one that does not say what it has', async () => {
    const events = eventsOf(await session.listen());
    updated('a:1');
    updated('a:2');
    await events.next();
    const first = (await events.next()).value as { id: string };
    const again = eventsOf(await resume(first.id));
    expect(await nextMessage(again)).toMatchObject({ params: { uri: 'a:2' } });
    expect((await session.listen()).status).toBe(409);
    await again.return(undefined);
    let fresh = await session.listen();
    while (fresh.status === 409) fresh = await session.listen();
    updated('a:3');
    expect(await nextMessage(eventsOf(fresh))).toMatchObject({ params: { uri: 'a:3' } });
    await fresh.body!.cancel().catch(() => {});
  });

  it('is served to a client that comes back after the window too, with what came since', async () => {
    const events = eventsOf(await session.listen());
    updated('a:1');
    await events.next();
    const { id } = (await events.next()).value as { id: string };
    await events.return(undefined);
    let probe = await session.listen();
    while (probe.status === 409) probe = await session.listen();
    await probe.body!.cancel();
    gateway.clock.advance(120_000);
    updated('a:2');
    const again = eventsOf(await resume(id));
    expect(await nextMessage(again)).toMatchObject({ params: { uri: 'a:2' } });
    await again.return(undefined);
  });

  it('says when to come back where the gateway ends', async () => {
    const stream = eventsOf(await session.listen());
    await stream.next();
    const closing = gateway.endpoint.close(60_000);
    expect((await stream.next()).value).toEqual({ comment: 'retry: 5000' });
    expect((await stream.next()).done).toBe(true);
    await closing;
  });
});

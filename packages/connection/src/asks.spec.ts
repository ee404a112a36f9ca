import { describe, expect, it } from '@jest/globals';
import { parsePayload, payloadOf } from '@switchyard/plugin-api';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

const SAMPLING = 'sampling/createMessage';

/** The caller of a client that can be asked. */
const askable = (audience = 'session-1') => ({
  audience,
  canBeAsked: true,
  client: {
    era: 'legacy',
    protocolVersion: '2025-11-25',
    capabilities: { sampling: {}, elicitation: {} },
  } as const,
});

/** A connection whose calls stay open. */
async function busy(changes?: Parameters<typeof ready>[0]) {
  const parts = await ready(changes);
  parts.server.silent('tools/call');
  const reply = () => parts.server.wire.taken.at(-1)!;
  return { ...parts, reply };
}

describe('a question of a server', () => {
  it('goes to the call on whose stream it came, and the answer back under its own id', async () => {
    const { server, call, reply } = await busy();
    const [first, second] = [call(askable('a')), call(askable('b'))];
    await settled();
    server.wire.ask('q', SAMPLING, { messages: [] }, server.executions[0]!.id);
    await settled();
    expect([first.asks.length, second.asks.length]).toEqual([1, 0]);
    const [ask] = first.asks;
    expect([ask!.method, parsePayload(ask!.params!)]).toEqual([SAMPLING, { messages: [] }]);
    expect(first.exchange.reply(ask!.id, { result: payloadOf({ role: 'assistant' }) })).toBe('taken');
    expect(first.exchange.reply(ask!.id, { result: payloadOf({}) })).toBe('unknown');
    await settled();
    expect(reply()).toMatchObject({ id: 'q', result: { role: 'assistant' } });
    expect(server.wire.taken.filter(({ id }) => id === 'q')).toHaveLength(1);
  });

  it("passes the client's error on", async () => {
    const { server, call, reply } = await busy();
    const { asks, exchange } = call(askable());
    await settled();
    server.wire.ask(0, 'elicitation/create', { message: 'name?' });
    await settled();
    exchange.reply(asks[0]!.id, { error: payloadOf({ code: -1, message: 'declined' }) });
    await settled();
    expect(reply()).toMatchObject({ id: 0, error: { code: -1, message: 'declined' } });
  });

  it('without a stream goes to the newest call that may be asked', async () => {
    const { server, call } = await busy();
    const [older, newer, unable] = [call(askable()), call(askable()), call()];
    await settled();
    server.wire.ask(1, SAMPLING);
    await settled();
    expect([older.asks.length, newer.asks.length, unable.asks.length]).toEqual([0, 1, 0]);
  });

  it.each([
    ['several clients call', [askable('a'), askable('b')], undefined, 'several clients', 'sharing'],
    // It may mean the one that cannot be asked: the other one must not see it.
    ['another client calls too', [askable('a'), { audience: 'b' }], undefined, 'several clients', 'sharing'],
    ['no client calls', [], undefined, 'no call', 'sharing'],
    ['the client cannot be asked', [{}], undefined, 'cannot be asked', 'a client that supports it'],
    ['the client of its stream cannot be asked', [{}, askable('b')], 0, 'cannot be asked', 'a client'],
    ['its stream is that of no call', [askable()], 'nobody', 'no call', 'sharing'],
  ])('is refused where %s, with a cure', async (_why, callers, stream, reason, cure) => {
    const { server, call, reply, connection } = await busy();
    const calls = callers.map((caller) => call(caller));
    await settled();
    const relatesTo = typeof stream === 'number' ? server.executions[stream]!.id : stream;
    server.wire.ask('q', SAMPLING, {}, relatesTo);
    await settled();
    expect(calls.flatMap(({ asks }) => asks)).toEqual([]);
    expect(reply()).toMatchObject({ id: 'q', error: { code: -32601 } });
    expect(connection.refused).toMatchObject({ method: SAMPLING });
    expect(connection.refused!.reason).toContain(reason);
    expect(connection.refused!.cure).toContain(cure);
  });

  it('that the client lacks the capability for is refused although it has others', async () => {
    const { server, call, reply } = await busy();
    call(askable());
    await settled();
    server.wire.ask(1, 'roots/list');
    await settled();
    expect(reply()).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  it('is taken back by the server', async () => {
    const { server, call } = await busy();
    const { asks, events, exchange } = call(askable());
    await settled();
    server.wire.ask(1, SAMPLING);
    server.wire.notify('notifications/cancelled', { requestId: 1 });
    await settled();
    expect(events.map(({ kind }) => kind)).toEqual(['ask', 'withdrawn']);
    expect(exchange.reply(asks[0]!.id, { result: payloadOf({}) })).toBe('unknown');
  });

  it.each([
    ['is answered', (parts: { respond: () => void; cancel: () => void }) => parts.respond()],
    ['is cancelled', (parts: { respond: () => void; cancel: () => void }) => parts.cancel()],
  ])('is answered with an error when its call %s before', async (_how, end) => {
    const { server, call } = await busy();
    const { asks, exchange } = call(askable());
    await settled();
    server.wire.ask(9, SAMPLING);
    await settled();
    end({
      respond: () => server.wire.respond(server.executions[0]!.id, { result: {} }),
      cancel: () => exchange.cancel('no more'),
    });
    await settled();
    expect(server.wire.taken.filter(({ id }) => id === 9)).toMatchObject([{ error: { code: -32603 } }]);
    expect(exchange.reply(asks[0]!.id, { result: payloadOf({}) })).toBe('unknown');
  });

  it('gives the call the total time: people think longer than servers', async () => {
    const { server, call, clock } = await busy();
    const { outcomes, asks, exchange } = call(askable());
    await settled();
    server.wire.ask(1, SAMPLING);
    await clock.advance(TIMINGS.call * 2);
    expect(outcomes).toEqual([]);
    exchange.reply(asks[0]!.id, { result: payloadOf({}) });
    await clock.advance(TIMINGS.call - 1);
    expect(outcomes).toEqual([]);
    await clock.advance(TIMINGS.callTotal);
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT', executed: 'unknown' }]);
  });

  it('is one of at most sixteen of one call', async () => {
    const { server, call, reply } = await busy();
    const { asks } = call(askable());
    await settled();
    for (let id = 1; id <= 17; id += 1) server.wire.ask(id, SAMPLING);
    await settled();
    expect(asks).toHaveLength(16);
    expect(new Set(asks.map(({ id }) => id)).size).toBe(16);
    expect(reply()).toMatchObject({ id: 17, error: { code: -32601 } });
  });
});

describe('a question that comes late', () => {
  it('after its call was given up goes to nobody else', async () => {
    const { server, call, reply } = await busy();
    const carol = call(askable('carol'));
    await settled();
    carol.exchange.cancel('no more');
    const bob = call(askable('bob'));
    await settled();
    server.wire.ask('q', SAMPLING, { about: 'carol' });
    await settled();
    expect(bob.asks).toEqual([]);
    expect(reply()).toMatchObject({ id: 'q', error: { code: -32601 } });
    // Once the server is through with it, nothing is in doubt any more.
    server.wire.respond(server.executions[0]!.id, { result: {} });
    server.wire.ask('r', SAMPLING, { about: 'bob' });
    await settled();
    expect(bob.asks).toHaveLength(1);
  });

  it('nor before the wire says that the call was sent', async () => {
    const { server, call, reply } = await busy();
    const other = call(askable('bob'));
    await settled();
    server.wire.hand('held');
    call(askable('carol')).exchange.cancel('no more');
    server.wire.hand('sent');
    server.wire.ask('q', SAMPLING, { about: 'carol' });
    await settled();
    expect(other.asks).toEqual([]);
    expect(reply()).toMatchObject({ id: 'q', error: { code: -32601 } });
    // It never saw the call: what it asks is about the other.
    server.wire.decide('unsent');
    await settled();
    server.wire.ask('r', SAMPLING, { about: 'bob' });
    await settled();
    expect(other.asks).toHaveLength(1);
  });

  it('is nobody’s for as long as a call may last', async () => {
    const { server, call, clock } = await busy();
    call(askable('carol')).exchange.cancel('no more');
    await clock.advance(TIMINGS.callTotal);
    const bob = call(askable('bob'));
    await settled();
    server.wire.ask('q', SAMPLING);
    await settled();
    expect(bob.asks).toHaveLength(1);
  });
});

it('a call whose server asked has begun, whatever the server answers', async () => {
  const { server, call } = await busy();
  const [first, second] = [call(), call()];
  await settled();
  server.wire.respond(server.executions[0]!.id, { error: { code: -32601, message: 'no such tool' } });
  await settled();
  expect(first.outcomes).toMatchObject([{ executed: 'no' }]);
  server.wire.ask(1, 'roots/list');
  await settled();
  server.wire.respond(server.executions[1]!.id, { error: { code: -32601, message: 'roots/list' } });
  await settled();
  expect(second.outcomes).toMatchObject([{ executed: 'unknown' }]);
});

describe("on a session's own connection", () => {
  it('a question waits for the first call', async () => {
    const { server, call } = await busy({ ownSession: true });
    server.wire.ask(1, SAMPLING);
    await settled();
    const { asks } = call(askable());
    await settled();
    expect(asks).toHaveLength(1);
  });

  it('and not for ever', async () => {
    const { server, clock, reply, connection } = await busy({ ownSession: true });
    server.wire.ask(1, SAMPLING);
    await settled();
    expect(connection.refused).toBeUndefined();
    await clock.advance(5_000);
    expect(reply()).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  it('nor after the server took it back, or the wire is gone', async () => {
    const { server, clock, call, connection } = await busy({ ownSession: true });
    server.wire.ask(1, SAMPLING);
    server.wire.notify('notifications/cancelled', { requestId: 1 });
    server.wire.ask(2, SAMPLING);
    await settled();
    const before = server.wire;
    server.wire.lose();
    await clock.advance(5_000);
    expect(call(askable()).asks).toEqual([]);
    expect(before.taken.filter(({ error }) => error)).toEqual([]);
    expect(connection.refused).toBeUndefined();
  });
});

describe('what a server logs', () => {
  it('on the stream of a call belongs to the call', async () => {
    const noticed: unknown[] = [];
    const { server, call } = await busy({ onNotice: (...notice) => noticed.push(notice) });
    const { events } = call();
    await settled();
    server.wire.notify('notifications/message', { level: 'info', data: 1 }, server.executions[0]!.id);
    await settled();
    expect(events.map(({ kind }) => kind)).toEqual(['log']);
    expect(noticed).toEqual([]);
  });
});

describe('what a wire is told of a request', () => {
  it('is the revision that was agreed on, once it was', async () => {
    const { server, call } = await busy();
    call();
    await settled();
    const [hello, ...rest] = server.wire.taken.map(({ sent }) => sent.protocolVersion);
    expect(hello).toBeUndefined();
    expect(new Set(rest)).toEqual(new Set(['2025-11-25']));
  });

  it('is when it is over, whatever way', async () => {
    const { server, call } = await busy();
    const [first, second] = [call(), call()];
    await settled();
    const signals = server.executions.map(({ sent }) => sent.signal!);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    server.wire.respond(server.executions[0]!.id, { result: {} });
    second.exchange.cancel('no more');
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    // Also for a wire that asks only then.
    expect(server.executions[0]!.sent.signal!.aborted).toBe(true);
    expect(first.outcomes).toHaveLength(1);
  });
});

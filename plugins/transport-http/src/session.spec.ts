import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { closeServers, event, events, json, plainly, result, serve } from './spec-server.ts';
import { closeWires, openWire } from './spec-wire.ts';

afterEach(async () => {
  await closeWires();
  await closeServers();
});

describe('after the end of the handshake', () => {
  it('nothing is sent until the server has taken it and was asked for its stream', async () => {
    let acknowledge!: () => void;
    let openStream!: () => void;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method === 'notifications/initialized') acknowledge = () => answer.writeHead(202).end();
        else if (asked.method === 'GET') openStream = () => events(answer);
        else return false;
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    const ids = [1, 2, 3];
    const sent = Promise.all(ids.map((id) => it.request('tools/call', id)));
    await server.seen(({ rpc }) => rpc.method === 'notifications/initialized');
    // Whatever is on its way arrives before a request that is made now.
    await fetch(server.url, { method: 'OPTIONS' });
    expect(server.asked.filter(({ rpc }) => rpc.method === 'tools/call')).toEqual([]);
    acknowledge();
    await server.seen(({ method }) => method === 'GET');
    await fetch(server.url, { method: 'OPTIONS' });
    expect(server.asked.filter(({ rpc }) => rpc.method === 'tools/call')).toEqual([]);
    openStream();
    expect(await sent).toEqual(['sent', 'sent', 'sent']);
    await it.until(() => it.texts.length === 4);
    expect(new Set(it.texts.slice(1))).toEqual(new Set(ids.map((id) => result(id))));
  });

  it('a server that answers neither is not waited for without end', async () => {
    const server = await serve(
      plainly((asked) => asked.method === 'GET' || asked.rpc.method === 'notifications/initialized'),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    await it.until(() => it.texts.length === 2);
  });

  it.each([
    [404, {}],
    [405, {}],
    [409, {}],
    [500, {}],
    [200, { 'content-type': 'application/json' }],
    [307, { location: 'http://127.0.0.1:9/' }],
  ])('a GET that is answered %d %j means that there is no stream', async (status, headers) => {
    const server = await serve(
      plainly((asked, answer) => asked.method === 'GET' && !!answer.writeHead(status, headers).end('{}')),
    );
    const it = await openWire(server.url, { scale: 1000 });
    await it.handshake();
    for (let id = 1; id < 20; id += 1) {
      await it.request('ping', id);
      await it.until(() => it.texts.length === id + 1);
    }
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(it.failures).toEqual([]);
  });
});

describe('a request that is taken without an answer', () => {
  /** Answers 202 to calls, and keeps the stream of the session, whose head may be late. */
  async function taking(hasStream: boolean, isLate = false) {
    let stream: ServerResponse | undefined;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.method === 'GET' && hasStream) {
          if (isLate) stream = answer.writeHead(200, { 'content-type': 'text/event-stream' });
          else stream = events(answer);
        } else if (asked.rpc.method === 'tools/call') answer.writeHead(202).end();
        else return false;
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: isLate ? 1000 : 1 });
    await it.handshake();
    const calls = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, n) => server.seen(({ rpc }) => rpc.id === n + 1)));
    return { it, calls, stream: () => stream! };
  }

  it.each([false, true])('has its answer from the stream of the session (late: %s)', async (isLate) => {
    const { it, calls, stream } = await taking(true, isLate);
    await Promise.all([it.request('tools/call', 1), it.request('tools/call', 2)]);
    await calls(2);
    stream().write(event(result(2)) + event(result(1)));
    await it.until(() => it.texts.length === 3);
    expect(it.texts.slice(1)).toEqual([result(2), result(1)]);
    expect(it.failures).toEqual([]);
  });

  it('fails when that stream ends, or where there is none', async () => {
    const { it, stream } = await taking(true);
    await it.request('tools/call', 1);
    for (let id = 2; it.wire.counters.accepted === 0; id += 1) {
      await it.request('ping', id);
      await it.until(() => it.texts.at(-1) === result(id));
    }
    stream().end();
    await it.until(() => it.failures.length === 1);
    const cause = "the session's stream ended without the answer";
    expect(it.failures).toEqual([{ relatesTo: 1, sent: 'sent', cause }]);

    const { it: other } = await taking(false);
    await other.request('tools/call', 1);
    await other.until(() => other.failures.length === 1);
    expect(other.failures).toMatchObject([{ relatesTo: 1, sent: 'sent', status: 202 }]);
  });
});

describe('the stream of a session', () => {
  it('brings messages that belong to no request, and is asked for again from its last event on', async () => {
    const gets: (string | undefined)[] = [];
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.method !== 'GET') return false;
        const lastId = asked.headers['last-event-id'];
        gets.push(typeof lastId === 'string' ? lastId : undefined);
        events(answer).write(`${event('{"n":1}', `e${gets.length}`)}data: {"half":`);
        if (gets.length === 1) answer.end();
        if (gets.length === 2) answer.on('error', () => {}).socket?.resetAndDestroy();
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.until(() => it.texts.filter((text) => text === '{"n":1}').length >= 2 && gets.length === 3);
    expect(gets).toEqual([undefined, 'e1', gets[2]]);
    expect(gets[2]).toMatch(/^e[12]$/);
    expect(it.received.slice(1).every((one) => 'bytes' in one && !('relatesTo' in one))).toBe(true);
    expect(it.wire.counters.reconnected).toBe(2);
  });

  it.each([
    [404, 2],
    [400, 3],
  ])('that was there and is then answered %d says that the session is forgotten', async (status, gets) => {
    let count = 0;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.method !== 'GET') return false;
        count += 1;
        if (count === 1) events(answer).end(event('{}', 'e1'));
        else answer.writeHead(status).end();
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    expect(await it.wire.closed).toEqual({ cause: 'forgot the session', httpStatus: 404, forgotten: true });
    await it.wire.close();
    expect(count).toBe(gets);
    expect(server.asked.map(({ method }) => method)).not.toContain('DELETE');
  });
});

describe('a session that the server forgot', () => {
  it('ends each request under way as refused, and then the wire', async () => {
    const waiting: ServerResponse[] = [];
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method !== 'tools/call') return false;
        waiting.push(answer);
        // One is answered all the same: it came before the rest.
        if (waiting.length === 100)
          for (const [index, one] of waiting.entries())
            if (index === 50) json(one, result(51));
            else json(one, '{"jsonrpc":"2.0","error":{"code":-32001,"message":"no session"},"id":null}', 404);
        return true;
      }),
    );
    // So slow that only the end of the last request can be what ends the wire.
    const it = await openWire(server.url, { scale: 0.01 });
    await it.handshake();
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    const sent = await Promise.all(ids.map((id) => it.request('tools/call', id)));
    expect(new Set(sent)).toEqual(new Set(['sent']));
    await it.until(() => it.failures.length > 0);
    expect(await it.request('tools/call', 200)).toBe('unsent');
    expect(await it.wire.closed).toEqual({ cause: 'forgot the session', httpStatus: 404, forgotten: true });
    expect(it.failures).toHaveLength(99);
    for (const failed of it.failures) expect(failed).toMatchObject({ sent: 'unsent', status: 404 });
    expect(new Set(it.failures.map(({ relatesTo }) => relatesTo)).size).toBe(99);
    expect(it.texts).toEqual([result(0), result(51)]);
    await it.wire.close();
    expect(server.asked.map(({ method }) => method)).not.toContain('DELETE');
  });

  it.each([
    ['a result', result(1)],
    ['an error', '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such tool"}}'],
  ])('is not what %s with status 404 says: the request was carried out', async (_what, answerOf) => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.id !== 1) return false;
        json(answer, answerOf, 404);
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    await it.until((all) => all.length === 2);
    expect(it.received[1]).toEqual({ bytes: Buffer.from(answerOf), relatesTo: 1 });
    // The wire lives.
    expect(await it.request('ping', 2)).toBe('sent');
    await it.until(() => it.texts.at(-1) === result(2));
    expect(it.failures).toEqual([]);
  });

  it.each([
    ['of another request', result(7)],
    ['without a message', '{"id":1}'],
    ['that is no JSON', '<html>'],
  ])('is told by an answer %s', async (_what, body) => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.id !== 1) return false;
        json(answer, body, 404);
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    expect(await it.wire.closed).toMatchObject({ forgotten: true });
    expect(it.failures).toEqual([{ relatesTo: 1, sent: 'unsent', status: 404 }]);
  });

  it.each([
    ['is too large', result(1, 'x'.repeat(70_000))],
    ['does not end', undefined],
  ])(
    'is in doubt where an answer with 404 %s: the request may have been carried out',
    async (_what, body) => {
      const server = await serve(
        plainly((asked, answer) => {
          if (asked.rpc.id !== 1) return false;
          if (body !== undefined) json(answer, body, 404);
          else answer.writeHead(404, { 'content-type': 'application/json' }).write('{');
          return true;
        }),
      );
      const it = await openWire(server.url);
      await it.handshake();
      await it.request('tools/call', 1);
      await it.until(() => it.failures.length === 1);
      expect(it.failures).toEqual([
        { relatesTo: 1, sent: 'sent', cause: 'its answer with status 404 could not be read whole' },
      ]);
      // The next message finds out whether the session is gone; this one is not sent again.
      expect(await it.request('ping', 2)).toBe('sent');
      await it.until(() => it.texts.at(-1) === result(2));
    },
  );

  it('does not wait for a request that is never answered', async () => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.id === 1) return true;
        return asked.rpc.id === 2 && !!answer.writeHead(404).end();
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    await it.request('tools/call', 2);
    expect(await it.wire.closed).toMatchObject({ forgotten: true });
    expect(it.failures).toEqual([{ relatesTo: 2, sent: 'unsent', status: 404 }]);
  });

  it('is nothing that a server without sessions can do', async () => {
    const server = await serve((_asked, answer) => void answer.writeHead(404).end());
    const it = await openWire(server.url);
    await it.request('initialize', 0);
    await it.until(() => it.failures.length === 1);
    expect(it.failures).toEqual([{ relatesTo: 0, sent: 'sent', status: 404 }]);
    expect(await it.request('ping', 1)).toBe('sent');
  });
});

describe('a session id', () => {
  it.each(['a b', 'a\u00e4', 'x'.repeat(5000), '\t'])('that is not legal ends the wire', async (id) => {
    const server = await serve((asked, answer) => {
      answer.setHeader('mcp-session-id', id);
      json(answer, result(asked.rpc.id ?? 0));
    });
    const it = await openWire(server.url);
    await it.request('initialize', 0);
    expect(await it.wire.closed).toEqual({
      cause: 'gave a session id that is not made of visible ASCII characters',
    });
    expect(it.failures).toMatchObject([{ relatesTo: 0, sent: 'sent' }]);
    expect(it.texts).toEqual([]);
  });

  it('counts only with the answer to initialize', async () => {
    const server = await serve((asked, answer) => {
      if (asked.rpc.method !== 'initialize') answer.setHeader('mcp-session-id', 'another');
      json(answer, result(asked.rpc.id ?? 0));
    });
    const it = await openWire(server.url);
    for (const id of [0, 1, 2]) {
      await it.request(id === 0 ? 'initialize' : 'ping', id);
      await it.until(() => it.texts.length === id + 1);
    }
    expect(server.asked.map(({ headers }) => headers['mcp-session-id'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

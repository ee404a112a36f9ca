import { afterEach, describe, expect, it } from '@jest/globals';
import { closeServers, event, events, json, plainly, result, serve } from './spec-server.ts';
import { closeWires, openWire } from './spec-wire.ts';

afterEach(async () => {
  await closeWires();
  await closeServers();
});

describe('a message', () => {
  it('is one POST with its bytes, the headers of the session and those of the target', async () => {
    const server = await serve(plainly());
    const it = await openWire(`${server.url}?key=1`, { headers: { Authorization: 'Bearer t' }, scale: 1 });
    await it.handshake();
    expect(await it.request('tools/list', 1, { protocolVersion: '2025-06-18' })).toBe('sent');
    await it.until(() => it.texts.length === 2);
    const [hello, , , list] = server.asked;
    expect(hello).toMatchObject({
      method: 'POST',
      path: '/mcp?key=1',
      body: '{"jsonrpc":"2.0","method":"initialize","id":0}',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'content-length': '46',
        authorization: 'Bearer t',
        'user-agent': 'switchyard',
      },
    });
    expect(hello?.headers).not.toHaveProperty('mcp-session-id');
    expect(hello?.headers).not.toHaveProperty('mcp-protocol-version');
    expect(list?.headers).toMatchObject({
      'mcp-session-id': 'a-session',
      'mcp-protocol-version': '2025-06-18',
    });
    expect(it.received.at(-1)).toEqual({ bytes: Buffer.from(result(1)), relatesTo: 1 });
    expect(it.failures).toEqual([]);
    expect(it.wire.info).toEqual({ target: new URL(server.url).origin });
  });

  it('of any kind is taken with any 2xx', async () => {
    const server = await serve((asked, answer) => {
      if (asked.body.includes('b')) json(answer, '{"ignored":true}');
      else answer.writeHead(204).end();
    });
    const it = await openWire(server.url);
    const send = (text: string, kind: 'response' | 'notification') =>
      it.wire.send({ segments: [Buffer.from(text)], kind });
    expect(await Promise.all([send('"a"', 'notification'), send('"b"', 'response')])).toEqual([
      'sent',
      'sent',
    ]);
    await server.seen(({ body }) => body === '"b"');
    await it.wire.close();
    expect([it.received, it.wire.counters.undelivered]).toEqual([[], 0]);
  });

  it('has its answer from a stream of events, with what comes before it', async () => {
    const server = await serve((asked, answer) => {
      events(answer).write(event('', 'e1') + event('{"jsonrpc":"2.0","method":"a"}'));
      answer.end(event(result(asked.rpc.id!)));
    });
    const it = await openWire(server.url);
    await it.request('tools/call', 5);
    await it.until(() => it.texts.length === 2);
    expect(it.received).toEqual([
      { bytes: Buffer.from('{"jsonrpc":"2.0","method":"a"}'), relatesTo: 5 },
      { bytes: Buffer.from(result(5)), relatesTo: 5 },
    ]);
  });

  it('has its answer however slowly the bytes come', async () => {
    const server = await serve((asked, answer) => {
      const isStream = asked.rpc.id === 2;
      const text = isStream ? `: hi\r\r${event(result(2)).replaceAll('\n', '\r')}` : result(1);
      answer.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
      const bytes = [...Buffer.from(text)];
      const next = (): void => {
        const byte = bytes.shift();
        if (byte === undefined) answer.end();
        else answer.write(Buffer.of(byte), () => setImmediate(next));
      };
      next();
    });
    const it = await openWire(server.url);
    await Promise.all([it.request('tools/call', 1), it.request('tools/call', 2)]);
    await it.until(() => it.texts.length === 2);
    expect([...it.texts].sort()).toEqual([result(1), result(2)]);
  });

  it('goes out beside others, each on a socket of its own that is used again', async () => {
    const answers: (() => void)[] = [];
    const server = await serve((asked, answer) => {
      answers.push(() => json(answer, result(asked.rpc.id!)));
      if (answers.length === 40) for (const now of answers.splice(0)) now();
    });
    const it = await openWire(server.url);
    for (let round = 0; round < 3; round += 1) {
      for (let id = 0; id < 40; id += 1) void it.request('tools/call', round * 40 + id);
      await it.until(() => it.texts.length === (round + 1) * 40);
    }
    expect(new Set(it.received.map((one) => 'bytes' in one && one.relatesTo)).size).toBe(120);
    expect(server.sockets).toBe(40);
  });

  it('beyond the limit of requests under way is refused, unsent, and counted', async () => {
    const server = await serve(() => {});
    const it = await openWire(server.url, { maxSockets: 8 });
    const sent = await Promise.all(Array.from({ length: 10 }, (_, id) => it.request('tools/call', id)));
    expect(sent.filter((one) => one === 'unsent')).toHaveLength(2);
    expect(it.wire.counters.refused).toBe(2);
  });

  it('that is no request is sent beside however many: they may wait for it', async () => {
    const server = await serve(plainly((asked) => asked.rpc.method === 'tools/call'));
    const it = await openWire(server.url, { maxSockets: 8 });
    await Promise.all(Array.from({ length: 8 }, (_, id) => it.request('tools/call', id)));
    const answer = { segments: [Buffer.from('"elicited"')], kind: 'response' } as const;
    expect(await Promise.all([it.wire.send(answer), it.notify('notifications/cancelled')])).toEqual([
      'sent',
      'sent',
    ]);
    await server.seen(({ body }) => body === '"elicited"');
    expect(it.wire.counters.refused).toBe(0);
  });
});

describe('a signal', () => {
  it('that is aborted before anything went out leaves it unsent', async () => {
    const server = await serve(plainly());
    const it = await openWire(server.url);
    const sent = it.request('tools/call', 1);
    it.withdraw(1);
    expect(await sent).toBe('unsent');
    expect(await it.wire.send({ segments: [], kind: 'request', id: 2, signal: AbortSignal.abort() })).toBe(
      'unsent',
    );
    await it.handshake();
    expect(server.asked.map(({ rpc }) => rpc.method)).not.toContain('tools/call');
  });

  it('ends what is read of a stream, which is cut when it does not end', async () => {
    let closed!: () => void;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const server = await serve((asked, answer) => {
      answer.on('close', closed);
      events(answer).write(event('{"n":1}', '1'));
    });
    const it = await openWire(server.url);
    await it.request('tools/call', 1);
    await it.until(() => it.texts.length === 1);
    it.withdraw(1);
    await isClosed;
    expect([it.failures, it.wire.counters.cut]).toEqual([[], 1]);
    expect(server.asked).toHaveLength(1);
  });

  it('does not let an endless answer be read on', async () => {
    const server = await serve((asked, answer) => {
      events(answer).write(event(result(asked.rpc.id!)));
      const more = () => void (answer.destroyed || answer.write(`: ${'x'.repeat(10_000)}\n`, more));
      more();
    });
    const it = await openWire(server.url, { scale: 0.01 });
    await it.request('tools/call', 1);
    await it.until(() => it.texts.length === 1);
    while (it.wire.sockets.open > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(it.wire.counters).toMatchObject({ cut: 1 });
    expect(it.wire.counters.discardedBytes).toBeLessThan(1_000_000);
  });

  it('keeps a socket whose stream ends after its answer', async () => {
    const server = await serve((asked, answer) => {
      events(answer).write(event(result(asked.rpc.id!)));
      setImmediate(() => answer.end(': bye\n\n'));
    });
    const it = await openWire(server.url, { scale: 1 });
    for (let id = 1; id <= 5; id += 1) {
      await it.request('tools/call', id);
      await it.until(() => it.texts.length === id);
      // A socket is free when its stream has ended; only then the next one shows that it is used again.
      while (it.wire.sockets.idle === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect([server.sockets, it.failures, it.wire.counters.cut]).toEqual([1, [], 0]);
  });
});

describe('the end', () => {
  it('ends the session, all streams and all sockets', async () => {
    const gone = new Set<string>();
    let allGone!: () => void;
    const streamsGone = new Promise<void>((resolve) => (allGone = resolve));
    const server = await serve((asked, answer) => {
      answer.on('close', () => {
        gone.add(asked.rpc.method ?? asked.method);
        if (gone.has('GET') && gone.has('tools/call')) allGone();
      });
      if (asked.method === 'GET') events(answer).write(': here\n\n');
      else if (asked.method === 'DELETE') answer.writeHead(405).end();
      else if (asked.rpc.method !== 'tools/call') plainly()(asked, answer);
    });
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    await it.request('tools/call', 7);
    await server.seen(({ rpc }) => rpc.id === 7);
    const closing = it.wire.close();
    expect(it.wire.close()).toBe(closing);
    await closing;
    expect(await it.wire.closed).toEqual({ cause: 'was stopped' });
    expect(server.asked.at(-1)).toMatchObject({
      method: 'DELETE',
      headers: { 'mcp-session-id': 'a-session' },
    });
    expect(await it.request('ping', 8)).toBe('unsent');
    expect(it.failures).toEqual([]);
    expect(it.wire.sockets.open).toBe(0);
    await streamsGone;
  });

  it('does not wait long for a server that does not answer it', async () => {
    const server = await serve(
      (asked, answer) => void (asked.method === 'DELETE' || plainly()(asked, answer)),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    await it.wire.close();
    expect(server.asked.at(-1)?.method).toBe('DELETE');
  });

  it('sends nothing where there is no session', async () => {
    const server = await serve((asked, answer) => json(answer, result(asked.rpc.id ?? 0)));
    const it = await openWire(server.url);
    await it.request('initialize', 0);
    await it.until(() => it.texts.length === 1);
    await it.wire.close();
    expect(server.asked).toHaveLength(1);
  });

  it('while it opens is told by open', async () => {
    const it = await openWire('http://127.0.0.1:9/');
    const opening = it.wire.open(() => {});
    void it.wire.close();
    await expect(opening).rejects.toMatchObject({ code: 'UPSTREAM_EXITED' });
    await expect(it.wire.close()).resolves.toBeUndefined();
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { closeServers, event, events, json, plainly, result, serve } from './spec-server.ts';
import { closeWires, openWire } from './spec-wire.ts';

afterEach(async () => {
  await closeWires();
  await closeServers();
});

describe('a stream that ends without the answer', () => {
  it.each(['closed', 'reset', 'cut in an event'])('and has no event ids (%s) fails at once', async (how) => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method !== 'tools/call') return false;
        events(answer).write(event('{"n":1}') + (how === 'closed' ? '' : 'data: {"id":1'));
        if (how === 'reset') setImmediate(() => answer.socket?.resetAndDestroy());
        else answer.end();
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    expect(await it.request('tools/call', 1)).toBe('sent');
    await it.until(() => it.failures.length === 1);
    expect(it.failures[0]).toMatchObject({ relatesTo: 1, sent: 'sent' });
    expect(it.failures[0]?.cause).toMatch(
      /^the stream ended without an answer(: the connection was (reset|closed))?$/,
    );
    // The wire lives.
    await it.request('ping', 2);
    await it.until(() => it.texts.at(-1) === result(2));
    expect(
      server.asked.filter(({ method, rpc }) => method === 'POST' && rpc.method === 'tools/call'),
    ).toHaveLength(1);
  });

  it('goes on from its last event, as often as the server cuts it', async () => {
    const resumed: unknown[] = [];
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.method === 'GET') {
          if (asked.headers['last-event-id'] === undefined) return false;
          resumed.push(asked.headers['last-event-id']);
          if (resumed.length === 1) return !!answer.writeHead(503).end();
          if (resumed.length === 2) return !!answer.socket?.resetAndDestroy();
          events(answer);
          if (resumed.length === 3) answer.end(event('{"n":2}', 'e2'));
          else answer.end(event(result(1), 'e3'));
          return true;
        }
        if (asked.rpc.method !== 'tools/call') return false;
        events(answer).end(`retry: 200\n\n${event('{"n":1}', 'e1')}data: {"half":`);
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    await it.until(() => it.texts.length === 4);
    expect(it.texts.slice(1)).toEqual(['{"n":1}', '{"n":2}', result(1)]);
    expect(it.received.slice(1).every((one) => 'bytes' in one && one.relatesTo === 1)).toBe(true);
    expect(resumed).toEqual(['e1', 'e1', 'e1', 'e2']);
    expect([it.failures, it.wire.counters.resumed]).toEqual([[], 4]);
  });

  it('fails when it cannot go on', async () => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method !== 'tools/call') return false;
        events(answer).end(event('{"n":1}', 'e1'));
        return true;
      }),
    );
    const it = await openWire(server.url);
    await it.handshake();
    await it.request('tools/call', 1);
    await it.until(() => it.failures.length === 1);
    expect(it.failures).toEqual([
      {
        relatesTo: 1,
        sent: 'sent',
        cause: 'the stream ended without an answer and could not be resumed: status 405',
      },
    ]);
  });

  it('is not asked for again where nobody could say that the request is over', async () => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method !== 'tools/call') return false;
        events(answer).end(event(result(asked.rpc.id!), 'e1'));
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: 1000 });
    await it.handshake();
    await it.wire.send({ segments: [Buffer.from('{"method":"tools/call","id":1}')], kind: 'request', id: 1 });
    await it.until(() => it.failures.length === 1);
    expect(it.failures[0]).toMatchObject({ cause: 'the stream ended without an answer' });
  });

  it('is not asked for again once the request is over', async () => {
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.method !== 'tools/call') return false;
        events(answer).end(event(result(asked.rpc.id!), 'e1'));
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: 1000 });
    await it.handshake();
    for (let id = 1; id < 10; id += 1) {
      await it.request('tools/call', id);
      await it.until(() => it.texts.length === id + 1);
    }
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(it.failures).toEqual([]);
  });
});

describe('an answer', () => {
  it.each([
    ['without a body', '', 'application/json', 'the answer is empty'],
    ['of another kind', '<html>', 'text/html', 'the answer is text/html, neither JSON nor an event stream'],
    [
      'of something else',
      '{"jsonrpc":"2.0","method":"x"}',
      'application/json',
      'the answer does not answer the request',
    ],
  ])('%s fails', async (_what, body, type, cause) => {
    const server = await serve(
      (_asked, answer) => void answer.writeHead(200, { 'content-type': type }).end(body),
    );
    const it = await openWire(server.url);
    await it.request('tools/call', 1);
    await it.until(() => it.failures.length === 1);
    expect(it.failures[0]).toMatchObject({ relatesTo: 1, sent: 'sent', cause });
  });

  it('that refuses is told with what else the server says, its body first', async () => {
    const error = '{"jsonrpc":"2.0","id":3,"error":{"code":-32000,"message":"no"}}';
    const server = await serve((asked, answer) => {
      answer.setHeader('retry-after', '2').setHeader('www-authenticate', 'Bearer realm="x"');
      if (asked.rpc.id === 1) answer.writeHead(401).end('<html>');
      else json(answer, asked.rpc.id === 2 ? '{"id":null}' : error, 429);
    });
    const it = await openWire(server.url);
    const more = { retryAfterMs: 2000, challenge: 'Bearer realm="x"' };
    await it.request('tools/call', 1);
    await it.until(() => it.failures.length === 1);
    await it.request('tools/call', 2);
    await it.until(() => it.failures.length === 2);
    await it.request('tools/call', 3);
    await it.until(() => it.texts.length === 2);
    expect(it.received).toEqual([
      { failed: { relatesTo: 1, sent: 'sent', status: 401, ...more } },
      { bytes: Buffer.from('{"id":null}'), relatesTo: 2 },
      { failed: { relatesTo: 2, sent: 'sent', status: 429, ...more } },
      { bytes: Buffer.from(error), relatesTo: 3 },
    ]);
  });

  it('that redirects is not followed', async () => {
    const other = await serve(plainly());
    const server = await serve(
      (_asked, answer) => void answer.writeHead(307, { location: `${other.url}?secret` }).end(),
    );
    const it = await openWire(server.url, { headers: { Authorization: 'Bearer t' } });
    await it.request('initialize', 1);
    await it.until(() => it.failures.length === 1);
    const { origin } = new URL(other.url);
    expect(it.failures[0]).toMatchObject({
      status: 307,
      cause: `the server redirects to ${origin}, which is not followed: correct "url"`,
    });
    expect(other.asked).toEqual([]);
  });

  it('that is no HTTP fails', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const it = await openWire(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await it.request('initialize', 1);
    await it.until(() => it.failures.length === 1);
    expect(it.failures[0]).toMatchObject({ sent: 'sent' });
    expect(it.failures[0]?.cause).toMatch(/^the answer is not HTTP/);
    await it.wire.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('an old socket that dies under a request', () => {
  const dying = () =>
    serve((asked, answer) => {
      if (asked.nth === 1) asked.request.socket.resetAndDestroy();
      else json(answer, result(asked.rpc.id!));
    });

  it('costs a tool call, which may have been carried out', async () => {
    const server = await dying();
    const it = await openWire(server.url);
    await it.request('ping', 1);
    await it.until(() => it.texts.length === 1);
    expect(await it.request('tools/call', 2)).toBe('sent');
    await it.until(() => it.failures.length === 1);
    expect(it.failures[0]).toMatchObject({ relatesTo: 2, sent: 'sent' });
    expect(server.asked.filter(({ rpc }) => rpc.method === 'tools/call')).toHaveLength(1);
  });

  it.each(['tools/list', 'resources/read', 'prompts/get', 'ping', 'completion/complete'])(
    'is not noticed with %s, which is sent again',
    async (method) => {
      const server = await dying();
      const it = await openWire(server.url);
      await it.request('ping', 1);
      await it.until(() => it.texts.length === 1);
      await it.request(method, 2);
      await it.until(() => it.texts.length === 2);
      expect([it.failures, it.wire.counters.resent]).toEqual([[], 1]);
    },
  );

  it('is not met again by what is sent again', async () => {
    const server = await dying();
    const it = await openWire(server.url);
    await Promise.all([it.request('ping', 1), it.request('ping', 2)]);
    await it.until(() => it.texts.length === 2);
    expect(it.wire.sockets.idle).toBe(2);
    await it.request('tools/list', 3);
    await it.until(() => it.texts.length === 3);
    expect([it.failures, server.sockets]).toEqual([[], 3]);
  });

  it('is tried once more only', async () => {
    const server = await serve((asked, answer) => {
      if (asked.rpc.id === 2) asked.request.socket.resetAndDestroy();
      else json(answer, result(asked.rpc.id!));
    });
    const it = await openWire(server.url);
    await it.request('ping', 1);
    await it.until(() => it.texts.length === 1);
    await it.request('tools/list', 2);
    await it.until(() => it.failures.length === 1);
    expect(server.asked.filter(({ rpc }) => rpc.id === 2)).toHaveLength(2);
  });

  it('is nothing to a new socket: it was no question of age', async () => {
    const server = await serve((asked) => void asked.request.socket.resetAndDestroy());
    const it = await openWire(server.url);
    await it.request('tools/list', 1);
    await it.until(() => it.failures.length === 1);
    expect([server.asked.length, it.failures[0]?.sent]).toEqual([1, 'sent']);
  });
});

describe('a server that cannot be reached', () => {
  it('takes nothing, and the wire says why', async () => {
    const server = await serve(plainly());
    await server.close();
    const it = await openWire(`${server.url}?key=secret`, { headers: { Authorization: 'Bearer secret' } });
    expect(await it.request('initialize', 0)).toBe('unsent');
    expect(await it.wire.closed).toEqual({
      cause: `cannot be reached at ${new URL(server.url).origin}: connection refused`,
    });
    expect(it.failures).toEqual([]);
  });

  it('is named with its fault where TLS is spoken to a server that has none', async () => {
    const server = await serve(plainly());
    const it = await openWire(server.url.replace('http:', 'https:'));
    expect(await it.request('initialize', 0)).toBe('unsent');
    expect((await it.wire.closed).cause).toMatch(/: TLS failed \(\w+\)$/);
  });

  it('may still answer what is under way', async () => {
    let now!: () => void;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.id === 1) now = () => json(answer, result(1));
        return asked.rpc.id === 1;
      }),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    await it.request('tools/call', 1);
    await server.seen(({ rpc }) => rpc.id === 1);
    it.wire.unreachable('connection refused');
    expect(await it.request('tools/call', 2)).toBe('unsent');
    now();
    expect((await it.wire.closed).cause).toContain('connection refused');
    expect(it.texts.at(-1)).toBe(result(1));
  });
});

describe('a message that finds no connection', () => {
  it('is unsent, and the wire lives while calls are under way', async () => {
    let now!: () => void;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.rpc.id === 1) now = () => json(answer, result(1));
        return asked.rpc.id === 1;
      }),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    await it.request('tools/call', 1);
    await server.seen(({ rpc }) => rpc.id === 1);
    server.refuse();
    while (it.wire.sockets.idle > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await it.request('tools/call', 2)).toBe('unsent');
    now();
    await it.until(() => it.texts.includes(result(1)));
    expect(it.failures.map(({ relatesTo }) => relatesTo)).not.toContain(2);
    expect(it.wire.counters.unconnected).toBe(1);
    // Nothing lives on it any more.
    await server.close();
    while (it.wire.sockets.idle > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await it.request('tools/call', 3)).toBe('unsent');
    expect((await it.wire.closed).cause).toContain('connection refused');
  });

  it('is unsent, and the wire lives while the stream of the session is open', async () => {
    let say!: (text: string) => void;
    const server = await serve(
      plainly((asked, answer) => {
        if (asked.method !== 'GET') return asked.rpc.method === 'tools/call';
        const stream = events(answer);
        say = (text) => void stream.write(event(text));
        return true;
      }),
    );
    const it = await openWire(server.url, { scale: 1 });
    await it.handshake();
    // The first request waits until the stream is open.
    await it.request('ping', 1);
    await it.until(() => it.texts.length === 2);
    server.refuse();
    while (it.wire.sockets.idle > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await it.request('tools/call', 2)).toBe('unsent');
    say('{"n":1}');
    await it.until(() => it.texts.at(-1) === '{"n":1}');
    expect(it.wire.counters.unconnected).toBe(1);
  });
});

describe('an answer over the limit', () => {
  const limit = { maxMessageBytes: 100_000 };

  it('is not read to its end, and both ends of what was are told', async () => {
    let written = 0;
    const server = await serve((asked, answer) => {
      answer
        .writeHead(200, { 'content-type': 'application/json' })
        .write('{"jsonrpc":"2.0","id":1,"result":{"a":"');
      const more = () => {
        if (answer.destroyed || written > 500_000_000) return;
        written += 65_536;
        answer.write(Buffer.alloc(65_536, 'x'), more);
      };
      more();
    });
    const it = await openWire(server.url, limit);
    await it.request('tools/call', 1);
    await it.until(() => it.failures.length === 1);
    const [over, failed] = it.received;
    if (!over || !('oversize' in over)) throw new Error('nothing is over the limit');
    expect(over).toMatchObject({ relatesTo: 1 });
    expect(Buffer.from(over.oversize.head).toString()).toMatch(/^\{"jsonrpc":"2.0","id":1,/);
    expect([over.oversize.head.length, over.oversize.tail.length]).toEqual([4096, 4096]);
    expect(over.oversize.length).toBeGreaterThan(100_000);
    expect(over.oversize.length).toBeLessThan(1_000_000);
    expect(failed).toEqual({ failed: { relatesTo: 1, sent: 'sent', cause: 'the answer is too large' } });
    expect(written).toBeLessThan(100_000_000);
    await it.request('tools/call', 2);
  });

  it('that refuses is told as refused first: nobody should take the request for carried out', async () => {
    const server = await serve((_asked, answer) => json(answer, result(1, 'x'.repeat(200_000)), 429));
    const it = await openWire(server.url, limit);
    await it.request('tools/call', 1);
    await it.until((all) => all.length === 2);
    expect(it.received).toMatchObject([
      { failed: { relatesTo: 1, sent: 'sent', status: 429 } },
      { oversize: { length: expect.any(Number) }, relatesTo: 1 },
    ]);
  });

  it('in a stream is skipped, and what follows it is not', async () => {
    const server = await serve((asked, answer) => {
      events(answer).write(event(`{"big":"${'x'.repeat(300_000)}"}`));
      answer.end(event(result(asked.rpc.id!)));
    });
    const it = await openWire(server.url, limit);
    await it.request('tools/call', 1);
    await it.until((all) => all.length === 2);
    expect(it.received).toMatchObject([{ oversize: { length: 300_010 } }, { relatesTo: 1 }]);
    expect(it.failures).toEqual([]);
  });

  it('is one of exactly so many bytes not', async () => {
    const whole = (id: number) => result(id, 'x'.repeat(100_000 - result(id, '').length));
    const server = await serve((asked, answer) => {
      if (asked.rpc.id === 1) json(answer, whole(1));
      else events(answer).end(event(whole(asked.rpc.id!)));
    });
    const it = await openWire(server.url, limit);
    await it.request('tools/call', 1);
    await it.request('tools/call', 2);
    await it.until(() => it.texts.length === 2);
    expect(it.texts.map(({ length }) => length)).toEqual([100_000, 100_000]);
  });
});

it('secrets of headers and URLs are nowhere but in requests', async () => {
  const secret = 's3cr3t';
  const server = await serve(
    plainly((asked, answer) => asked.rpc.method === 'tools/call' && !!answer.writeHead(403).end('no')),
  );
  const it = await openWire(`${server.url}/${secret}?key=${secret}`, {
    headers: { Authorization: `Bearer ${secret}` },
  });
  await it.handshake();
  await it.request('tools/call', 1);
  await it.until(() => it.failures.length === 1);
  await server.close();
  await it.request('ping', 2);
  const said = JSON.stringify([it.received, it.logged, it.wire.info, await it.wire.closed, it.wire.counters]);
  expect(said).not.toContain(secret);
  expect(server.asked.every(({ headers }) => headers.authorization === `Bearer ${secret}`)).toBe(true);
});

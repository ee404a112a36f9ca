import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { payloadOf } from '@switchyard/plugin-api';
import {
  hello,
  notification,
  openSession,
  post,
  raw,
  rawPost,
  request,
  startSession,
  told,
} from './spec-client.ts';
import { openGateway, type SpecGateway } from './spec-gateway.ts';

describe('bad input', () => {
  let gateway: SpecGateway;
  let session: Awaited<ReturnType<typeof openSession>>;
  beforeAll(async () => {
    gateway = await openGateway();
    session = await openSession(gateway.url);
  });
  afterAll(async () => {
    await gateway.close();
    expect(gateway.door.unasked).toBe(0);
  });

  describe('non-JSON, empty, truncated body', () => {
    it.each([
      'hello',
      '',
      '{"jsonrpc":"2.0","id":1,"method":"ping"',
      '{"jsonrpc":"2.0","id":7,"method":',
      '\u0000',
      '}',
    ])('%j is 400, -32700 with id null', async (body) => {
      expect(await told(await session.post(body))).toMatchObject({ status: 400, id: null, rpc: -32700 });
    });

    it('invalid UTF-8 is 400, -32700', async () => {
      const body = Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]);
      expect(await told(await session.post(body))).toMatchObject({ status: 400, id: null, rpc: -32700 });
    });
  });

  describe('wrong Content-Type, Accept', () => {
    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data'])(
      'Content-Type %s is 415',
      async (type) => {
        const answer = await session.post(request(1), { 'Content-Type': type });
        expect(await told(answer)).toMatchObject({ status: 415, code: 'SWY-E418' });
      },
    );

    it('no Content-Type is 415', async () => {
      const answer = await fetch(gateway.url, {
        method: 'POST',
        body: Buffer.from(request(1)),
        headers: session.headers,
      });
      expect(answer.status).toBe(415);
    });

    it.each([
      'application/json',
      'text/event-stream',
      'text/html',
      'application/json, text/event-stream;q=0',
    ])('Accept %s is 406 and names both types', async (accept) => {
      const answer = await session.post(request(1), { Accept: accept });
      expect(await told(answer)).toMatchObject({
        status: 406,
        message: expect.stringMatching(/application\/json.*text\/event-stream/),
      });
    });
  });

  it('a batch is 400, -32600', async () => {
    const answer = await told(await session.post(`[${request(1)}]`));
    expect(answer).toMatchObject({ status: 400, rpc: -32600, code: 'SWY-E414' });
    expect((await post(gateway.url, `[${JSON.stringify(hello())}]`)).status).toBe(400);
  });

  describe('body over 4 MiB', () => {
    const big = 'x'.repeat(4 * 1024 * 1024 + 1);
    it('is 413, and the connection closes', async () => {
      const answer = await raw(gateway.url, rawPost(gateway.url, big, session.headers));
      expect(answer).toMatch(/^HTTP\/1.1 413 .*Connection: close.*"code":"SWY-E420"/s);
    });

    it('is 413 in chunks without a length', async () => {
      const head = rawPost(gateway.url, '', { ...session.headers, 'Transfer-Encoding': 'chunked' });
      const chunked = head.replace(/Content-Length: 0\r\n/, '');
      const answer = await raw(gateway.url, chunked, `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    });

    it('is not begun where the length says too much', async () => {
      const answer = await raw(
        gateway.url,
        rawPost(gateway.url, '', { ...session.headers, 'Content-Length': '5000000' }),
      );
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
    });

    it('hidden behind a length that says too little is never a message', async () => {
      const body = notification('notifications/initialized') + request(99);
      const length = String(notification('notifications/initialized').length);
      const answer = await raw(
        gateway.url,
        rawPost(gateway.url, body, { ...session.headers, 'Content-Length': length }),
      );
      expect(answer).toMatch(/HTTP\/1.1 400 [^{]*$/);
    });
  });

  describe('JSON that is deep, wide or twisted', () => {
    it.each([
      [
        '10⁵ levels',
        `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`,
      ],
      ['10⁵ levels at the top', '['.repeat(1e5)],
    ])('%s is 400', async (_, body) => {
      const { status, rpc } = await told(await session.post(body));
      expect(status).toBe(400);
      expect([-32600, -32700]).toContain(rpc);
    });

    it.each([
      ['many keys', `{"jsonrpc":"2.0","id":1,"method":"x","params":{${'"k":0,'.repeat(5e5)}"z":0}}`],
      [
        '__proto__',
        '{"__proto__":{"polluted":1},"jsonrpc":"2.0","id":1,"method":"x","params":{"__proto__":{"polluted":1}}}',
      ],
      ['a lone surrogate', '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"\\ud800"}}'],
      ['1e400', '{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":1e400}}'],
    ])('%s is the server’s business, and changes nothing here', async (_, body) => {
      const answer = session.post(body);
      const arrived = await gateway.door.next();
      expect(arrived.call.method).toBe('x');
      arrived.result({});
      expect((await answer).status).toBe(200);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('repeated keys mean what JSON.parse says they mean', async () => {
      const answer = session.post('{"jsonrpc":"2.0","id":1,"id":2,"method":"a","method":"b","params":{}}');
      const arrived = await gateway.door.next();
      expect(arrived.call.method).toBe('b');
      arrived.result({});
      expect(await (await answer).json()).toMatchObject({ id: 2 });
    });
  });

  describe('ids', () => {
    it.each(['null', '1.5', '{}', '[1]', 'true', `"${'x'.repeat(1_000_000)}"`])(
      '%.20s is 400, -32600',
      async (id) => {
        const answer = await session.post(`{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`);
        expect(await told(answer)).toMatchObject({ status: 400, id: null, rpc: -32600 });
      },
    );

    it('in flight already is 400, -32600; the first call goes on', async () => {
      const first = session.post(request(5));
      const arrived = await gateway.door.next();
      const second = await told(await session.post(request(5)));
      expect(second).toMatchObject({ status: 400, id: 5, rpc: -32600, code: 'SWY-E417' });
      arrived.result({ fine: true });
      expect(await (await first).json()).toEqual({ jsonrpc: '2.0', id: 5, result: { fine: true } });
    });
  });

  it.each(['{}', '"x"', '{"jsonrpc":"1.0","id":1,"method":"x"}', '{"jsonrpc":"2.0","id":1,"method":5}'])(
    '%s is no request: 400, -32600',
    async (body) => {
      expect(await told(await session.post(body))).toMatchObject({
        status: 400,
        rpc: -32600,
        code: 'SWY-E411',
      });
    },
  );

  it('a request before initialize is 400, -32600', async () => {
    expect(await told(await post(gateway.url, request(3)))).toMatchObject({
      status: 400,
      id: 3,
      rpc: -32600,
      code: 'SWY-E416',
    });
    expect((await post(gateway.url, notification('notifications/initialized'))).status).toBe(400);
  });

  it('a request before notifications/initialized is served', async () => {
    const early = await startSession(gateway.url);
    const answer = early.post(request(1));
    (await gateway.door.next()).result({ early: true });
    expect(await (await answer).json()).toMatchObject({ id: 1, result: { early: true } });
  });

  it('parameters that lack what routes the call are -32602, with 200 in a session', async () => {
    const answer = await told(await session.post(request(6, 'tools/call', {})));
    expect(answer).toMatchObject({
      status: 200,
      id: 6,
      rpc: -32602,
      code: 'SWY-E413',
      message: expect.stringContaining('name'),
    });
    expect(await told(await post(gateway.url, request(7, 'initialize', {})))).toMatchObject({
      status: 400,
      id: 7,
      rpc: -32602,
    });
    expect((await session.post(notification('notifications/cancelled'))).status).toBe(400);
  });

  it('a session that is initialized is not initialized again', async () => {
    expect(await told(await session.post(JSON.stringify(hello())))).toMatchObject({
      status: 400,
      id: 0,
      code: 'SWY-E411',
    });
  });

  it.each(['1999-01-01', '2025-11-25, 2025-06-18', ''])('MCP-Protocol-Version %j is 400', async (version) => {
    const answer = await session.post(request(1), { 'MCP-Protocol-Version': version });
    expect(await told(answer)).toMatchObject({ status: 400, code: 'SWY-E423' });
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26'])('MCP-Protocol-Version %s is fine', async (version) => {
    expect((await session.post(request(1, 'ping'), { 'MCP-Protocol-Version': version })).status).toBe(200);
  });

  it.each([
    ['an unknown method', -32601],
    ['an unknown tool', -32602],
  ])('%s is what the pipeline says, with 200', async (_, code) => {
    const answer = session.post(request(1, 'no/such'));
    const error = payloadOf({ code, message: 'no', data: { nearest: ['yes'] } });
    (await gateway.door.next()).emit({
      kind: 'outcome',
      outcome: { kind: 'error', from: 'gateway', executed: 'no', error },
    });
    expect((await answer).status).toBe(200);
    expect(await (await answer).json()).toMatchObject({ id: 1, error: { code, data: { nearest: ['yes'] } } });
  });

  it('a session that is not there is 404, never 200', async () => {
    for (const id of ['nothing', session.id.slice(1), `${session.id},${session.id}`, '__proto__']) {
      const answer = await post(gateway.url, request(4), { 'Mcp-Session-Id': id });
      expect(await told(answer)).toMatchObject({ status: 404, id: 4, code: 'SWY-E415' });
    }
  });

  describe('Host, Origin, request line', () => {
    it.each([
      ['Host evil.com', { Host: 'evil.com' }, 403],
      ['Origin null', { Origin: 'null' }, 403],
      ['Origin evil', { Origin: 'http://evil.example' }, 403],
    ])('%s is %s %i', async (_, headers, status) => {
      const answer = await raw(
        gateway.url,
        rawPost(gateway.url, request(1), { ...session.headers, Connection: 'close', ...headers }),
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    });

    it('an absolute URI is 400', async () => {
      const absolute = rawPost(gateway.url, request(1), session.headers).replace(
        'POST /',
        'POST http://evil.com/',
      );
      expect(await raw(gateway.url, absolute)).toMatch(/^HTTP\/1.1 400 /);
    });

    it('HTTP/1.0 is answered, and its connection closed', async () => {
      const old = rawPost(gateway.url, request(1, 'ping'), session.headers).replace('HTTP/1.1', 'HTTP/1.0');
      expect(await raw(gateway.url, old)).toMatch(/^HTTP\/1.1 200 .*Connection: close.*"result":\{\}/s);
    });

    it('a missing Host is 400', async () => {
      const without = rawPost(gateway.url, request(1), session.headers).replace(/Host: .*\r\n/, '');
      expect(await raw(gateway.url, without)).toMatch(/^HTTP\/1.1 400 /);
    });
  });

  describe('headers', () => {
    it.each([
      ['20 KB', { X: 'y'.repeat(20_000) }, /^HTTP\/1.1 431 /],
      [
        '200 fields',
        Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`X-${i}`, 'y'])),
        /^HTTP\/1.1 431 /,
      ],
      ['a return in a value', { X: 'a\rb' }, /^HTTP\/1.1 400 /],
      ['length and chunks at once', { 'Transfer-Encoding': 'chunked' }, /^HTTP\/1.1 400 /],
    ])('%s', async (_, headers, expected) => {
      expect(
        await raw(gateway.url, rawPost(gateway.url, request(1), { ...session.headers, ...headers })),
      ).toMatch(expected);
    });
  });

  it('other methods are 405 and are told which are served', async () => {
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'HEAD']) {
      const answer = await fetch(gateway.url, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST, GET, DELETE');
    }
  });

  it('an answer to nobody’s question, a cancellation of nothing: 202', async () => {
    expect((await session.post('{"jsonrpc":"2.0","id":"x","result":{}}')).status).toBe(202);
    expect((await session.post(notification('notifications/cancelled', { requestId: 77 }))).status).toBe(202);
    expect((await session.post(notification('notifications/unheard_of'))).status).toBe(202);
  });
});

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { serve } from './harness/gateway.ts';
import { CLIENT_HEADERS, openSession, send } from './harness/raw-session.ts';
import { requestText, type Message } from './harness/rpc.ts';

const LIMIT = 4 * 1024 * 1024;
const LIST = requestText(1, 'tools/list');

interface BadRequest {
  readonly what: string;
  readonly body?: string | Uint8Array;
  readonly method?: string;
  /** Beside or instead of those of a well-behaved client; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly status: number;
  /** Of the JSON-RPC error in the body. */
  readonly code?: number;
}

const BAD_REQUESTS: readonly BadRequest[] = [
  { what: 'no JSON', body: 'hello', status: 400, code: -32700 },
  { what: 'an empty body', body: '', status: 400, code: -32700 },
  { what: 'a truncated message', body: LIST.slice(0, -9), status: 400, code: -32700 },
  { what: 'invalid UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), status: 400, code: -32700 },
  { what: 'a batch', body: `[${LIST}]`, status: 400, code: -32600 },
  { what: 'an empty batch', body: '[]', status: 400, code: -32600 },
  { what: 'no message', body: '{"hello":"world"}', status: 400, code: -32600 },
  {
    what: 'an id that is null',
    body: '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    status: 400,
    code: -32600,
  },
  {
    what: 'an id that is a fraction',
    body: '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    status: 400,
    code: -32600,
  },
  { what: 'JSON nested 100,000 deep', body: `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, status: 400 },
  { what: 'a body over the limit', body: `"${'x'.repeat(LIMIT)}"`, status: 413, code: -32600 },
  { what: 'another content type', body: LIST, headers: { 'content-type': 'text/plain' }, status: 415 },
  {
    what: 'an Accept that takes no stream',
    body: LIST,
    headers: { accept: 'application/json' },
    status: 406,
  },
  { what: 'no session', body: LIST, headers: { 'mcp-session-id': undefined }, status: 400, code: -32600 },
  {
    what: 'a session that is not',
    body: LIST,
    headers: { 'mcp-session-id': 'x'.repeat(22) },
    status: 404,
    code: -32600,
  },
  { what: 'an unknown revision', body: LIST, headers: { 'mcp-protocol-version': '1999-01-01' }, status: 400 },
  { what: 'a foreign Host', body: LIST, headers: { host: 'evil.example' }, status: 403, code: -32600 },
  {
    what: 'a foreign Origin',
    body: LIST,
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: -32600,
  },
  { what: 'the Origin null', body: LIST, headers: { origin: 'null' }, status: 403, code: -32600 },
  { what: 'a method that is not served', method: 'PUT', body: LIST, status: 405 },
  { what: 'headers of 20 KB', body: LIST, headers: { 'x-long': 'x'.repeat(20_000) }, status: 431 },
];

describe('a request that cannot be served', () => {
  it('is answered with its own status and a JSON-RPC error, and the next good one is served', async () => {
    const gateway = await serve({ mcpServers: {} });
    const session = await openSession(gateway.url, 'ada');
    const answered = [];
    for (const { what, method = 'POST', body = '', headers = {}, code } of BAD_REQUESTS) {
      const all = { ...CLIENT_HEADERS, 'mcp-session-id': session.id, ...headers };
      const kept = Object.entries(all).filter(
        (header): header is [string, string] => header[1] !== undefined,
      );
      const answer = await send(gateway.url, { method, headers: Object.fromEntries(kept), body });
      expect(answer.body).not.toMatch(/node:internal|\.js:\d+/);
      const { error } = code === undefined ? {} : (JSON.parse(answer.body) as Message);
      if (code !== undefined) expect(error?.data).toMatchObject({ hint: expect.any(String) });
      answered.push({ what, status: answer.status, ...(error && { code: error.code }) });
      const good = await session.post(requestText(what, 'ping'));
      expect(good.messages).toEqual([JSON.stringify({ jsonrpc: '2.0', id: what, result: {} })]);
    }
    expect(answered).toEqual(
      BAD_REQUESTS.map(({ what, status, code }) => ({ what, status, ...(code !== undefined && { code }) })),
    );
  });

  it('because it lies about its length or its Host is answered on the wire', async () => {
    const gateway = await serve({ mcpServers: {} });
    const { port } = new URL(gateway.url);
    const head = `POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`;
    const host = `Host: 127.0.0.1:${port}\r\n`;
    const close = 'Connection: close\r\n';
    expect(await raw(port, `${head}${close}Content-Length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(port, `${head}${host}${close}Content-Length: ${LIMIT + 1}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 /,
    );
    const smuggled = 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(port, `${head}${host}${smuggled}`)).toMatch(/^HTTP\/1\.1 400 /);
    const absolute = head.replace('/mcp', 'http://evil.example/mcp');
    expect(await raw(port, `${absolute}${host}${close}Content-Length: 2\r\n\r\n{}`)).toMatch(
      /^HTTP\/1\.1 40[03] /,
    );
  });

  it('without a token where tokens are configured, or with that of another audience, is refused', async () => {
    const token = 'correct-horse-battery-staple';
    const gateway = await serve(
      { listen: { http: { tokens: { ada: '${ADA}' } } }, mcpServers: {} },
      { env: { ADA: token } },
    );
    const hello = requestText(1, 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'ada', version: '1' },
    });
    const post = (authorization?: string) =>
      send(gateway.url, {
        headers: { ...CLIENT_HEADERS, ...(authorization !== undefined && { authorization }) },
        body: hello,
      });
    for (const wrong of [undefined, 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
      const answer = await post(wrong);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
    expect((await post(`Bearer ${token}`)).status).toBe(200);
    const statusUrl = String(gateway.log.events[0]?.['status']);
    expect((await send(statusUrl, { method: 'GET' })).status).toBe(401);
    expect(
      (await send(statusUrl, { method: 'GET', headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
    expect(gateway.stderr()).not.toContain(token);
  });
});

/** Writes bytes to the port and reads whatever comes back until the other side closes. */
async function raw(port: string, request: string): Promise<string> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(request);
  return text(socket);
}

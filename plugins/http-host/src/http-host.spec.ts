import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpRoute, SwitchyardError } from '@switchyard/plugin-api';
import type { OwnedHttpHost } from './http-host.ts';
import { ADMIN_TOKEN, hostWith as makeHost, raw } from './spec-parts.ts';

const hosts: OwnedHttpHost[] = [];
const hostWith: typeof makeHost = (...parts) => {
  const host = makeHost(...parts);
  hosts.push(host);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

/** Answers with who asked and how many bytes the body had. */
const echo = (path: string, more: Partial<HttpRoute> = {}): HttpRoute => ({
  path,
  audience: 'client',
  async handle({ principal, query, body, response }) {
    const { length } = await body();
    response.end(JSON.stringify({ principal, length, q: query.get('q') }));
  },
  ...more,
});
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

async function hosting(
  options: Parameters<typeof makeHost>[0] = {},
  more: Parameters<typeof makeHost>[1] = {},
) {
  const host = hostWith(options, more);
  host.mount(echo('/mcp'));
  host.mount(echo('/status', { audience: 'admin' }));
  host.mount(echo('/livez', { audience: 'admin', open: true }));
  return { host, url: await host.listen('client') };
}

describe('listeners', () => {
  it('serve both audiences on one loopback address', async () => {
    const { host, url } = await hosting();
    expect(await host.listen('admin')).toBe(url);
    expect(await host.listen('client')).toBe(url);
    const answer = await fetch(`${url}/mcp?q=1`, { method: 'POST', body: 'hello' });
    expect(await answer.json()).toEqual({ principal: 'local', length: 5, q: '1' });
  });

  it('split as soon as admin routes have an address of their own', async () => {
    const { host, url } = await hosting({ admin: { port: 0 } });
    const adminUrl = await host.listen('admin');
    expect(adminUrl).not.toBe(url);
    expect((await fetch(`${url}/status`, bearer(ADMIN_TOKEN))).status).toBe(404);
    expect((await fetch(`${adminUrl}/mcp`)).status).toBe(404);
    expect(await (await fetch(`${adminUrl}/status`, bearer(ADMIN_TOKEN))).json()).toMatchObject({
      principal: 'admin',
    });
  });

  it('split as soon as others can reach the clients’ one', async () => {
    const { host, url } = await hosting({ host: '0.0.0.0', tokens: { alice: 'a-token' } });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await host.listen('admin')).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await fetch(`${url}/status`, bearer(ADMIN_TOKEN))).status).toBe(404);
    expect((await fetch(`${url}/mcp`, bearer('a-token'))).status).toBe(200);
  });

  it('are refused to everybody who could reach them without a token', async () => {
    await expect(hostWith({ host: '0.0.0.0' }).listen('client')).rejects.toMatchObject({
      code: 'LISTEN_UNPROTECTED',
    });
  });

  it('suggest a free port when theirs is taken, and take it once it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const host = hostWith({ port });
    const error = await host.listen('client').catch((thrown: unknown) => thrown as SwitchyardError);
    expect(error).toMatchObject({ code: 'PORT_IN_USE', details: { host: '127.0.0.1', port } });
    const by = process.platform === 'linux' ? ` by pid ${process.pid} (` : '';
    expect((error as SwitchyardError).message).toContain(`the port is taken${by}`);
    const free = (error as SwitchyardError).details['free'] as number;
    expect(await hostWith({ port: free }).listen('client')).toBe(`http://127.0.0.1:${free}`);
    other.close();
    await once(other, 'close');
    expect(await host.listen('client')).toBe(`http://127.0.0.1:${port}`);
  });

  it('say why they cannot listen', async () => {
    const nowhere = hostWith({ host: '203.0.113.1', tokens: { alice: 'a-token' } });
    await expect(nowhere.listen('client')).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  it('live side by side on port 0', async () => {
    const urls = await Promise.all([hosting(), hosting(), hosting()]);
    expect(new Set(urls.map(({ url }) => url)).size).toBe(3);
  });
});

describe('routes', () => {
  it('refuse a taken path, and give it back', async () => {
    const { host } = await hosting();
    expect(() => host.mount(echo('/mcp'))).toThrow(expect.objectContaining({ code: 'HTTP_ROUTE_TAKEN' }));
    host.mount(echo('/more'))();
    host.mount(echo('/more'));
  });

  it('that are unknown get a 404 that names those for clients', async () => {
    const { url } = await hosting();
    const answer = await fetch(`${url}/nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { data: { code: 'SWY-E425', paths: ['/mcp'], executed: 'no' } },
    });
  });

  it('that were taken away get 503: whoever comes while they go is to come back later', async () => {
    const { host, url } = await hosting();
    const unmount = host.mount(echo('/going'));
    unmount();
    const gone = await fetch(`${url}/going`);
    expect([gone.status, gone.headers.get('connection')]).toEqual([503, 'close']);
    expect(await gone.json()).toMatchObject({ error: { data: { code: 'SWY-E706', executed: 'no' } } });
    host.mount(echo('/going'));
    expect((await fetch(`${url}/going`)).status).toBe(200);
  });

  it('that throw give a 500 with a correlation id, and the log tells why', async () => {
    const { host, url } = await hosting();
    host.mount(echo('/bad', { handle: () => Promise.reject(new Error('inner secret')) }));
    const answer = await fetch(`${url}/bad`);
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('inner secret');
    const { correlationId } = (JSON.parse(text) as { error: { data: { correlationId: string } } }).error.data;
    expect(host.log.lines.find((line) => line.includes(correlationId))).toContain('inner secret');
    expect(host.counts.failed).toBe(1);
  });

  it('that throw after they began lose their connection, so that nobody takes half an answer for a whole', async () => {
    const { host, url } = await hosting();
    host.mount(
      echo('/half', {
        handle({ response }) {
          response.write('half');
          throw new Error('later');
        },
      }),
    );
    await expect(fetch(`${url}/half`).then((answer) => answer.text())).rejects.toThrow();
  });
});

describe('tokens', () => {
  it('are needed by every client route where there is one', async () => {
    const { url } = await hosting({ tokens: { alice: 'a-token', bob: 'b-token' } });
    const refused = await fetch(`${url}/mcp`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.text()).toContain('SWY-E301');
    expect(await (await fetch(`${url}/mcp`, bearer('b-token'))).json()).toMatchObject({ principal: 'bob' });
    expect((await fetch(`${url}/mcp`, bearer(ADMIN_TOKEN))).status).toBe(401);
  });

  it('of the admin are needed on loopback too, but for open routes', async () => {
    const { url } = await hosting();
    expect((await fetch(`${url}/status`)).status).toBe(401);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${url}/status`, bearer(ADMIN_TOKEN))).json()).toMatchObject({
      principal: 'admin',
    });
  });

  it.each([
    ['Basic', 'Authorization: Basic YTpi\r\n'],
    ['two', 'Authorization: Bearer a-token\r\nAuthorization: Bearer a-token\r\n'],
    ['oversize', `Authorization: Bearer ${'x'.repeat(8000)}\r\n`],
  ])('are not found in %s Authorization', async (_, header) => {
    const { url } = await hosting({ tokens: { alice: 'a-token' } });
    const answer = await raw(
      url,
      `GET /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n${header}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 .*\r\nWWW-Authenticate: Bearer\r\n/s);
  });

  it('are never logged', async () => {
    const { host, url } = await hosting({ tokens: { alice: 'canary-one' } });
    await fetch(`${url}/mcp`, bearer('canary-one'));
    await fetch(`${url}/mcp`, bearer('canary-two'));
    await fetch(`${url}/status`, bearer(ADMIN_TOKEN));
    expect(host.log.lines.length).toBeGreaterThan(1);
    expect(host.log.lines.join()).not.toMatch(/canary|admin-secret/);
  });
});

describe('guards over real sockets', () => {
  it.each([
    ['a foreign Host', 'POST /mcp HTTP/1.1\r\nHost: evil.com', 403],
    ['a foreign Origin', 'POST /mcp HTTP/1.1\r\nHost: HERE\r\nOrigin: http://evil.com', 403],
    ['the Origin null', 'POST /mcp HTTP/1.1\r\nHost: HERE\r\nOrigin: null', 403],
    ['a missing Host', 'POST /mcp HTTP/1.1\r\nX: y', 400],
    ['two Hosts', 'POST /mcp HTTP/1.1\r\nHost: HERE\r\nHost: HERE', 400],
    ['an absolute request line', 'POST http://HERE/mcp HTTP/1.1\r\nHost: HERE', 400],
    ['HTTP/1.0 without Host', 'POST /mcp HTTP/1.0\r\nX: y', 400],
    ['101 header fields', `POST /mcp HTTP/1.1\r\nHost: HERE${'\r\nX: y'.repeat(200)}`, 431],
    ['20 KB of header', `POST /mcp HTTP/1.1\r\nHost: HERE\r\nX: ${'y'.repeat(20_000)}`, 431],
    ['length and chunks at once', 'POST /mcp HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: chunked', 400],
    ['a line break in a header', 'POST /mcp HTTP/1.1\r\nHost: HERE\r\nX: a\rb', 400],
  ])('%s', async (_, head, status) => {
    const { host, url } = await hosting();
    const request = `${head.replaceAll('HERE', new URL(url).host)}\r\nContent-Length: 5\r\n\r\n`;
    // The body never comes: whoever answers did not wait for it.
    expect(await raw(url, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(host.counts.handled).toBe(0);
  });

  it('say in the body what to do', async () => {
    const { url } = await hosting();
    const answer = await fetch(`${url}/mcp`, { headers: { Origin: 'http://evil.example' } });
    expect(await answer.json()).toMatchObject({
      error: { code: -32600, data: { code: 'SWY-E304', hint: expect.stringContaining('allowedOrigins') } },
    });
  });

  it('answer before a body that was asked about (Expect: 100-continue) is sent', async () => {
    const { url } = await hosting({ maxBodyBytes: 10 });
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\nExpect: 100-continue\r\n`;
    expect(await raw(url, `${head}Content-Length: 11\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect(await raw(url, `${head}Content-Length: 5\r\n\r\n`, 'hello')).toMatch(
      /^HTTP\/1.1 100 .*HTTP\/1.1 200 /s,
    );
  });
});

describe('bodies', () => {
  const limit = { maxBodyBytes: 1000 };

  it('of exactly the limit pass', async () => {
    const { url } = await hosting(limit);
    expect(
      await (await fetch(`${url}/mcp`, { method: 'POST', body: 'x'.repeat(1000) })).json(),
    ).toMatchObject({ length: 1000 });
  });

  it('that announce more get 413 before their first byte', async () => {
    const { url } = await hosting(limit);
    const answer = await raw(
      url,
      `POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 1001\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 .*Connection: close.*SWY-E420/s);
  });

  it('that grow over it in chunks get 413, and the whole answer arrives while they are still being sent', async () => {
    const { host, url } = await hosting(limit);
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const answer = await raw(url, head, chunk.repeat(2000));
    expect(answer).toMatch(/^HTTP\/1.1 413 .*}}$/s);
    expect(host.counts).toMatchObject({ failed: 0, refused: 1 });
  });

  it('longer than they said leave nothing behind that is answered as theirs', async () => {
    const { url } = await hosting(limit);
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 5\r\n\r\n`;
    expect(await raw(url, `${head}hello, and more`)).toMatch(/HTTP\/1.1 400 [^{]*$/);
  });

  it('that break off are no failure of the route', async () => {
    const { host, url } = await hosting(limit);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const thrown = new Promise((resolve) => {
      const handle: HttpRoute['handle'] = async ({ body }) => {
        const whole = body();
        socket.destroy();
        resolve(await whole.catch((error: unknown) => error));
        await whole;
      };
      host.mount(echo('/cut', { handle }));
    });
    socket.write(`POST /cut HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 500\r\n\r\nhalf`);
    expect(await thrown).toMatchObject({ code: 'HTTP_BODY_ABORTED' });
    expect(host.counts.failed).toBe(0);
  });
});

describe('bodies being read', () => {
  it('share a budget: beyond it 503, until one of them is whole or breaks off', async () => {
    const { host, url } = await hosting({ maxBodyBytes: 1000, maxBodiesBytes: 1500 });
    const begin = () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(`POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 1000\r\n\r\n`);
      socket.write('x'.repeat(900));
      return socket;
    };
    const holds = async (bytes: number) => {
      while (host.counts.bodyBytes !== bytes) await nextTurn();
    };
    const post = () => fetch(`${url}/mcp`, { method: 'POST', body: 'x'.repeat(700) });
    const first = begin();
    await holds(900);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ error: { data: { code: 'SWY-E430', retryable: true } } });
    expect(host.counts).toMatchObject({ refused: 1, shedBodies: 1, failed: 0, bodyBytes: 900 });
    first.write('x'.repeat(100));
    await once(first, 'data');
    expect((await post()).status).toBe(200);
    await holds(0);
    const second = begin();
    await holds(900);
    expect((await post()).status).toBe(503);
    first.destroy();
    second.destroy();
    await holds(0);
    expect((await post()).status).toBe(200);
  });
});

describe('slow and many clients', () => {
  it('lose their connection when head or body do not come', async () => {
    const limits = { headersTimeoutMs: 50, requestTimeoutMs: 100, checkEveryMs: 20 };
    const { url } = await hosting({}, { limits });
    const head = `POST /mcp HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
    expect(await raw(url, head)).toMatch(/^HTTP\/1.1 408 /);
    expect(await raw(url, `${head}Content-Length: 5\r\n\r\nhe`)).toMatch(/^(HTTP\/1.1 408 .*)?$/s);
  });

  it('keep a response for as long as it lasts', async () => {
    const limits = { headersTimeoutMs: 50, requestTimeoutMs: 60, checkEveryMs: 10, keepAliveTimeoutMs: 50 };
    const { host, url } = await hosting({}, { limits });
    host.mount(
      echo('/long', {
        handle({ response }) {
          response.write('begun ');
          setTimeout(() => response.end('done'), 400);
        },
      }),
    );
    expect(await (await fetch(`${url}/long`)).text()).toBe('begun done');
  });

  it('over the limit are turned away and counted', async () => {
    const { host, url } = await hosting({}, { limits: { maxConnections: 1 } });
    const first = connect(Number(new URL(url).port), '127.0.0.1');
    await once(first, 'connect');
    await expect(fetch(`${url}/mcp`)).rejects.toThrow();
    expect(host.counts).toMatchObject({ open: 1, accepted: 1, shed: 1 });
    first.destroy();
  });
});

describe('close', () => {
  it('lets whoever is being answered have the answer', async () => {
    const { host, url } = await hosting();
    const begun: ServerResponse[] = [];
    host.mount(echo('/slow', { handle: ({ response }) => void begun.push(response) }));
    const agent = new Agent({ keepAlive: true });
    const answer = once(get(`${url}/slow`, { agent }), 'response');
    while (begun.length === 0) await nextTurn();
    const closing = host.close();
    begun[0]!.end('answered');
    const [response] = (await answer) as [IncomingMessage];
    expect(await text(response)).toBe('answered');
    await closing;
    expect(host.counts.open).toBe(0);
    agent.destroy();
  });

  it('answers a connection that was accepted and had not said anything', async () => {
    const { host, url } = await hosting({}, { limits: { settlingMs: 60_000 } });
    const { host: authority, port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    while (host.counts.accepted === 0) await nextTurn();
    const closing = host.close();
    socket.write(`GET /livez HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 .*Connection: close/s);
    await closing;
  });

  it('ends idle and busy connections and stops to accept', async () => {
    const { host, url } = await hosting();
    host.mount(echo('/never', { handle: ({ response }) => void response.write('begun') }));
    const agent = new Agent({ keepAlive: true });
    const [idle] = await once(get(`${url}/mcp`, { agent }), 'response');
    (idle as NodeJS.ReadableStream).resume();
    await once(idle as NodeJS.ReadableStream, 'end');
    const busy = await fetch(`${url}/never`);
    await host.close();
    expect(host.counts.open).toBe(0);
    await expect(busy.text()).rejects.toThrow();
    await expect(fetch(`${url}/mcp`)).rejects.toThrow();
    await expect(host.listen('client')).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    agent.destroy();
  });
});

import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnedHttpHost } from './http-host.ts';
import { ADMIN_TOKEN, hostWith } from './spec-parts.ts';

let folder: string;
let host: OwnedHttpHost | undefined;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-http-'))));
afterEach(async () => {
  await host?.close();
  await rm(folder, { recursive: true });
});

function ask(
  socketPath: string,
  at: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: at, headers }, (response: IncomingMessage) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('a host on a Unix socket', () => {
  it('serves both audiences there and nothing on TCP, guards and admin token included', async () => {
    const socket = path.join(folder, 'admin.sock');
    const mine = (host = hostWith({ socket }));
    for (const [at, audience] of [
      ['/mcp', 'client'],
      ['/status', 'admin'],
    ] as const) {
      mine.mount({ path: at, audience, handle: ({ principal, response }) => void response.end(principal) });
    }
    const url = await mine.listen('client');
    expect(url).toBe(`http+unix://${encodeURIComponent(socket)}`);
    expect(await mine.listen('admin')).toBe(url);
    expect(decodeURIComponent(new URL(`${url}/mcp`).host)).toBe(socket);
    expect((await lstat(socket)).mode & 0o777).toBe(0o600);

    expect(await ask(socket, '/mcp')).toEqual({ status: 200, body: 'local' });
    expect((await ask(socket, '/status')).status).toBe(401);
    expect(await ask(socket, '/status', { authorization: `Bearer ${ADMIN_TOKEN}` })).toEqual({
      status: 200,
      body: 'admin',
    });
    expect((await ask(socket, '/mcp', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(socket, '/mcp', { origin: 'http://localhost:80' })).status).toBe(403);

    await mine.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(mine.listen('client')).rejects.toMatchObject({ code: 'SOCKET_UNUSABLE' });
  });

  it('needs an absolute path', () => {
    expect(() => hostWith({ socket: 'admin.sock' })).toThrow('must be an absolute path');
  });
});

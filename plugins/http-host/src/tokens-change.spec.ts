import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import { hostWith } from './spec-parts.ts';

const hosts: ReturnType<typeof hostWith>[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

const secrets = (tokens: Readonly<Record<string, string>>): Record<string, Secret> =>
  Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, new Secret(token)]));

const ADA = { ada: 'token-of-ada' };
const BOTH = { ...ADA, ben: 'token-of-ben' };

async function open(tokens: Readonly<Record<string, string>>) {
  const host = hostWith({ tokens });
  hosts.push(host);
  host.mount({
    path: '/who',
    audience: 'client',
    handle: ({ response, principal }) => void response.end(principal),
  });
  // A stream that the route never ends.
  host.mount({
    path: '/stream',
    audience: 'client',
    handle: ({ response }) => void response.writeHead(200).write('begun'),
  });
  const url = await host.listen('client');
  const ask = async (token: string) => {
    const answer = await fetch(`${url}/who`, { headers: { authorization: `Bearer ${token}` } });
    return answer.status === 200 ? answer.text() : answer.status;
  };
  return { host, url, ask };
}

/** Resolves when the stream has begun; `closed` when it is cut. */
function stream(
  url: string,
  token: string,
): Promise<{ readonly socket: Socket; readonly closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    socket.once('error', reject);
    socket.write(
      `GET /stream HTTP/1.1\r\nHost: 127.0.0.1:${new URL(url).port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    socket.once('data', () => resolve({ socket, closed }));
  });
}

describe('tokens that change while the host listens', () => {
  it('let in who has one now, and nobody with an old one', async () => {
    const { host, ask } = await open(BOTH);
    expect(await ask('token-of-ben')).toBe('ben');
    host.replaceTokens!(secrets(BOTH), secrets({ ...ADA, ben: 'another-of-ben', cleo: 'token-of-cleo' }));
    expect(await ask('token-of-ada')).toBe('ada');
    expect(await ask('token-of-ben')).toBe(401);
    expect(await ask('another-of-ben')).toBe('ben');
    expect(await ask('token-of-cleo')).toBe('cleo');
  });

  it('end the streams of who has none any more, and of nobody else', async () => {
    const { host, url, ask } = await open(BOTH);
    const ofAda = await stream(url, 'token-of-ada');
    const ofBen = await stream(url, 'token-of-ben');
    host.replaceTokens!(secrets(BOTH), secrets(ADA));
    await ofBen.closed;
    expect(await ask('token-of-ada')).toBe('ada');
    expect(ofAda.socket.destroyed).toBe(false);
    ofAda.socket.destroy();
  });

  it('tell the routes whose are gone, and what those answer then is sent before the connection is closed', async () => {
    const host = hostWith({ tokens: BOTH }, { limits: { partingMs: 600_000 } });
    hosts.push(host);
    const told: string[][] = [];
    const farewell = 'it ended '.repeat(1_000_000);
    let answer = () => {};
    const begun = new Promise<void>((resolve) => {
      host.mount({
        path: '/call',
        audience: 'client',
        handle({ response }) {
          answer = () => void response.end(farewell);
          resolve();
        },
        revoked(principals) {
          told.push([...principals]);
          answer();
          throw new Error('a fault of the route');
        },
      });
    });
    const url = await host.listen('client');
    const call = fetch(`${url}/call`, { headers: { authorization: 'Bearer token-of-ben' } });
    await begun;
    host.replaceTokens!(secrets(BOTH), secrets(ADA));
    expect((await (await call).text()) === farewell).toBe(true);
    expect(told).toEqual([['ben']]);
    expect(host.log.lines.join()).toContain('a route failed to end what has no token any more');
  });

  it('close the connection of a client that does not read, too', async () => {
    const host = hostWith({ tokens: BOTH });
    hosts.push(host);
    host.mount({
      path: '/flood',
      audience: 'client',
      handle: ({ response }) => void response.writeHead(200).write(Buffer.alloc(32 * 1024 * 1024)),
    });
    const url = await host.listen('client');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    socket.write(
      `GET /flood HTTP/1.1\r\nHost: 127.0.0.1:${new URL(url).port}\r\nAuthorization: Bearer token-of-ben\r\n\r\n`,
    );
    await new Promise<void>((resolve) => socket.once('data', () => resolve()));
    socket.pause();
    expect(host.counts.open).toBe(1);
    host.replaceTokens!(secrets(BOTH), secrets(ADA));
    while (host.counts.open > 0) await new Promise((resolve) => setImmediate(resolve));
    socket.resume();
    await closed;
  });

  it('are not taken where the host has others of its own options', async () => {
    const { host, ask } = await open(ADA);
    host.replaceTokens!(secrets(BOTH), secrets({ ben: 'token-of-ben' }));
    expect(await ask('token-of-ada')).toBe('ada');
    expect(await ask('token-of-ben')).toBe(401);
  });

  it('never open the door to everybody', async () => {
    const { host, ask } = await open(ADA);
    host.replaceTokens!(secrets(ADA), {});
    expect(await ask('anything')).toBe(401);
  });
});

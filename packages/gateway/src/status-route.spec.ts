import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpRequest, ServerPhase, ServerView, Status } from '@switchyard/plugin-api';
import { statusRoutes } from './status-route.ts';

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

function serverView(name: string, phase: ServerPhase, desired: ServerView['desired'] = 'ready'): ServerView {
  return { name, phase, desired } as ServerView;
}

/** The routes behind a real listener, without the guards of the HTTP host. */
async function served(servers: readonly ServerView[], isReady = true) {
  const routes = statusRoutes({
    status: () => ({ version: '1.2.3' }) as Status,
    isReady: () => isReady,
    servers: () => servers,
  });
  const listener = createServer((incoming, response) => {
    const url = new URL(incoming.url!, 'http://localhost');
    const route = routes.find(({ path }) => path === url.pathname)!;
    void route.handle({ incoming, response, query: url.searchParams } as unknown as HttpRequest);
  });
  open.push(listener);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return `${response.status} ${await response.text()}`;
  };
}

describe('/healthz', () => {
  it('of a server says whether it takes calls, and else in a word what it is', async () => {
    const ask = await served([
      serverView('files', 'ready'),
      serverView('my mail', 'degraded'),
      serverView('db', 'crash_loop'),
      serverView('lazy', 'idle', 'idle'),
      serverView('off', 'disabled', 'disabled'),
    ]);
    expect(await ask('/healthz?server=files')).toBe('200 ok\n');
    expect(await ask('/healthz?server=my%20mail')).toBe('200 ok\n');
    expect(await ask('/healthz?server=db')).toBe('503 not ready: crash_loop\n');
    expect(await ask('/healthz?server=lazy')).toBe('503 not ready: idle\n');
    expect(await ask('/healthz?server=off')).toBe('503 not ready: disabled\n');
    expect(await ask('/healthz?server=db', 'HEAD')).toBe('503 ');
    expect(await ask('/healthz?server=db', 'POST')).toBe('405 ');
  });

  it.each(['nobody', '', 'constructor', '<b>'])(
    'knows no server %j, and does not repeat it',
    async (name) => {
      const ask = await served([serverView('files', 'ready')]);
      expect(await ask(`/healthz?server=${encodeURIComponent(name)}`)).toBe('404 unknown server\n');
    },
  );

  it('of all servers is that of those that should run, and names none', async () => {
    const resting = [serverView('lazy', 'idle', 'idle'), serverView('done', 'stopped', 'stopped')];
    expect(await (await served([]))('/healthz')).toBe('200 ok\n');
    expect(await (await served([...resting, serverView('files', 'degraded')]))('/healthz')).toBe('200 ok\n');
    expect(await (await served([...resting, serverView('files', 'backoff')]))('/healthz')).toBe(
      '503 not ready\n',
    );
  });

  it('is none while nobody can connect', async () => {
    const ask = await served([serverView('files', 'ready')], false);
    expect(await ask('/healthz?server=files')).toBe('503 not ready\n');
    expect(await ask('/healthz?server=nobody')).toBe('503 not ready\n');
  });
});

describe('/livez and /readyz', () => {
  it('say that this one answers, and that clients can connect', async () => {
    const servers = [serverView('files', 'failed')];
    const [early, ready] = [await served(servers, false), await served(servers)];
    expect([await early('/livez'), await early('/readyz')]).toEqual(['200 ok\n', '503 not ready\n']);
    expect([await ready('/livez'), await ready('/readyz')]).toEqual(['200 ok\n', '200 ok\n']);
  });
});

describe('what needs no token', () => {
  it('is what tells nothing; the health of servers only where this machine alone can ask', () => {
    const routes = statusRoutes({ status: () => ({}) as Status, isReady: () => true, servers: () => [] });
    expect(Object.fromEntries(routes.map(({ path, open }) => [path, open]))).toEqual({
      '/status': undefined,
      '/livez': true,
      '/readyz': true,
      '/healthz': 'loopback',
    });
  });
});

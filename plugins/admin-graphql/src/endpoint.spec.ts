import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Door, HttpRequest, HttpRoute, Log, Status } from '@switchyard/plugin-api';
import { createGraphqlEndpoint } from './endpoint.ts';
import type { GraphqlServer } from './http/serve.ts';

/** An endpoint on a host that only takes routes down. */
function opened({ hasModules = false, fails = 0 } = {}) {
  const routes: HttpRoute[] = [];
  const timers = new Set<() => void>();
  const logged: string[] = [];
  const diary: string[] = [];
  let failures = fails;
  const log = { error: (message: string) => void logged.push(message) } as unknown as Log;
  const endpoint = createGraphqlEndpoint({
    http: {
      mount(route) {
        routes.push(route);
        return () => void diary.push('unmounted');
      },
      listen: async () => 'http://127.0.0.1:1',
    },
    clock: {
      now: () => 0,
      date: () => 0,
      after(_ms, run) {
        timers.add(run);
        return () => void timers.delete(run);
      },
    },
    log,
    status: () => ({ ready: true }) as Status,
    ledger: () => ({ accepted: 0, answered: 0, cancelled: 0, inFlight: 0 }),
    listed: async () => {},
    hasModules: () => hasModules,
    async load() {
      diary.push('loaded');
      if (failures-- > 0) throw new Error('there is no GraphQL');
      return {
        handle: async () => void diary.push('handled'),
        close: async () => void diary.push('closed'),
      } as unknown as GraphqlServer;
    },
  });
  const request = { response: { destroy: () => void diary.push('destroyed') } } as unknown as HttpRequest;
  return {
    endpoint,
    timers,
    logged,
    diary,
    open: () => endpoint.open({} as Door),
    ask: async () => routes[0]!.handle(request),
    async idle() {
      for (const run of [...timers]) run();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('the door of the admin API', () => {
  it('opens without loading anything, and loads once with the first request', async () => {
    const { open, ask, diary } = opened();
    expect(await open()).toEqual({ url: 'http://127.0.0.1:1/graphql' });
    expect(diary).toEqual([]);
    await Promise.all([ask(), ask()]);
    expect(diary).toEqual(['loaded', 'handled', 'handled']);
  });

  it('loads in an idle moment, so that the first request need not wait', async () => {
    const { open, ask, idle, diary } = opened();
    await open();
    await idle();
    expect(diary).toEqual(['loaded']);
    await ask();
    expect(diary).toEqual(['loaded', 'handled']);
  });

  it('does not open before what other plugins add is checked', async () => {
    const { open, diary } = opened({ hasModules: true });
    await open();
    expect(diary).toEqual(['loaded']);
    await expect(opened({ hasModules: true, fails: 1 }).open()).rejects.toThrow('there is no GraphQL');
  });

  it('tries again after it could not be loaded', async () => {
    const { open, ask, idle, diary, logged } = opened({ fails: 2 });
    await open();
    await idle();
    expect(logged).toEqual(['the admin API could not be loaded']);
    await expect(ask()).rejects.toThrow('there is no GraphQL');
    await ask();
    expect(diary).toEqual(['loaded', 'loaded', 'loaded', 'handled']);
  });

  it('closes what it opened, whether or not it was loaded', async () => {
    const unused = opened();
    await unused.open();
    await unused.endpoint.close(0);
    expect(unused.diary).toEqual(['unmounted']);
    expect(unused.timers.size).toBe(0);

    const used = opened();
    await used.open();
    const asked = used.ask();
    await used.endpoint.close(0);
    await asked;
    expect(used.diary).toEqual(['loaded', 'unmounted', 'destroyed', 'closed']);
  });
});

it('imports nothing of GraphQL before it is asked', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const read = (file: URL) => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)';/gms,
    )) {
      if (name.startsWith('.')) read(new URL(name, file));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  read(new URL('index.ts', import.meta.url));
  expect([...packages].sort()).toEqual(['@switchyard/plugin-api', 'valibot']);
});

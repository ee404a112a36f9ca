import { describe, expect, it } from '@jest/globals';
import { catalog, type Host, routers, type Router, servers } from '@switchyard/plugin-api';
import plugin from './index.ts';
import { callOf, serversIn, snapshotOf } from './spec-sight.ts';

describe('routing-standard', () => {
  it('contributes one router, which sees the catalog as it is at each call', async () => {
    const contributed: Router[] = [];
    const names = {
      snapshot: { ...snapshotOf(), resolve: () => undefined } as ReturnType<typeof snapshotOf>,
    };
    const services = new Map<symbol, unknown>([
      [catalog.key, names],
      [servers.key, serversIn({})],
    ]);
    await plugin.setup(
      {
        get: (token: { key: symbol }) => services.get(token.key),
        own: () => undefined,
        contribute: (point: { key: symbol }, item: Router) =>
          point.key === routers.key && contributed.push(item),
      } as unknown as Host,
      undefined,
    );
    const call = callOf('tools/call', { name: 'files__tools' });
    expect(contributed.map((router) => router.route(call))).toMatchObject([{ kind: 'answer' }]);
    names.snapshot = snapshotOf();
    expect(contributed.map((router) => router.route(call))).toMatchObject([
      { kind: 'server', server: 'files' },
    ]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { clock, httpHost, store } from '@switchyard/plugin-api';
import plugin from './index.ts';
import { specHost } from './spec-host.ts';
import { memoryStore, quickClock } from './spec-parts.ts';

describe('the plugin', () => {
  const services = memoryStore();
  const kernel = specHost([
    [store, services],
    [clock, quickClock],
  ]);
  afterEach(() => kernel.close());

  it('provides a host whose admin token is in the store before anybody asks', async () => {
    await kernel.install(plugin, { port: 0 });
    const token = Buffer.from((await services.get('admin-token'))!.bytes).toString();
    const shared = kernel.host.get(httpHost);
    shared.mount({ path: '/status', audience: 'admin', handle: ({ response }) => void response.end('ok') });
    const url = await shared.listen('admin');
    expect((await fetch(`${url}/status`)).status).toBe(401);
    const answer = await fetch(`${url}/status`, { headers: { Authorization: `Bearer ${token.trim()}` } });
    expect(await answer.text()).toBe('ok');
    expect((kernel.host.log as unknown as { lines: string[] }).lines.join()).not.toContain(token.trim());
  });
});

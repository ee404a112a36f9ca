import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { serve, type Gateway } from './harness/gateway.ts';
import { startFixture } from './harness/http-server.ts';
import { CLIENT_HEADERS, openSession, send } from './harness/raw-session.ts';
import { callTool } from './harness/rpc.ts';
import { within } from './harness/within.ts';

const VANISHING = 400;
/** As many sessions as there may be. */
const MOST = 300;
const IDLE_MS = 5_000;
/** Bounds waits for what never comes. */
const GONE_MS = 90_000;

describe('F74: clients that come, and vanish without a word', () => {
  // `npm run overload -- --only vanishing` does it with 5,000, and looks at the heap.
  it('are no more than may be, and when they have been idle nothing is left of them', async () => {
    const { url } = await startFixture('http-server.mjs', { NAME: 'far' });
    const options = { sessionIdleMs: IDLE_MS, maxSessions: MOST };
    const gateway = await serve({
      mcpServers: { far: { url } },
      plugins: { '@switchyard/endpoint-http': options },
    });
    await gateway.phase('far', 'ready');
    await vanish(gateway.url);
    const before = await settled(gateway);

    let most = 0;
    for (let client = 0; client < VANISHING; client += 1) {
      await vanish(gateway.url);
      if (client % 50 === 49) most = Math.max(most, await clientsOf(gateway));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MOST);
    // Sockets of whoever looks come and go; one that each client left would be hundreds.
    expect(await settled(gateway)).toBeLessThan(before + 10);

    const session = await openSession(gateway.url, 'ada');
    expect((await callTool(session, 1, 'far__echo', { nonce: 'one' })).result?.content?.[0]?.text).toBe(
      'one at far',
    );
  });
});

/** A client that begins a session, and of which nothing is heard any more, not even that it ends. */
async function vanish(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: false });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'vanishing', version: '1.0.0' },
  };
  const hello = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const { status, headers } = await send(url, { agent, headers: CLIENT_HEADERS, body: hello });
  expect(status).toBe(200);
  const session = {
    ...CLIENT_HEADERS,
    'mcp-session-id': String(headers['mcp-session-id']),
    'mcp-protocol-version': '2025-11-25',
  };
  const body = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  expect((await send(url, { agent, headers: session, body })).status).toBe(202);
}

async function clientsOf(gateway: Gateway): Promise<number> {
  return ((await gateway.status()) as unknown as { readonly clients: number }).clients;
}

/** The descriptors of a gateway when no client is left. */
async function settled(gateway: Gateway): Promise<number> {
  const gone = async () => {
    while ((await clientsOf(gateway)) > 0) await wait(100);
  };
  await within(GONE_MS, 'end of all sessions', gone());
  return readdirSync(`/proc/${gateway.pid}/fd`).length;
}

import { afterEach, describe, expect, it } from '@jest/globals';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  type EventStore,
  StreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeWires, openWire, type OpenWire } from './spec-wire.ts';

/** A server of the official SDK; `ended` counts the sessions that a client ended. */
async function sdkServer(options: {
  readonly enableJsonResponse?: boolean;
  readonly eventStore?: EventStore;
}) {
  let ended = 0;
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => 'sdk-session',
    onsessionclosed: () => void (ended += 1),
    ...options,
  });
  const server = new Server({ name: 'sdk', version: '1' }, { capabilities: { tools: {}, logging: {} } });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    if (params.name === 'says') {
      await extra.sendNotification({
        method: 'notifications/message',
        params: { level: 'info', data: 'on its stream' },
      });
      await server.sendToolListChanged();
    }
    if (params.name === 'cut') extra.closeSSEStream?.();
    return { content: [{ type: 'text', text: 'ä€😀'.repeat(1000) }] };
  });
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  const http = createServer((request, answer) => void transport.handleRequest(request, answer));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    await server.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    ended: () => ended,
  };
}

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  await closeWires();
  for (const undo of cleanUp.splice(0)) await undo();
});

function memoryStore(): EventStore {
  const events: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    storeEvent: (stream, message) => Promise.resolve(String(events.push({ stream, message }) - 1)),
    getStreamIdForEventId: (id) => Promise.resolve(events[Number(id)]?.stream),
    async replayEventsAfter(id, { send }) {
      const stream = events[Number(id)]!.stream;
      for (const [index, event] of events.entries())
        if (index > Number(id) && event.stream === stream) await send(String(index), event.message);
      return stream;
    },
  };
}

async function initialize(it: OpenWire): Promise<void> {
  await ask(it, 0, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'it', version: '1' },
  });
  await it.until(() => it.texts.length === 1);
  const text = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  await it.wire.send({
    segments: [Buffer.from(text)],
    kind: 'notification',
    method: 'notifications/initialized',
    protocolVersion: '2025-11-25',
  });
}

function ask(it: OpenWire, id: number, method: string, params: object): Promise<unknown> {
  const segments = [Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }))];
  return it.request(method, id, {
    segments,
    ...(method !== 'initialize' && { protocolVersion: '2025-11-25' }),
  });
}

describe('a server of the official SDK', () => {
  it.each([{ enableJsonResponse: true }, { enableJsonResponse: false }])(
    'is initialized, called and ended: %j',
    async (options) => {
      const server = await sdkServer(options);
      const it = await openWire(server.url, { scale: 1 });
      await initialize(it);
      await Promise.all([1, 2, 3].map((id) => ask(it, id, 'tools/call', { name: 'any' })));
      await it.until(() => it.texts.length === 4);
      for (const text of it.texts.slice(1)) expect(text).toContain('ä€😀ä€😀');
      expect(it.failures).toEqual([]);
      await it.wire.close();
      expect(server.ended()).toBe(1);
    },
  );

  it('says on the stream of a call what belongs to it, and the rest on the stream of the session', async () => {
    const server = await sdkServer({});
    const it = await openWire(server.url, { scale: 1 });
    await initialize(it);
    await ask(it, 1, 'tools/call', { name: 'says' });
    await it.until((all) => all.length === 4);
    const by = (word: string) => it.received.find((_one, index) => it.texts[index]?.includes(word));
    expect(by('on its stream')).toHaveProperty('relatesTo', 1);
    expect(by('list_changed')).not.toHaveProperty('relatesTo');
  });

  it('cuts the stream of a call, which goes on from its last event', async () => {
    const server = await sdkServer({ eventStore: memoryStore() });
    const it = await openWire(server.url, { scale: 1 });
    await initialize(it);
    await ask(it, 1, 'tools/call', { name: 'cut' });
    await it.until(() => it.texts.length === 2);
    expect(it.failures).toEqual([]);
    expect(it.wire.counters.resumed).toBeGreaterThan(0);
  });
});

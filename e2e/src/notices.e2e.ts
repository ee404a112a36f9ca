import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { listen } from './harness/heard.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { connectToGateway, endSession } from './harness/sdk-client.ts';

const ONE = 'watched://one';
const TWO = 'watched://two';

describe('what servers say outside of calls', () => {
  it('subscribes once for two clients, tells both, and goes on for the one that stays', async () => {
    const { gateway, log, pid } = await watched();
    const ada = await listener(gateway.url, 'ada');
    const ben = await listener(gateway.url, 'ben');
    for (const { client } of [ada, ben]) await client.subscribeResource({ uri: ONE });
    await ada.client.subscribeResource({ uri: TWO });
    await touch(ada.client, ONE);
    await ada.updates.until('first change', ({ length }) => length === 1);
    await ben.updates.until('first change', ({ length }) => length === 1);

    await ada.client.unsubscribeResource({ uri: ONE });
    await touch(ada.client, ONE);
    await touch(ada.client, TWO);
    await ada.updates.until('change of the other', (all) => all.includes(TWO));
    await ben.updates.until('second change', ({ length }) => length === 2);
    // What is told comes in order: a second word of the first one would stand before the other's.
    expect(ada.updates.all).toEqual([ONE, TWO]);
    expect(ben.updates.all).toEqual([ONE, ONE]);

    await endSession(ben.client);
    await written(log, `${pid} unsubscribe ${ONE}`);
    expect((await linesOf(log)).filter((line) => line.includes('subscribe'))).toEqual([
      `${pid} subscribe ${ONE}`,
      `${pid} subscribe ${TWO}`,
      `${pid} unsubscribe ${ONE}`,
    ]);
  });

  it('subscribes again at the next run of a server that was killed', async () => {
    const { gateway, log, pid } = await watched();
    const ada = await listener(gateway.url, 'ada');
    const ben = await listener(gateway.url, 'ben');
    for (const { client } of [ada, ben]) await client.subscribeResource({ uri: ONE });
    process.kill(pid, 'SIGKILL');
    await gateway.phase('watched', 'backoff');
    // Held until the next run; nobody watches this one.
    await touch(ada.client, TWO);
    const next = (await gateway.server('watched')).pid!;
    expect(next).not.toBe(pid);
    await written(log, `${next} subscribe ${ONE}`);
    await touch(ada.client, ONE);
    for (const { updates } of [ada, ben]) {
      await updates.until('word from the next run', ({ length }) => length === 1);
      expect(updates.all).toEqual([ONE]);
    }
    expect((await linesOf(log)).filter((line) => line.startsWith(`${next} `))).toEqual([
      `${next} subscribe ${ONE}`,
    ]);
  });

  it('asks the server for the lowest level that a client wants, and gives each client what it asked for', async () => {
    const { gateway, log, pid } = await watched();
    const ada = await listener(gateway.url, 'ada');
    const ben = await listener(gateway.url, 'ben');
    await ada.client.setLoggingLevel('error');
    await written(log, `${pid} setLevel error`);
    await ben.client.setLoggingLevel('debug');
    await written(log, `${pid} setLevel debug`);

    await say(ada.client, 'debug', 'a detail');
    await say(ada.client, 'error', 'a fault');
    for (const { lines } of [ada, ben]) await lines.until('fault', (all) => all.includes('a fault'));
    expect(ben.lines.all).toEqual(['a detail', 'a fault']);
    expect(ada.lines.all).toEqual(['a fault']);

    await endSession(ben.client);
    await written(log, `${pid} setLevel error`, `${pid} setLevel error`);
    expect((await linesOf(log)).at(-1)).toBe(`${pid} setLevel error`);
  });
});

/** A server that can be watched, behind a gateway. */
async function watched() {
  const folder = await temporaryFolder();
  const log = path.join(folder, 'watched.log');
  const entry = { command: process.execPath, args: [fixture('watched.mjs')], env: { LOG: log } };
  const gateway = await serve({ mcpServers: { watched: entry } }, { folder });
  await gateway.phase('watched', 'ready');
  return { gateway, log, pid: (await gateway.server('watched')).pid! };
}

/** A client that keeps what it is told. */
async function listener(url: string, name: string) {
  const client = await connectToGateway(url, name);
  const updates = listen<string>();
  const lines = listen<unknown>();
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updates.tell(params.uri));
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => lines.tell(params.data));
  return { client, updates, lines };
}

async function touch(client: Client, uri: string): Promise<void> {
  await client.callTool({ name: 'watched__touch', arguments: { uri } });
}

async function say(client: Client, level: string, data: string): Promise<void> {
  await client.callTool({ name: 'watched__say', arguments: { level, data } });
}

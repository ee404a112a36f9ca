import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { startEverything } from './harness/http-server.ts';
import { written } from './harness/lines-of.ts';
import { fixture, installed } from './harness/places.ts';
import { connectToGateway } from './harness/sdk-client.ts';

const SHARED = {};
const OWN = { sharing: 'session' };
const METHOD_NOT_FOUND = -32601;

describe('what servers ask of clients', () => {
  it.each([
    { how: 'shared by all clients, over stdio', entry: stdio, sharing: SHARED },
    { how: 'with a connection for each client, over stdio', entry: stdio, sharing: OWN },
    { how: 'shared by all clients, over HTTP', entry: http, sharing: SHARED },
    { how: 'with a connection for each client, over HTTP', entry: http, sharing: OWN },
  ])('brings questions of a real server to the client who called: $how', async ({ entry, sharing }) => {
    const gateway = await serve({ mcpServers: { everything: { ...(await entry()), ...sharing } } });
    await gateway.phase('everything', 'ready');
    const clients = await Promise.all(['ada', 'ben'].map((name) => questioned(gateway.url, name)));
    for (const [place, client] of clients.entries()) {
      const name = ['ada', 'ben'][place]!;
      const sampled = await call(client, 'everything__trigger-sampling-request', { prompt: 'Which way?' });
      expect(sampled).toContain(`${name} was asked: Resource trigger-sampling-request context: Which way?`);
      const elicited = await call(client, 'everything__trigger-elicitation-request');
      expect(elicited).toContain(`says ${name}`);
    }
  });

  it('asks each of two busy clients its own, where each has a connection of its own', async () => {
    const { gateway } = await asking(OWN);
    const ada = await questioned(gateway.url, 'ada');
    const ben = await questioned(gateway.url, 'ben');
    const held = call(ada, 'asking__hold');
    expect(await call(ben, 'asking__ask', { what: 'sampling' })).toContain('ben was asked');
    expect(await call(ada, 'asking__ask', { what: 'elicitation' })).toContain('says ada');
    expect(await call(ada, 'asking__ask', { what: 'roots' })).toContain('file:///home/ada');
    await call(ada, 'asking__release');
    expect(await held).toContain('released');
  });

  it('refuses a question that may be for either of two busy clients, and says what helps', async () => {
    const { gateway, log } = await asking(SHARED);
    const ada = await questioned(gateway.url, 'ada');
    const ben = await questioned(gateway.url, 'ben');
    // Alone, there is no doubt.
    expect(await call(ben, 'asking__ask', { what: 'sampling' })).toContain('ben was asked');
    const held = call(ada, 'asking__hold');
    await written(log, 'hold');
    const refused = JSON.parse(await call(ben, 'asking__ask', { what: 'sampling' })) as object;
    expect(refused).toMatchObject({ code: METHOD_NOT_FOUND });
    const { problem } = await gateway.server('asking');
    expect(problem?.message).toContain('sampling/createMessage');
    expect(problem?.remedy).toContain('"sharing": "session"');
    await call(ben, 'asking__release');
    expect(await held).toContain('released');
  });

  it('refuses what the client that calls cannot be asked', async () => {
    const { gateway } = await asking(SHARED);
    const client = await connectToGateway(gateway.url, 'plain');
    for (const what of ['sampling', 'elicitation', 'roots']) {
      const refused = JSON.parse(await call(client, 'asking__ask', { what })) as object;
      expect(refused).toMatchObject({ code: METHOD_NOT_FOUND });
    }
  });
});

/** A scripted server that asks, behind a gateway. */
async function asking(sharing: object) {
  const folder = await temporaryFolder();
  const log = path.join(folder, 'asking.log');
  const entry = { command: process.execPath, args: [fixture('asking.mjs')], env: { LOG: log } };
  const gateway = await serve({ mcpServers: { asking: { ...entry, ...sharing } } }, { folder });
  await gateway.phase('asking', 'ready');
  return { gateway, log };
}

async function stdio() {
  return { command: installed('mcp-server-everything') };
}

async function http() {
  return { url: (await startEverything()).url };
}

/** A client that answers all that servers may ask, naming itself. */
async function questioned(url: string, name: string): Promise<Client> {
  const client = await connectToGateway(url, name, { sampling: {}, elicitation: {}, roots: {} });
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
    role: 'assistant',
    model: 'none',
    content: { type: 'text', text: `${name} was asked: ${firstText(params.messages)}` },
  }));
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: `says ${name}`, way: `says ${name}` },
  }));
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file:///home/${name}` }] }));
  return client;
}

function firstText(messages: readonly { readonly content: unknown }[]): unknown {
  return (messages[0]?.content as { text?: string } | undefined)?.text;
}

/** The text of the answer. */
async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text: string }[]).map(({ text }) => text).join('\n');
}

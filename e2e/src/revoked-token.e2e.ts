import { request } from 'node:http';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ServeEvent } from './harness/event-log.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { CLIENT_HEADERS, openSession, send, type RawSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';
import { afterThisTest } from './harness/undo.ts';
import { within } from './harness/within.ts';

const TOKENS = { ada: 'token-of-ada-0123', ben: 'token-of-ben-0123' };
const loaded = { command: process.execPath, args: [fixture('loaded.mjs')] };

const configuration = (tokens: Readonly<Record<string, string>>) => ({
  mcpServers: { loaded },
  listen: { http: { tokens } },
});

/** Saves other tokens, and waits until they count. */
async function change({ folder, log }: Gateway, tokens: Readonly<Record<string, string>>): Promise<void> {
  const isReload = ({ event }: ServeEvent) => event === 'reload';
  const before = new Set(log.events.filter(isReload));
  await writeFile(path.join(folder, 'switchyard.jsonc'), JSON.stringify(configuration(tokens), undefined, 2));
  await log.find('reload', (line) => isReload(line) && !before.has(line) && line['applied'] === true);
}

const ask = (url: string, token: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  send(url, { headers: { ...CLIENT_HEADERS, authorization: `Bearer ${token}`, ...headers }, body });

/** The session's own stream; resolves when it has begun. */
function listen(url: string, { id }: RawSession, token: string): Promise<{ readonly ended: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'mcp-session-id': id };
    // A connection that nobody else takes over: it is closed with the token.
    const sent = request(url, { headers, agent: false }, (response) => {
      const ended = new Promise<void>((end) => {
        response.once('end', end).once('error', () => end());
      });
      response.resume();
      resolve({ ended });
    });
    afterThisTest(async () => void sent.destroy());
    sent.once('error', reject);
    sent.end();
  });
}

describe('a token that is taken out of the configuration', () => {
  it('takes its sessions along at once, whatever they are doing, and nobody else notices', async () => {
    const gateway = await serve(configuration(TOKENS));
    await gateway.phase('loaded', 'ready');
    const { url } = gateway;
    const ada = await openSession(url, 'ada', TOKENS.ada);
    const ben = await openSession(url, 'ben', TOKENS.ben);
    const stream = await listen(url, ben, TOKENS.ben);
    const hanging = ben.post(requestText(7, 'tools/call', { name: 'loaded__hang', arguments: {} }));
    const underWay = async () => {
      while ((await gateway.status()).ledger.inFlight === 0);
    };
    await within(30_000, 'call of ben', underWay());

    await change(gateway, { ada: TOKENS.ada });

    const data = { code: 'SWY-E301', executed: 'unknown', retryable: false };
    expect(parse(await within(30_000, 'answer of ben', hanging)).at(-1)).toMatchObject({
      id: 7,
      error: { data },
    });
    await within(30_000, 'end of the stream of ben', stream.ended);
    const session = { 'mcp-session-id': ben.id };
    expect((await ask(url, TOKENS.ben, requestText(8, 'ping'), session)).status).toBe(401);
    const fast = await callTool(ada, 1, 'loaded__fast', { nonce: 'still' });
    expect(fast.result?.content?.[0]?.text).toBe('still');
    expect((await gateway.status()).ledger.inFlight).toBe(0);

    // A session that was only locked out would be there again.
    await change(gateway, TOKENS);
    expect((await ask(url, TOKENS.ben, requestText(9, 'ping'), session)).status).toBe(404);
    expect(gateway.stderr() + JSON.stringify(gateway.log.events)).not.toContain('token-of-');
  });
});

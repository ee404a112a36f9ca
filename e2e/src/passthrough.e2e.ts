import { Agent } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { concurrently } from './harness/concurrently.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { startFixture } from './harness/http-server.ts';
import { linesOf } from './harness/lines-of.ts';
import { CLIENT_HEADERS, openSession, send } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';
import { afterThisTest } from './harness/undo.ts';

const CALLS = 1_000;
const AT_ONCE = 24;
const TOKEN = 'token-of-ada-0123456789';
const OWN = 'key-of-the-gateway-0123456789';
/** What a client may send along, by mistake or on purpose. */
const CREDENTIALS = {
  authorization: `Bearer ${TOKEN}`,
  cookie: 'session=cookie-of-ada-0123456789',
  'proxy-authorization': 'Basic cHJveHktb2YtYWRhLTAxMjM=',
  'x-api-key': 'key-of-ada-0123456789',
  'x-forwarded-for': '203.0.113.77',
};

describe('what a client sends in headers', () => {
  it('reaches no server: no token, no cookie, no key, in a thousand calls', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'far.log');
    const { url } = await startFixture('http-server.mjs', { NAME: 'far', LOG: log, HEADERS: '1' });
    const gateway = await serve(
      {
        listen: { http: { tokens: { ada: '${ADA}' } } },
        mcpServers: { far: { url, headers: { Authorization: 'Bearer ${FAR}' } } },
      },
      { folder, env: { ADA: TOKEN, FAR: OWN } },
    );
    await gateway.phase('far', 'ready');
    const { id: session } = await openSession(gateway.url, 'ada', TOKEN);
    const agent = new Agent({ keepAlive: true });
    afterThisTest(async () => agent.destroy());
    const headers = { ...CLIENT_HEADERS, ...CREDENTIALS, 'mcp-session-id': session };
    await concurrently(CALLS, AT_ONCE, async (call) => {
      const params = { name: 'far__echo', arguments: { nonce: `${call}` } };
      const body = requestText(call, 'tools/call', params);
      const [answer] = parse(await send(gateway.url, { agent, headers, body }));
      expect(answer?.result?.content?.[0]?.text).toBe(`${call} at far`);
    });
    await gateway.stop();

    const heard = (await linesOf(log))
      .filter((line) => line.startsWith('headers '))
      .map((line) => JSON.parse(line.slice('headers '.length)) as readonly string[]);
    expect(heard.length).toBeGreaterThan(CALLS);
    // Names and values in turn: each request has one Authorization, the gateway's own, and nothing else of a client's.
    for (const raw of heard) {
      const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(names.filter((name) => name in CREDENTIALS)).toEqual(['authorization']);
      expect(raw).toContain(`Bearer ${OWN}`);
    }
    const all = JSON.stringify(heard);
    for (const value of Object.values(CREDENTIALS)) expect(all).not.toContain(value.split(' ').at(-1));
  });
});

describe('F62: a server that redirects', () => {
  it('to another host is followed nowhere, and its client is told where it pointed', async () => {
    const folder = await temporaryFolder();
    const [log, other] = [path.join(folder, 'far.log'), path.join(folder, 'other.log')];
    const far = await startFixture('http-server.mjs', { NAME: 'far', LOG: log });
    const elsewhere = await startFixture('http-server.mjs', { NAME: 'other', LOG: other, HEADERS: '1' });
    const gateway = await serve({ mcpServers: { far: { url: far.url, breaker: false } } }, { folder });
    await gateway.phase('far', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const redirects = [
      ...[301, 302, 303, 307, 308].map((status) => [status, elsewhere.url] as const),
      // A circle.
      [307, far.url] as const,
      [307, 'http://169.254.169.254/latest/meta-data'] as const,
    ];
    for (const [index, [status, location]] of redirects.entries()) {
      const { error } = await callTool(session, index, 'far__status', {
        nonce: `n${index}`,
        status,
        location,
      });
      expect(error?.data).toMatchObject({ server: 'far', executed: 'unknown' });
      expect(JSON.stringify(error)).toContain(new URL(location).origin);
      expect(JSON.stringify(error)).not.toContain('meta-data');
    }
    // It answers who does ask it, and nobody did before.
    await send(elsewhere.url, { method: 'DELETE' });
    expect(await linesOf(other)).toEqual([expect.stringMatching(/^headers /), 'DELETE']);
    const called = (await linesOf(log)).filter((line) => line.startsWith('called'));
    expect(called).toEqual(redirects.map((_, index) => `called status n${index}`));
  });
});

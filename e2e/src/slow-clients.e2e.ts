import { execFile } from 'node:child_process';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { figure } from './harness/figure.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { startFixture } from './harness/http-server.ts';
import { CLIENT_HEADERS, openSession } from './harness/raw-session.ts';
import { callTool, requestText } from './harness/rpc.ts';
import { afterThisTest } from './harness/undo.ts';
import { within } from './harness/within.ts';

/** Of each kind. */
const SLOW = 100;
/** Headers get ten seconds, and somebody looks every two. A whole request gets thirty, for which nobody waits here. */
const LET_GO_MS = 60_000;
const FLOOD_MB = 200;
/** A client may leave 4 MiB unread; this is below a half of what was sent, above what V8 and the kernel may keep. */
const GROWTH_MB = 90;

describe('clients that are slow on purpose', () => {
  it('answers others while hundreds never finish their requests, and lets those go', async () => {
    const gateway = await behind();
    const { hostname, port } = new URL(gateway.url);
    const head = `POST /mcp HTTP/1.1\r\nHost: ${hostname}:${port}\r\n`;
    const begun = `${head}Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n{`;
    const openAndWait = (bytes: string) =>
      Array.from({ length: SLOW }, () => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        afterThisTest(async () => void socket.destroy());
        // Read, or its end would not be seen.
        socket.on('error', () => {}).resume();
        return new Promise<void>((resolve) => socket.once('close', () => resolve()));
      });
    void openAndWait(begun);
    const gone = openAndWait(head);
    const session = await openSession(gateway.url, 'quick');
    for (let id = 0; id < 50; id += 1) {
      const { result } = await callTool(session, id, 'far__echo', { nonce: `${id}` });
      expect(result?.content?.[0]?.text).toBe(`${id} at far`);
    }
    const beganAt = performance.now();
    await within(LET_GO_MS, 'end of all connections without headers', Promise.all(gone));
    figure('until all connections without headers were let go', (performance.now() - beganAt) / 1_000, 's');
  });

  it('keeps little of what a client does not read, and answers others meanwhile', async () => {
    const gateway = await behind();
    const stalled = await openSession(gateway.url, 'stalled');
    const quick = await openSession(gateway.url, 'quick');
    await callTool(quick, 1, 'far__echo', { nonce: 'warm' });
    const before = await residentMb(gateway);

    const params = {
      name: 'far__flood',
      arguments: { nonce: 'one', megabytes: FLOOD_MB },
      _meta: { progressToken: 1 },
    };
    const response = await unread(gateway.url, stalled.id, requestText(1, 'tools/call', params));
    expect(response.headers['content-type']).toBe('text/event-stream');
    // The flood is over when the server has been answered for all of it.
    let most = before;
    while ((await gateway.status()).ledger.inFlight > 0) {
      const { result } = await callTool(quick, 2, 'far__echo', { nonce: 'meanwhile' });
      expect(result).toBeDefined();
      most = Math.max(most, await residentMb(gateway));
    }
    figure(`growth while ${FLOOD_MB} MB were not read`, most - before, 'MB');
    expect(most - before).toBeLessThan(GROWTH_MB);
    // The stream is over, its session is not.
    expect((await stalled.post(requestText(2, 'ping'))).status).toBe(200);
  });
});

/** The scripted server behind a gateway. */
async function behind(): Promise<Gateway> {
  const { url } = await startFixture('http-server.mjs', { NAME: 'far' });
  const gateway = await serve({ mcpServers: { far: { url } } });
  await gateway.phase('far', 'ready');
  return gateway;
}

/** Posts a message, and reads nothing but the head of what comes back. */
async function unread(url: string, session: string, body: string): Promise<IncomingMessage> {
  const sent = request(url, {
    method: 'POST',
    headers: { ...CLIENT_HEADERS, 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' },
  });
  afterThisTest(async () => void sent.destroy());
  const answered = new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
  sent.end(body);
  const response = await within(30_000, 'head of the answer', answered);
  response.on('error', () => {});
  return response;
}

async function residentMb({ pid }: Gateway): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

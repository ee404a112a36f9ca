import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { concurrently } from './harness/concurrently.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession, type RawSession } from './harness/raw-session.ts';
import { callTool, parse, requestText, type Message } from './harness/rpc.ts';

const SERVERS = ['north', 'east', 'south', 'west'];
const CALLS_OF_EACH_CLIENT = 5_000;
/** Two clients together stay under the calls that a server's gate takes at once. */
const AT_ONCE = 24;

describe('clients and servers are kept apart', () => {
  it('brings every answer and every progress of 10,000 calls to its own client, though ids and tokens are the same', async () => {
    const { gateway, logOf } = await recorders();
    const run = async (client: string) => {
      const session = await openSession(gateway.url, client);
      await concurrently(CALLS_OF_EACH_CLIENT, AT_ONCE, async (id) => {
        const nonce = `${client}-${id}`;
        const server = SERVERS[id % SERVERS.length]!;
        const params = { name: `${server}__pair`, arguments: { nonce }, _meta: { progressToken: id } };
        const messages = parse(await session.post(requestText(id, 'tools/call', params)));
        expect(messages).toEqual([
          {
            jsonrpc: '2.0',
            method: 'notifications/progress',
            params: { progressToken: id, progress: 1, message: nonce },
          },
          { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `${nonce} at ${server}` }] } },
        ]);
      });
    };
    await Promise.all([run('ada'), run('ben')]);

    for (const [place, server] of SERVERS.entries()) {
      const expected = ['ada', 'ben'].flatMap((client) =>
        Array.from({ length: CALLS_OF_EACH_CLIENT }, (_, id) => id)
          .filter((id) => id % SERVERS.length === place)
          .map((id) => `executed ${client}-${id}`),
      );
      // Exactly once each, and nothing of another server.
      expect((await linesOf(logOf(server))).sort()).toEqual(expected.sort());
    }
    expect((await gateway.status()).ledger).toMatchObject({
      answered: 2 * CALLS_OF_EACH_CLIENT,
      inFlight: 0,
    });
  });

  it('cancels the call of the client that asked for it, and no other of the same id', async () => {
    const { gateway, logOf } = await recorders();
    const ada = await openSession(gateway.url, 'ada');
    const ben = await openSession(gateway.url, 'ben');
    const hold = (session: RawSession, nonce: string) =>
      session.post(requestText(7, 'tools/call', { name: 'north__hold', arguments: { nonce } }));
    const heldByAda = hold(ada, 'ada-7');
    const heldByBen = hold(ben, 'ben-7');
    const cancel = {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 7, reason: 'enough' },
    };
    await written(logOf('north'), 'executed ada-7', 'executed ben-7');
    expect((await ada.post(JSON.stringify(cancel))).status).toBe(202);
    expect((await heldByAda).messages).toEqual([]);
    // Whatever the server was told of the cancellation stands before the release in its log.
    const released = await callTool(ben, 8, 'north__release', { nonce: 'ben-7' });
    expect(released.result?.content?.[0]?.text).toBe('released');
    expect(parse(await heldByBen)).toMatchObject([
      { id: 7, result: { content: [{ text: 'ben-7 at north' }] } },
    ]);
    expect((await linesOf(logOf('north'))).filter((line) => line.startsWith('cancelled'))).toEqual([
      'cancelled ada-7',
    ]);
    expect((await gateway.status()).ledger).toEqual({
      accepted: expect.any(Number),
      answered: expect.any(Number),
      cancelled: 1,
      inFlight: 0,
    });
  });

  it('ends the session of one client without a trace at the other', async () => {
    const { gateway } = await recorders();
    const ada = await openSession(gateway.url, 'ada');
    const ben = await openSession(gateway.url, 'ben');
    expect(ada.id).not.toBe(ben.id);
    await ada.end();
    expect((await ada.post(requestText(1, 'ping'))).status).toBe(404);
    const { result } = await callTool(ben, 1, 'east__record', { nonce: 'ben-1' });
    expect(result?.content?.[0]?.text).toBe('ben-1 at east');
    expect((await gateway.server('east')).restarts).toBe(0);
  });

  it('forwards definitions, arguments and results byte for byte, odd spelling and unknown fields included', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'verbatim.log');
    const command = { command: process.execPath, args: [fixture('verbatim.mjs')], env: { LOG: log } };
    const gateway = await serve({ mcpServers: { odd: command } }, { folder });
    await gateway.phase('odd', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const [tool, result, args] = await Promise.all(['tool', 'result', 'arguments'].map(verbatim));

    const list = await session.post(requestText(1, 'tools/list'));
    expect(list.messages[0]).toContain(tool!.replace('"od\\u0064ity"', '"odd__oddity"'));
    const call = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"x-new" : [1] ,"name":"odd__oddity","arguments":${args}}}`;
    const answer = await session.post(call);
    expect(answer.messages[0]).toContain(`"result":${result}`);
    const [received] = await linesOf(log);
    expect(received).toContain(`"arguments":${args}`);
    expect(received).toContain('"x-new" : [1]');
    expect((JSON.parse(received!) as Message).params?.['name']).toBe('oddity');
  });
});

/** Four servers that write down what they execute, behind one gateway. */
async function recorders() {
  const folder = await temporaryFolder();
  const logOf = (server: string) => path.join(folder, `${server}.log`);
  const mcpServers = Object.fromEntries(
    SERVERS.map((name) => [
      name,
      { command: process.execPath, args: [fixture('recorder.mjs')], env: { NAME: name, LOG: logOf(name) } },
    ]),
  );
  const gateway = await serve({ mcpServers }, { folder });
  await Promise.all(SERVERS.map((name) => gateway.phase(name, 'ready')));
  return { gateway, logOf };
}

async function verbatim(name: string): Promise<string> {
  return (await readFile(fixture(`verbatim/${name}.txt`), 'utf8')).trimEnd();
}

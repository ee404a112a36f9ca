import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';

/** More than a call has. */
const HELD_MS = 6_000;
const CALLS = 20;

describe('F72: a plugin that holds the event loop for longer than a call may take', () => {
  it('costs no call that was answered meanwhile, and no server', async () => {
    const folder = await temporaryFolder();
    const [log, file] = [path.join(folder, 'busy.log'), path.join(folder, 'held.log')];
    const gateway = await serve(
      {
        plugins: { [fixture('plugins/blocking.mjs')]: { of: 'busy__record', ms: HELD_MS, file } },
        mcpServers: {
          busy: {
            command: process.execPath,
            args: [fixture('recorder.mjs')],
            env: { NAME: 'busy', LOG: log },
            timeout: '5s',
          },
        },
      },
      { folder },
    );
    await gateway.phase('busy', 'ready');
    const { pid } = await gateway.server('busy');
    const session = await openSession(gateway.url, 'ada');
    const nonces = Array.from({ length: CALLS }, (_, call) => `n${call}`);
    const held = nonces.map((nonce, id) =>
      session.post(requestText(id, 'tools/call', { name: 'busy__hold', arguments: { nonce } })),
    );
    await written(log, ...nonces.map((nonce) => `executed ${nonce}`));
    const holding = callTool(session, 'holding', 'busy__record', { nonce: 'holding' });
    await written(file, 'held');
    // Answers that come while nobody can read them.
    process.kill(pid!, 'SIGUSR2');
    const answers = (await Promise.all(held)).map((answer) => parse(answer)[0]);
    expect(answers.map((answer) => answer?.result?.content?.[0]?.text)).toEqual(
      nonces.map((nonce) => `${nonce} at busy`),
    );
    expect((await holding).result).toBeDefined();
    expect(await gateway.server('busy')).toMatchObject({ pid, phase: 'ready', restarts: 0, failures: 0 });
  });
});

import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, parse, requestText } from './harness/rpc.ts';

describe('a gateway that is told to stop', () => {
  it('lets the call under way be answered, takes no new one, and ends', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'executed.log');
    const slow = {
      command: process.execPath,
      args: [fixture('recorder.mjs')],
      env: { NAME: 'slow', LOG: log },
    };
    const gateway = await serve({ mcpServers: { slow } }, { folder });
    await gateway.phase('slow', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const underWay = callTool(session, 1, 'slow__hold', { nonce: 'last' });
    await written(log, 'executed last');
    const { pid } = await gateway.server('slow');

    const stopped = gateway.stop();
    let refused;
    for (let id = 2; refused === undefined; id += 1) {
      const answer = await session.post(
        requestText(id, 'tools/call', { name: 'slow__record', arguments: {} }),
      );
      if (answer.status !== 200) refused = answer;
    }
    expect(refused.status).toBe(503);
    expect(parse(refused)).toMatchObject([
      { error: { data: { code: 'SWY-E706', executed: 'no', retryable: true } } },
    ]);
    // Only now, when the gateway is certainly stopping, is the call answered.
    process.kill(pid!, 'SIGUSR2');
    expect((await underWay).result?.content?.[0]?.text).toBe('last at slow');
    await stopped;
    expect((await linesOf(log))[0]).toBe('executed last');
  });
});

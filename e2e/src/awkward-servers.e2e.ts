import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Problem } from '@switchyard/plugin-api';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, listAll } from './harness/rpc.ts';
import { connectToGateway } from './harness/sdk-client.ts';
import { within } from './harness/within.ts';

/** Two seconds on an idle machine; ten times that here, where order is what counts. */
const LISTED_WITHIN_MS = 20_000;
/** What a server may say without being asked (docs/architecture.md, values). */
const TALK = { atOnce: 1_000, eachMs: 5 };

describe('servers that misbehave harm nobody but themselves', () => {
  it('lists 700 tools in seven pages, and calls the last of them', async () => {
    const gateway = await serve({ mcpServers: { many: scripted('many-tools') } });
    const session = await openSession(gateway.url, 'ada');
    const tools = await listAll(session, 'tools/list', 'tools');
    expect(tools.map(({ name }) => name)).toEqual(Array.from({ length: 700 }, (_, n) => `many__tool-${n}`));
    expect((await callTool(session, 1, 'many__tool-699')).result?.content).toEqual([
      { type: 'text', text: 'tool-699' },
    ]);
  });

  it('lists the others while one hangs in initialize', async () => {
    const gateway = await serve({
      mcpServers: { hanging: scripted('hanging'), many: scripted('many-tools') },
    });
    const session = await openSession(gateway.url, 'ada');
    const beganAt = performance.now();
    const tools = await listAll(session, 'tools/list', 'tools');
    expect(performance.now() - beganAt).toBeLessThan(LISTED_WITHIN_MS);
    expect(tools).toHaveLength(700);
    expect(await gateway.server('hanging')).toMatchObject({ phase: 'negotiating', catalog: { tools: 0 } });
    expect(gateway.log.events).not.toContainEqual(
      expect.objectContaining({ name: 'hanging', phase: 'failed' }),
    );
  });

  it('tells a connected client when a server that took its time has come', async () => {
    const folder = await temporaryFolder();
    const log = path.join(folder, 'late.log');
    const late = { ...scripted('late'), env: { LATE_LOG: log } };
    const gateway = await serve({ mcpServers: { late, many: scripted('many-tools') } }, { folder });
    await gateway.phase('many', 'ready');
    const client = await connectToGateway(gateway.url);
    const told = new Promise<void>((resolve) => {
      // The other server's tools may be news too.
      client.setNotificationHandler(ToolListChangedNotificationSchema, async () => {
        if ((await client.listTools()).tools.length > 700) resolve();
      });
    });
    expect((await client.listTools()).tools).toHaveLength(700);
    await gateway.phase('late', 'negotiating');
    const { pid } = await gateway.server('late');
    // Earlier than this the signal would end it.
    await written(log, String(pid));
    process.kill(pid!, 'SIGUSR2');
    await within(30_000, 'word of the new tools', told);
    const { tools } = await client.listTools();
    expect(tools[0]?.name).toBe('late__dawdle');
    expect(tools).toHaveLength(701);
    expect((await client.callTool({ name: 'late__dawdle' })).content).toEqual([
      { type: 'text', text: 'at last' },
    ]);
  });

  it('gives a server up that floods its stdout; the others start, answer and stop as if it were not there', async () => {
    const gateway = await serve({
      mcpServers: { flooding: scripted('flooding'), many: scripted('many-tools') },
    });
    // As it was told then: it starts again by itself, and has no problem while it does.
    const { problem } = await gateway.phase('flooding', 'backoff');
    expect((problem as Problem).message).toContain('that are no messages');
    await gateway.phase('many', 'ready');
    const session = await openSession(gateway.url, 'ada');
    expect((await callTool(session, 1, 'many__tool-1')).result).toBeDefined();
  });

  it('hears no more of a server that talks without end than the others can bear, and serves it, too', async () => {
    const beganAt = performance.now();
    const gateway = await serve({
      mcpServers: { talkative: scripted('talkative'), many: scripted('many-tools') },
    });
    for (const name of ['talkative', 'many']) await gateway.phase(name, 'ready');
    const session = await openSession(gateway.url, 'ada');
    for (let id = 1; id <= 20; id += 1)
      expect((await callTool(session, id, `many__tool-${id}`)).result).toBeDefined();
    expect((await callTool(session, 21, 'talkative__ask')).result?.content).toEqual([
      { type: 'text', text: 'all the same' },
    ]);
    let heard = 0;
    while (heard < TALK.atOnce) {
      const page = await (await fetch(`${gateway.admin.url}/metrics`)).text();
      heard = Number(
        /^switchyard_frames_total\{mcp_server="talkative",direction="in"\} (\d+)$/m.exec(page)?.[1],
      );
    }
    // It writes a hundred times as fast.
    expect(heard).toBeLessThan(2 * TALK.atOnce + TALK.eachMs * (performance.now() - beganAt));
    expect(await gateway.server('talkative')).toMatchObject({ phase: 'ready', restarts: 0 });
  });

  it('shows why a server exits at once, and refuses its calls unsent', async () => {
    const gateway = await serve({
      mcpServers: { exiting: scripted('exiting'), plain: scripted('many-tools') },
    });
    const { problem } = await gateway.phase('exiting', 'backoff');
    await gateway.phase('plain', 'ready');
    expect(problem).toMatchObject({ code: 'SWY-E206', message: expect.stringContaining('code 7') });
    expect(JSON.stringify(problem)).toContain('refused the connection');
    const session = await openSession(gateway.url, 'ada');
    const { error } = await callTool(session, 1, 'exiting__anything');
    expect(error?.data).toMatchObject({ executed: 'no' });
    expect((await callTool(session, 2, 'plain__tool-1')).result).toBeDefined();
  });

  it('ends a call that is never answered at its timeout, without guessing whether it was executed', async () => {
    const awkward = { ...scripted('awkward'), timeout: '5s' };
    const gateway = await serve({ mcpServers: { awkward } });
    const session = await openSession(gateway.url, 'ada');
    await gateway.phase('awkward', 'ready');
    const silent = callTool(session, 1, 'awkward__silent');
    // The same server goes on answering others.
    expect((await callTool(session, 2, 'awkward__fine')).result?.content).toEqual([
      { type: 'text', text: 'fine' },
    ]);
    expect((await silent).error).toMatchObject({
      code: -33013,
      data: { code: 'SWY-E704', server: 'awkward', executed: 'unknown', phase: 'sent' },
    });
    expect(await gateway.server('awkward')).toMatchObject({ phase: 'ready', restarts: 0, inFlight: 0 });
  });
});

function scripted(name: string) {
  return { command: process.execPath, args: [fixture(`${name}.mjs`)] };
}

import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool, listAll } from './harness/rpc.ts';

const many = { command: process.execPath, args: [fixture('many-tools.mjs')] };

describe('plugins that are not ours', () => {
  it('watch calls: one in plain JavaScript, named by its path, counts them', async () => {
    const folder = await temporaryFolder();
    await cp(fixture('plugins/counting.mjs'), path.join(folder, 'counting.mjs'));
    const file = path.join(folder, 'counts.json');
    const gateway = await serve(
      { plugins: { './counting.mjs': { file } }, mcpServers: { many } },
      { folder },
    );
    await gateway.phase('many', 'ready');
    const session = await openSession(gateway.url, 'ada');
    for (const id of [1, 2, 3]) await callTool(session, id, 'many__tool-1');
    await callTool(session, 4, 'many__no-such-tool');
    const { plugins } = await gateway.status();
    expect(plugins.find(({ id }) => id === 'counting')).toMatchObject({
      name: './counting.mjs',
      state: 'ready',
    });
    await gateway.stop();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      'started tools/call': 4,
      'ended tools/call at many with result': 3,
      'ended tools/call with result': 3,
      'ended tools/call with error': 1,
      undone: 1,
    });
  });

  it('replace one of ours: another catalog serves, by configuration alone', async () => {
    const folder = await temporaryFolder();
    await cp(fixture('catalog-plain'), path.join(folder, 'node_modules/catalog-plain'), { recursive: true });
    const plugins = { '@switchyard/catalog-memory': false, 'catalog-plain': true };
    const gateway = await serve({ plugins, mcpServers: { many } }, { folder });
    await gateway.phase('many', 'ready');
    const session = await openSession(gateway.url, 'ada');
    const tools = await listAll(session, 'tools/list', 'tools');
    expect(tools.map(({ name }) => name)).toEqual(Array.from({ length: 700 }, (_, n) => `tool-${n}-of-many`));
    expect((await callTool(session, 1, 'tool-7-of-many')).result?.content).toEqual([
      { type: 'text', text: 'tool-7' },
    ]);
    expect((await callTool(session, 2, 'many__tool-7')).error?.code).toBe(-32602);
    const ids = (await gateway.status()).plugins.map(({ id }) => id);
    expect(ids).toContain('catalog-plain');
    expect(ids).not.toContain('catalog-memory');
  });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { clock, type Endpoint, type Host, store } from '@switchyard/plugin-api';
import plugin from './index.ts';
import { ScriptedDoor } from '@switchyard/client-session/scripted-door';
import { connectTo } from './spec-client.ts';
import { ManualClock, silent } from './spec-endpoint.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-stdio-'))));
afterEach(() => rm(folder, { recursive: true }));

it('listens in the state directory, and leaves nothing there, clients or not', async () => {
  const services = new Map<symbol, unknown>([
    [store.key, { folder }],
    [clock.key, new ManualClock()],
  ]);
  const contributed: Endpoint[] = [];
  const owned: (() => unknown)[] = [];
  const host = {
    log: silent,
    get: ({ key }: { readonly key: symbol }) => services.get(key),
    own: (undo: () => unknown) => void owned.push(undo),
    contribute: (_point: unknown, endpoint: Endpoint) => void contributed.push(endpoint),
  } as unknown as Host;
  const options = await plugin.config!['~standard'].validate(undefined);
  await plugin.setup(host, 'value' in options ? options.value : undefined);
  expect(plugin.needs).toEqual([store, clock]);
  expect(await readdir(folder)).toEqual([]);

  const { url } = await contributed[0]!.open(new ScriptedDoor());
  expect(url).toBe(`unix:${path.join(folder, 'mcp.sock')}`);
  const client = await connectTo(path.join(folder, 'mcp.sock'));
  expect(await client.greet()).toMatchObject({ result: {} });
  // As after a boot that failed: nobody closes the door.
  for (const undo of owned) await undo();
  await client.closed;
  expect(await readdir(folder)).toEqual([]);
});

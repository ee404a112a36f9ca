import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { switchyard } from './harness/command.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { installPacked } from './harness/packed.ts';
import { fixture } from './harness/places.ts';

/** npm may have to fetch what the packages need. */
const INSTALL_MS = 300_000;

describe('what is published', () => {
  it(
    'installs in an empty folder, and serves with a configuration of three lines',
    async () => {
      const folder = await temporaryFolder();
      const bin = await installPacked(folder, await temporaryFolder());
      const configuration = [
        '{ "mcpServers": {',
        `    "typed": { "command": "node", "args": [${JSON.stringify(fixture('typed.mjs'))}] }`,
        '} }',
      ].join('\n');

      const gateway = await serve(configuration, { folder, bin });
      await gateway.phase('typed', 'ready');
      const run = (...args: string[]) =>
        switchyard([...args, '--state-dir', gateway.stateDir], { cwd: folder, bin });
      expect(await run('call', 'typed__add', 'left=2', 'right=3')).toMatchObject({
        code: 0,
        stdout: 'sum: 5\n',
      });
      const { plugins } = JSON.parse((await run('plugins', '--json')).stdout) as {
        plugins: { file?: string }[];
      };
      const files = plugins.flatMap(({ file }) => file ?? []);
      expect(files).not.toEqual([]);
      // All of them stand in this folder, none in the workspace that it was packed in.
      expect(files.filter((file) => !file.startsWith(path.join(folder, 'node_modules')))).toEqual([]);
      await gateway.stop();
      expect((await run('status')).code).toBe(9);
    },
    INSTALL_MS,
  );
});

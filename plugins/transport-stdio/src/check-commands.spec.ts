import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkCommands } from './check-commands.ts';
import { realClock } from './spec-clock.ts';

let folder: string;
const { PATH, SHELL } = process.env;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-check-'));
});
afterEach(async () => {
  Object.assign(process.env, { PATH, ...(SHELL !== undefined && { SHELL }) });
  if (SHELL === undefined) delete process.env['SHELL'];
  await rm(folder, { recursive: true });
});

/** What is wrong with servers of these targets. */
async function wrongWith(...targets: readonly object[]) {
  const entries = targets.map((target) => ({
    server: 'one',
    folder,
    where: (key: string) => `a.jsonc:3:5  mcpServers.one.${key}`,
    target,
  }));
  const found = await checkCommands(entries, realClock());
  return found.map((error) => error && `${error.code} ${error.where}`);
}

describe('a look at commands', () => {
  it('says which is not there, or cannot be run, and where it stands, and runs none', async () => {
    const marker = path.join(folder, 'was-run');
    await writeFile(path.join(folder, 'run.sh'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    await writeFile(path.join(folder, 'text'), 'x', { mode: 0o644 });
    expect(
      await wrongWith(
        { command: 'node' },
        { command: './run.sh' },
        { command: 'no-such-command-anywhere' },
        { command: './text' },
        { command: 'node server.js' },
        { command: 'node', cwd: './nowhere' },
      ),
    ).toEqual([
      undefined,
      undefined,
      'COMMAND_NOT_FOUND a.jsonc:3:5  mcpServers.one.command',
      'COMMAND_NOT_EXECUTABLE a.jsonc:3:5  mcpServers.one.command',
      'COMMAND_NOT_FOUND a.jsonc:3:5  mcpServers.one.command',
      'FOLDER_MISSING a.jsonc:3:5  mcpServers.one.cwd',
    ]);
    await expect(stat(marker)).rejects.toThrow('ENOENT');
  });

  it('finds what only the login shell has, and asks it once', async () => {
    const asked = path.join(folder, 'asked');
    const shell = path.join(folder, 'sh');
    const own = path.join(folder, 'only-in-terminals');
    await writeFile(own, '#!/bin/sh\n', { mode: 0o755 });
    // The question is the last word that a shell is given.
    const script = `#!/bin/sh\necho once >> ${asked}\nfor last; do :; done\nPATH=${folder}:$PATH\nexport PATH\neval "$last"\n`;
    await writeFile(shell, script, { mode: 0o755 });
    process.env['SHELL'] = shell;
    const absent = { command: 'no-such-command-anywhere' };
    const found = await wrongWith({ command: 'only-in-terminals' }, { command: 'only-in-terminals' }, absent);
    expect(found.map((error) => error?.split(' ')[0])).toEqual([undefined, undefined, 'COMMAND_NOT_FOUND']);
    expect((await stat(asked)).size).toBe('once\n'.length);
  });

  it('leaves entries to others that are no command at all', async () => {
    expect(await wrongWith({ url: 'http://127.0.0.1:1' })).toEqual([undefined]);
  });
});

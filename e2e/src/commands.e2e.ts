import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { listAll } from './harness/rpc.ts';

const MANY = fixture('many-tools.mjs');
/** What launchd and systemd give a desktop application. */
const POOR_PATH = '/usr/bin:/bin';

async function program(folder: string, name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('a gateway that a desktop application starts', () => {
  it('finds commands where the terminals of the user find them, asks for that once, and gives servers the PATH', async () => {
    const folder = await temporaryFolder();
    const asked = path.join(folder, 'asked');
    await program(folder, 'tools/many', `exec "${process.execPath}" "${MANY}"`);
    await writeFile(
      path.join(folder, '.profile'),
      `echo "Welcome back"; echo asked >> ${asked}; PATH="${folder}/tools:$PATH"\n`,
    );
    const gateway = await serve(
      {
        mcpServers: {
          one: { command: 'many' },
          two: { command: 'many' },
          absent: { command: 'no-such-command' },
          fixed: { command: 'many', env: { PATH: '/opt/nothing' } },
        },
      },
      { folder, env: { PATH: POOR_PATH, SHELL: '/bin/sh' } },
    );
    await Promise.all([gateway.phase('one', 'ready'), gateway.phase('two', 'ready')]);
    await gateway.phase('absent', 'failed');
    await gateway.phase('fixed', 'failed');
    const problem = async (name: string) => (await gateway.server(name)).problem;
    expect((await gateway.server('one')).target).toBe(path.join(folder, 'tools/many'));
    expect(await problem('absent')).toMatchObject({
      code: 'SWY-E201',
      where: expect.stringContaining('mcpServers.absent.command'),
      why: expect.stringMatching(
        new RegExp(
          `^PATH searched: ${POOR_PATH}; and the PATH of the login shell \\(/bin/sh\\): ${folder}/tools:`,
        ),
      ),
    });
    expect(await problem('fixed')).toMatchObject({ why: 'PATH searched: /opt/nothing' });
    expect(await readFile(asked, 'utf8')).toBe('asked\n');
  });
});

describe('the envFile of a server', () => {
  it('reaches it, is masked in all that it prints, and costs no other server anything if it is not there', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, '.env'), '# of ann\nTOKEN="canary-of-the-file"\nMODE=fast\n');
    const script = 'echo "$TOKEN $MODE $OWN" >&2; exit 3';
    const gateway = await serve(
      {
        logging: { level: 'debug' },
        mcpServers: {
          reading: {
            command: '/bin/sh',
            args: ['-c', script],
            envFile: '.env',
            env: { OWN: 'own', MODE: 'slow' },
          },
          missing: { command: process.execPath, args: [MANY], envFile: './no-such.env' },
          good: { command: process.execPath, args: [MANY] },
        },
      },
      { folder },
    );
    await gateway.phase('good', 'ready');
    await gateway.phase('missing', 'failed');
    // As it was told then: it starts again by itself, and has no problem while it does.
    expect((await gateway.phase('reading', 'backoff'))['problem']).toMatchObject({
      why: 'its last words: [redacted] slow own',
    });
    expect((await gateway.server('missing')).problem).toMatchObject({
      code: 'SWY-E613',
      message: expect.stringContaining(`${folder}/no-such.env: there is no such file`),
      where: expect.stringContaining('mcpServers.missing.envFile'),
      remedy: expect.stringContaining('"envFile"'),
    });
    const session = await openSession(gateway.url, 'ada');
    expect(await listAll(session, 'tools/list', 'tools')).toHaveLength(700);
    await gateway.stop();
    const told = JSON.stringify(gateway.log.events) + gateway.stderr();
    expect(told).toContain('[redacted]');
    expect(told).not.toContain('canary-of-the-file');
  });
});

describe('a launcher', () => {
  it('that asks before it installs, or gives a server no stdin, fails with what to write instead', async () => {
    const folder = await temporaryFolder();
    const npx = await program(
      folder,
      'bin/npx',
      'echo "Need to install: a-server. Ok to proceed?" >&2; exec sleep 1000',
    );
    const docker = await program(folder, 'bin/docker', 'echo "no stdin" >&2; exit 0');
    const gateway = await serve(
      {
        mcpServers: {
          asking: { command: npx, args: ['a-server'], startupTimeout: '3s' },
          deaf: { command: docker, args: ['run', '--rm', '--init', 'an/image'] },
        },
      },
      { folder },
    );
    const problem = async (name: string) => (await gateway.phase(name, 'backoff'))['problem'];
    expect(await problem('asking')).toMatchObject({
      code: 'SWY-E211',
      why: expect.stringContaining('its last words: Need to install: a-server. Ok to proceed?'),
      remedy: expect.stringMatching(
        /^write "args": \["-y", …\], for without "-y" .*; if that is not it: check/,
      ),
    });
    expect(await problem('deaf')).toMatchObject({
      code: 'SWY-E206',
      why: 'its last words: no stdin',
      remedy: expect.stringMatching(
        /^write "args": \["run", "-i", …\], for without "-i" the server has no stdin/,
      ),
    });
  });
});

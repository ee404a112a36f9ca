import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError, type Clock } from '@switchyard/plugin-api';
import { LoginShell } from './login-shell.ts';
import { realClock } from './spec-clock.ts';
import { serverOf } from './spec-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-shell-'));
  await mkdir(join(folder, 'bin of mine'));
  await program('bin of mine/server', 'echo "$PATH"; exec cat');
});
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, script: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

let homes = 0;
/** A home whose profile, in the file that this shell reads, says this. */
async function home(profile: string, file = '.profile'): Promise<string> {
  const path = join(folder, `home-${(homes += 1)}`);
  await mkdir(path);
  await writeFile(join(path, file), profile);
  return path;
}

function asked(env: Record<string, string>, clock: Clock = realClock()): LoginShell {
  return new LoginShell({
    clock,
    guardian: { watch: () => () => {} },
    env: { PATH: '/usr/bin:/bin', ...env },
  });
}

/** Its nth wait is over as soon as the file has n lines, however long that takes on this machine. */
function clockOf(file: string): Clock {
  let waits = 0;
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
  return {
    ...realClock(),
    after(_ms, run) {
      const nth = (waits += 1);
      let isCancelled = false;
      const look = () => {
        if (isCancelled) return;
        if (lines() >= nth) run();
        else setImmediate(look);
      };
      setImmediate(look);
      return () => (isCancelled = true);
    },
  };
}

const hasBash = existsSync('/bin/bash');

describe('the login shell', () => {
  it.each([
    ...(hasBash
      ? [
          ['bash', '/bin/bash', '.bash_profile'],
          ['bash, in the file of interactive ones', '/bin/bash', '.bashrc'],
        ]
      : []),
    ['sh', '/bin/sh', '.profile'],
  ])('tells the PATH of its terminals: %s', async (_which, shell, file) => {
    const interactive = file === '.bashrc' ? '. "$HOME/.bashrc"\n' : '';
    const HOME = await home(`export PATH="${folder}/bin of mine:$PATH"`, file!);
    if (interactive) await writeFile(join(HOME, '.bash_profile'), interactive);
    expect(await asked({ SHELL: shell!, HOME }).path('r1')).toEqual({
      kind: 'known',
      shell,
      path: expect.stringContaining(`${folder}/bin of mine:`),
    });
  });

  it('may print whatever it likes before and after, in any order of its streams', async () => {
    const noise =
      'echo "PATH=/wrong"; printf "[abc]/wrong[/abc]"; echo "mark:/wrong:" >&2; trap "echo bye" EXIT';
    const HOME = await home(`${noise}; PATH="/é:$PATH"`);
    expect(await asked({ SHELL: '/bin/sh', HOME }).path('r1')).toMatchObject({
      path: expect.stringMatching(/^\/é:/),
    });
  });

  it('is asked once, by however many servers, and its answer is kept', async () => {
    const counted = join(folder, 'counted');
    const shell = asked({ SHELL: '/bin/sh', HOME: await home(`echo asked >> ${counted}`) });
    const answers = await Promise.all(Array.from({ length: 50 }, () => shell.path('r1')));
    await shell.path('r1');
    expect(new Set(answers).size).toBe(1);
    expect(readFileSync(counted, 'utf8')).toBe('asked\n');
  });

  it('gets no stdin, no secrets and nothing of ours, and has a session of its own', async () => {
    const seen = join(folder, 'seen');
    const HOME = await home(
      `{ env; echo "stdin: $(cat | wc -c)"; cut -d ' ' -f 1,5,6 /proc/$$/stat; } > ${seen} 2>&1`,
    );
    await asked({ SHELL: '/bin/sh', HOME, GITHUB_TOKEN: 'hunter2', SWITCHYARD_ADMIN_TOKEN: 'hunter2' }).path(
      'r1',
    );
    const text = readFileSync(seen, 'utf8');
    expect(text).toContain(`HOME=${HOME}`);
    expect(text).toContain('stdin: 0');
    expect(text).not.toMatch(/hunter2|SWITCHYARD_/);
    const [pid, group, session] = text.trim().split('\n').at(-1)!.split(' ');
    if (process.platform === 'linux') expect([group, session]).toEqual([pid, pid]);
  });

  it('that hangs is ended with what it started, and says so; the next one asks again', async () => {
    const started = join(folder, 'started');
    const script = await program(
      'hanging',
      `trap "" TERM HUP; sleep 1000 & echo $! >> ${started}; sleep 1000`,
    );
    const shell = asked({ SHELL: script }, clockOf(started));
    const answer = await shell.path('r1');
    expect(answer).toEqual({ kind: 'unknown', shell: script, reason: 'did not tell its PATH within 3 s' });
    await shell.path('r1');
    const pids = readFileSync(started, 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) await gone(pid);
  });

  it('that is asked while the gateway stops is ended', async () => {
    const started = join(folder, 'started-too');
    const script = await program('slow', `echo $$ > ${started}; trap "" TERM; while :; do sleep 1; done`);
    const shell = asked({ SHELL: script });
    const answer = shell.path('r1');
    while (!existsSync(started) || readFileSync(started, 'utf8') === '') await new Promise(setImmediate);
    shell.close();
    expect(await answer).toMatchObject({ kind: 'unknown', reason: 'did not tell its PATH' });
    await gone(Number(readFileSync(started, 'utf8')));
  });

  it.each([
    [
      'that ends at once',
      () => program('nologin', 'echo "This account is not available."; exit 1'),
      'did not tell its PATH',
    ],
    ['that is not there', () => Promise.resolve('/no/such/shell'), 'could not be started: ENOENT'],
    ['that prints without end', () => program('yes', 'exec yes'), 'printed too much'],
  ])('%s is told', async (_what, make, reason) => {
    const shell = await make();
    expect(await asked({ SHELL: shell }).path('r1')).toEqual({ kind: 'unknown', shell, reason });
  });

  it('leaves in the background what its files start there, and does not wait for it', async () => {
    const pidFile = join(folder, 'agent');
    const HOME = await home(`sleep 1000 & echo $! > ${pidFile}`);
    const answer = await asked({ SHELL: '/bin/sh', HOME }).path('r1');
    expect(answer.kind).toBe('known');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 0);
    process.kill(pid, 'SIGKILL');
  });
});

describe('a command that is not in our PATH', () => {
  /** Starts `server` with a PATH of ours in which it is not. */
  async function opened(entry: object, shellEnv: Record<string, string>) {
    const own = process.env['PATH'];
    process.env['PATH'] = '/usr/bin:/bin';
    try {
      const server = serverOf('echo', {
        target: { args: [], command: 'server', ...entry },
        loginShell: asked(shellEnv),
      });
      const error: unknown = await server.open().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return { server, error: SwitchyardError.is(error) ? error : undefined };
    } finally {
      process.env['PATH'] = own;
    }
  }

  it('is found in that of the login shell, and the server gets the PATH that found it', async () => {
    const HOME = await home(`PATH="$PATH:${folder}/bin of mine"`);
    const { server, error } = await opened({}, { SHELL: '/bin/sh', HOME });
    expect(error).toBeUndefined();
    expect(await server.received(1)).toEqual([expect.stringContaining(`:${folder}/bin of mine`)]);
    expect(server.wire.info.target).toBe(join(folder, 'bin of mine/server'));
  });

  it('and not in that of the login shell either is told with both', async () => {
    const HOME = await home('PATH=/opt/one:/opt/two');
    const { error } = await opened({}, { SHELL: '/bin/sh', HOME });
    expect(error?.code).toBe('COMMAND_NOT_FOUND');
    expect(error?.why).toBe(
      'PATH searched: /usr/bin:/bin; and the PATH of the login shell (/bin/sh): /opt/one:/opt/two',
    );
  });

  it('is told with what kept the login shell from answering', async () => {
    const { error } = await opened({}, { SHELL: '/no/such/shell' });
    expect(error?.why).toBe(
      'PATH searched: /usr/bin:/bin; the login shell (/no/such/shell) could not be started: ENOENT',
    );
  });

  it.each([
    ['whose entry says what PATH is', { env: { PATH: '/opt' } }],
    ['whose entry takes PATH away', { env: { PATH: null } }],
    ['that is a path', { command: './server' }],
    ['that is a whole line', { command: 'server --token x' }],
  ])('%s is not looked for there', async (_what, entry) => {
    const touched = join(folder, 'touched');
    const { error } = await opened(entry, { SHELL: '/bin/sh', HOME: await home(`touch ${touched}`) });
    expect(error?.code).toBe('COMMAND_NOT_FOUND');
    expect(existsSync(touched)).toBe(false);
  });

  it('is not asked for while it is in ours', async () => {
    const touched = join(folder, 'touched-too');
    const { error } = await opened(
      { command: 'cat' },
      { SHELL: '/bin/sh', HOME: await home(`touch ${touched}`) },
    );
    expect(error).toBeUndefined();
    expect(existsSync(touched)).toBe(false);
  });
});

/** Resolves when no process has this number, or a dead one that nobody waits for; fails after a generous while. */
async function gone(pid: number): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (process.platform === 'linux' && / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return;
    await new Promise(setImmediate);
  }
  throw new Error(`${pid} still runs`);
}

import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { takesCalls, type ReloadResult } from '@switchyard/plugin-api';
import { lightServer } from '@switchyard/testing';
import { switchyard } from './harness/command.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway, type GatewayOptions } from './harness/gateway.ts';
import { linesOf, written } from './harness/lines-of.ts';
import { fixture } from './harness/places.ts';
import { openSession, send, CLIENT_HEADERS } from './harness/raw-session.ts';
import { callTool, listAll, parse, requestText } from './harness/rpc.ts';
import { within } from './harness/within.ts';

const light = lightServer();
const SAVED = { mcpServers: { kept: light, other: light } };

interface ReloadLine {
  readonly ok: boolean;
  readonly applied?: boolean;
  readonly problem?: { readonly code: string; readonly where?: string; readonly message: string };
}

/** A gateway whose file can be changed, and what it says of that. */
async function reloading(configuration: object = SAVED, options: GatewayOptions = {}) {
  const gateway = await serve(configuration, options);
  const file = path.join(gateway.folder, 'switchyard.jsonc');
  const names = Object.keys((configuration as typeof SAVED).mcpServers);
  for (const name of names) await gateway.phase(name, 'ready');
  const pids = async () =>
    Object.fromEntries((await gateway.status()).servers.map(({ name, pid }) => [name, pid]));
  const results = () =>
    gateway.log.events.filter(({ event }) => event === 'reload') as unknown as ReloadLine[];
  /** The first result after `seen` others that is as asked for. */
  const result = async (seen: number, wanted: (line: ReloadLine) => boolean) => {
    const before = new Set(gateway.log.events.filter(({ event }) => event === 'reload').slice(0, seen));
    return (await gateway.log.find(
      'result of a reload',
      (line) => line.event === 'reload' && !before.has(line) && wanted(line as unknown as ReloadLine),
    )) as unknown as ReloadLine;
  };
  return { gateway, file, pids, results, result };
}

/** Resolves when the server takes calls with another process. */
async function anew(gateway: Gateway, name: string, before: number): Promise<void> {
  const again = async () => {
    for (;;) {
      const { pid, phase } = await gateway.server(name);
      if (pid !== undefined && pid !== before && takesCalls(phase)) return;
    }
  };
  await within(30_000, `new process of ${name}`, again());
}

/** All at once: a gateway that looks between the first byte and the last would tell of that, too. */
async function put(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

const save = (file: string, configuration: object) => put(file, JSON.stringify(configuration, undefined, 2));
const applied = ({ ok, applied: isApplied }: ReloadLine) => ok && isApplied === true;
const refused = ({ ok }: ReloadLine) => !ok;

describe('F69: a configuration that is saved badly', () => {
  const whole = JSON.stringify({ mcpServers: { kept: light, added: light } }, undefined, 2);
  it.each([
    ['half written', whole.slice(0, -30), 'SWY-E604', /^switchyard\.jsonc:\d+:\d+/],
    ['no JSON', '{ "mcpServers": { "kept": } }', 'SWY-E604', /^switchyard\.jsonc:1:27/],
    ['empty', '', 'SWY-E604', /^switchyard\.jsonc:1:1/],
    ['with an unknown key', '{\n  "mcpServer": {}\n}', 'SWY-E601', /^switchyard\.jsonc:2:3/],
    [
      'with limits that contradict each other',
      '{\n  "limits": { "maxProcesses": 10, "maxConnections": 5 }\n}',
      'SWY-E605',
      /^switchyard\.jsonc:2:\d+ {2}limits\.maxProcesses/,
    ],
  ])('%s keeps the running one, and says what, where and why', async (_how, text, code, where) => {
    const { gateway, file, pids, result } = await reloading();
    const before = await pids();
    const { revision } = (await gateway.status()) as unknown as { revision: string };
    await put(file, text);
    expect((await result(0, refused)).problem).toMatchObject({
      code,
      where: expect.stringMatching(where),
      remedy: expect.any(String),
    });
    expect(await gateway.status()).toMatchObject({ revision, reload: { ok: false, problem: { code } } });
    await save(file, { mcpServers: { ...SAVED.mcpServers, added: light } });
    await result(1, applied);
    await gateway.phase('added', 'ready');
    expect(await pids()).toMatchObject(before);
    expect(await gateway.status()).toMatchObject({ reload: { ok: true } });
  });

  it('deleted, then there again', async () => {
    const { gateway, file, pids, result, results } = await reloading();
    const before = await pids();
    await rm(file);
    expect((await result(0, refused)).problem).toMatchObject({
      code: 'SWY-E603',
      message: expect.stringContaining('no such file'),
    });
    await save(file, { mcpServers: { ...SAVED.mcpServers, added: light } });
    await result(1, applied);
    await gateway.phase('added', 'ready');
    expect(results().filter(refused)).toHaveLength(1);
    expect(await pids()).toMatchObject(before);
  });

  it('not readable, then readable again', async () => {
    const { file, pids, result, results } = await reloading();
    const before = await pids();
    // A folder in its place is unreadable to whoever may read everything, too.
    await rename(file, `${file}.kept`);
    await mkdir(file);
    const { problem } = await result(
      0,
      (line) => refused(line) && /folder|directory/i.test(line.problem!.message),
    );
    expect(problem).toMatchObject({ code: 'SWY-E603' });
    const seen = results().length;
    await rm(file, { recursive: true });
    await rename(`${file}.kept`, file);
    await result(seen, ({ ok }) => ok);
    expect(await pids()).toEqual(before);
  });

  it('written a hundred times a second', async () => {
    const { gateway, file, pids, result, results } = await reloading();
    const before = await pids();
    const writes = 200;
    for (let write = 0; write < writes; write += 1) {
      const servers = { ...SAVED.mcpServers, [`added-${write % 2}`]: light };
      // In its place, as some editors do.
      await writeFile(file, JSON.stringify({ mcpServers: servers }));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await save(file, { mcpServers: { ...SAVED.mcpServers, last: light } });
    await gateway.phase('last', 'ready');
    await result(0, applied);
    // Ten where nothing holds up whoever writes; a pause of theirs may be taken for the last word.
    expect(results().length).toBeLessThan(writes / 2);
    expect(await pids()).toMatchObject(before);
  });

  it('swapped by a link, as in a mounted ConfigMap', async () => {
    const folder = await temporaryFolder();
    const mount = path.join(folder, 'mounted');
    for (const [version, more] of Object.entries({ '..1': {}, '..2': { added: light } })) {
      await mkdir(path.join(mount, version), { recursive: true });
      await save(path.join(mount, version, 'switchyard.jsonc'), {
        mcpServers: { ...SAVED.mcpServers, ...more },
      });
    }
    await symlink('..1', path.join(mount, '..data'));
    await symlink(path.join('..data', 'switchyard.jsonc'), path.join(mount, 'switchyard.jsonc'));
    // The harness writes the file that it serves: through the link, the same again.
    await symlink(path.join(mount, 'switchyard.jsonc'), path.join(folder, 'switchyard.jsonc'));
    const { gateway, pids, result } = await reloading(SAVED, { folder });
    const before = await pids();
    await symlink('..2', path.join(mount, '..data_tmp'));
    await rename(path.join(mount, '..data_tmp'), path.join(mount, '..data'));
    await result(0, applied);
    await gateway.phase('added', 'ready');
    expect(await pids()).toMatchObject(before);
  });

  it('renamed into its place, as editors do, and touched, which is nothing', async () => {
    const { gateway, file, pids, result, results } = await reloading();
    const before = await pids();
    await writeFile(`${file}.swp`, await readFile(file));
    await rename(`${file}.swp`, file);
    await save(`${file}.swp`, { mcpServers: { ...SAVED.mcpServers, added: light } });
    await rename(file, `${file}~`);
    await rename(`${file}.swp`, file);
    await result(0, applied);
    await gateway.phase('added', 'ready');
    expect(results().filter(applied)).toHaveLength(1);
    expect(await pids()).toMatchObject(before);
  });
});

describe('F70: servers that change under calls', () => {
  const recorder = (folder: string, more: object = {}) => ({
    command: process.execPath,
    args: [fixture('recorder.mjs')],
    env: { NAME: 'busy', LOG: path.join(folder, 'busy.log'), ...more },
  });

  it.each([
    ['removed', () => ({})],
    ['renamed', (folder: string) => ({ renamed: recorder(folder) })],
    ['changed', (folder: string) => ({ busy: recorder(folder, { CHANGED: '1' }) })],
    [
      'changed with break-first',
      (folder: string) => ({ busy: { ...recorder(folder, { CHANGED: '1' }), reload: 'break-first' } }),
    ],
  ])('one that is %s answers the calls that it has, and nobody else notices', async (_how, after) => {
    const folder = await temporaryFolder();
    const { gateway, file, pids, result } = await reloading(
      { mcpServers: { kept: light, busy: recorder(folder) } },
      { folder },
    );
    const before = await pids();
    const session = await openSession(gateway.url, 'ada');
    const held = session.post(
      requestText(1, 'tools/call', { name: 'busy__hold', arguments: { nonce: 'n' } }),
    );
    await written(path.join(folder, 'busy.log'), 'executed n');
    await save(file, { mcpServers: { kept: light, ...after(folder) } });
    await result(0, applied);
    const echoed = await callTool(session, 2, 'kept__echo', { nonce: 'meanwhile' });
    expect(echoed.result?.content?.[0]?.text).toBe('meanwhile');
    process.kill(before['busy']!, 'SIGUSR2');
    expect(parse(await held)).toMatchObject([{ id: 1, result: { content: [{ text: 'n at busy' }] } }]);
    for (const name of Object.keys(after(folder))) {
      await anew(gateway, name, before['busy']!);
      const again = await callTool(session, 3, `${name}__record`, { nonce: 'again' });
      expect(again.result?.content?.[0]?.text).toBe('again at busy');
    }
    expect((await pids())['kept']).toBe(before['kept']);
    const executed = (await linesOf(path.join(folder, 'busy.log'))).filter((line) => line.endsWith(' n'));
    expect(executed).toEqual(['executed n']);
  });

  it('one that is removed and whose call outlasts the drain answers it with what is known', async () => {
    const folder = await temporaryFolder();
    const { gateway, file, pids, result } = await reloading(
      { mcpServers: { kept: light, busy: recorder(folder) } },
      // The ten seconds of a drain.
      { folder, env: { SWITCHYARD_TIME_SCALE: '5' } },
    );
    const before = await pids();
    const session = await openSession(gateway.url, 'ada');
    const held = session.post(
      requestText(1, 'tools/call', { name: 'busy__hold', arguments: { nonce: 'n' } }),
    );
    await written(path.join(folder, 'busy.log'), 'executed n');
    await save(file, { mcpServers: { kept: light } });
    await result(0, applied);
    const echoed = await callTool(session, 2, 'kept__echo', { nonce: 'meanwhile' });
    expect(echoed.result?.content?.[0]?.text).toBe('meanwhile');
    const [answer] = parse(await held);
    expect(answer).toMatchObject({
      id: 1,
      error: { code: -33014, data: { server: 'busy', executed: 'unknown', retryable: false } },
    });
    const gone = await callTool(session, 3, 'busy__record', { nonce: 'late' });
    expect(gone.error).toBeDefined();
    expect(await linesOf(path.join(folder, 'busy.log'))).toEqual(['executed n']);
    expect(await pids()).toEqual({ kept: before['kept'] });
  });

  it('changes names and waits in place: no process is touched', async () => {
    const { gateway, file, pids, result } = await reloading();
    const before = await pids();
    await save(file, {
      mcpServers: { kept: { ...light, prefix: 'new' }, other: { ...light, timeout: '90s' } },
    });
    await result(0, applied);
    const session = await openSession(gateway.url, 'ada');
    const tools = await listAll(session, 'tools/list', 'tools');
    expect(tools.map(({ name }) => name).sort()).toEqual(['new__echo', 'other__echo']);
    expect(await pids()).toEqual(before);
  });

  it('takes a changed envFile for a change of its server alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'own.env'), 'API_KEY=first-value-of-it\n');
    const { gateway, pids, result } = await reloading(
      { mcpServers: { kept: light, keyed: { ...light, envFile: 'own.env' } } },
      { folder },
    );
    const before = await pids();
    await writeFile(path.join(folder, 'own.env'), 'API_KEY=second-value-of-it\n');
    const line = await result(0, applied);
    expect(line).toMatchObject({ plan: { servers: [{ server: 'keyed', keys: ['env.API_KEY'] }] } });
    expect(JSON.stringify(gateway.log.events)).not.toMatch(/(first|second)-value-of-it/);
    expect((await pids())['kept']).toBe(before['kept']);
  });

  it('shows a server that is declared wrongly as failed, and harms no other', async () => {
    const { gateway, file, pids, result } = await reloading();
    const before = await pids();
    await save(file, { mcpServers: { ...SAVED.mcpServers, wrong: { command: 7 } } });
    await result(0, applied);
    expect(await gateway.server('wrong')).toMatchObject({ phase: 'failed', problem: { code: 'SWY-E606' } });
    expect(await pids()).toMatchObject(before);
  });
});

describe('a reload that is ordered', () => {
  const order = async (gateway: Gateway, ...args: readonly string[]) =>
    switchyard(
      [
        'reload',
        '--config',
        path.join(gateway.folder, 'switchyard.jsonc'),
        '--state-dir',
        gateway.stateDir,
        ...args,
      ],
      { cwd: gateway.folder },
    );
  const unwatched = { args: ['--no-watch'] };

  it('prints the plan; a dry run changes nothing, and the next one does', async () => {
    const { gateway, file, results } = await reloading(SAVED, unwatched);
    await save(file, { mcpServers: { kept: light, added: light } });
    const dry = await order(gateway, '--dry-run', '--json');
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout) as ReloadResult).toMatchObject({
      ok: true,
      applied: false,
      plan: {
        servers: [
          { server: 'added', how: 'start' },
          { server: 'other', how: 'drain' },
        ],
        unchanged: 1,
      },
    });
    expect(results()).toEqual([]);
    expect((await gateway.status()).servers.map(({ name }) => name)).toEqual(['kept', 'other']);
    const real = await order(gateway);
    expect(real).toMatchObject({ code: 0, stdout: expect.stringMatching(/added +added[^]*removed +other/) });
    await gateway.phase('added', 'ready');
    expect((await gateway.status()).servers.map(({ name }) => name)).toEqual(['kept', 'added']);
  });

  it('says what is wrong with the file, and exits with 6', async () => {
    const { gateway, file } = await reloading(SAVED, unwatched);
    await writeFile(file, '{\n  "mcpServers": [\n}');
    const { code, stderr } = await order(gateway);
    expect(code).toBe(6);
    expect(stderr).toMatch(/✗ SWY-E604[^]*where +switchyard\.jsonc:3:1[^]*do +/);
  });

  it('needs a restart for plugins and listeners, names the keys, and applies nothing of the file', async () => {
    const { gateway, file } = await reloading(SAVED, unwatched);
    await save(file, {
      mcpServers: { kept: light, added: light },
      listen: { http: { path: '/other' } },
      plugins: { '@switchyard/metrics-prometheus': false },
    });
    const { code, stderr } = await order(gateway);
    expect(code).toBe(6);
    expect(stderr).toMatch(/SWY-E640 .*plugins\.@switchyard\/metrics-prometheus, listen\.http\.path/);
    expect((await gateway.status()).servers.map(({ name }) => name)).toEqual(['kept', 'other']);
  });

  it('does nothing when another revision is in force than the one expected', async () => {
    const { gateway, file } = await reloading(SAVED, unwatched);
    await save(file, { mcpServers: { kept: light } });
    expect(await order(gateway, '--expect', '00000000')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SWY-E641'),
    });
    const { revision } = (await gateway.status()) as unknown as { revision: string };
    expect(await order(gateway, '--expect', revision)).toMatchObject({ code: 0 });
  });

  it('comes by SIGHUP where there is no terminal', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'switchyard.jsonc');
    await save(file, { mcpServers: {} });
    const command = [process.execPath, fixture('../../packages/cli/dist/bin.js')];
    const child = spawn(
      command[0]!,
      [
        command[1]!,
        'serve',
        '--json',
        '--no-watch',
        '--port',
        '0',
        '--config',
        file,
        '--state-dir',
        path.join(folder, 'state'),
      ],
      // A session of its own has no terminal, whoever runs the tests.
      { detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const said = (wanted: string) =>
      new Promise<void>((resolve) => {
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += String(chunk);
          if (text.includes(wanted)) resolve();
        });
      });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      await said('"listening"');
      await save(file, { mcpServers: { added: light } });
      const reloaded = said('"event":"reload"');
      child.kill('SIGHUP');
      await reloaded;
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('tokens that change', () => {
  const withTokens = (tokens: Readonly<Record<string, string>>) => ({
    ...SAVED,
    listen: { http: { tokens } },
  });

  it('let in who has one now, end the streams of who has none, and are shown nowhere', async () => {
    const { gateway, file, pids, result } = await reloading(
      withTokens({ ada: 'token-of-ada-0123', ben: 'token-of-ben-0123' }),
    );
    const before = await pids();
    const ada = await openSession(gateway.url, 'ada', 'token-of-ada-0123');
    await openSession(gateway.url, 'ben', 'token-of-ben-0123');
    await save(file, withTokens({ ada: 'token-of-ada-0123', cleo: 'token-of-cleo-0123' }));
    await result(0, applied);
    const echoed = await callTool(ada, 1, 'kept__echo', { nonce: 'still' });
    expect(echoed.result?.content?.[0]?.text).toBe('still');
    const asked = (token: string) =>
      send(gateway.url, {
        headers: { ...CLIENT_HEADERS, authorization: `Bearer ${token}` },
        body: requestText(1, 'ping'),
      });
    expect((await asked('token-of-ben-0123')).status).toBe(401);
    await openSession(gateway.url, 'cleo', 'token-of-cleo-0123');
    expect(await pids()).toEqual(before);
    expect(gateway.stderr() + JSON.stringify(gateway.log.events)).not.toContain('token-of-');
  });
});

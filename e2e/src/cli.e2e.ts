import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { switchyard, type CommandOptions } from './harness/command.ts';
import { shellEnvironment } from './harness/environment.ts';
import { expectOneError } from './harness/error-shape.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway, type Status } from './harness/gateway.ts';
import { BIN, fixture } from './harness/places.ts';

const typed = { command: process.execPath, args: [fixture('typed.mjs')] };

describe('the command line beside a running gateway', () => {
  let gateway: Gateway;
  const run = (args: readonly string[], options: Partial<CommandOptions> = {}) =>
    switchyard([...args, '--state-dir', 'state'], { cwd: gateway.folder, ...options });
  /** A command that succeeds and says nothing beside what it prints. */
  const json = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run([...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  beforeEach(async () => {
    gateway = await serve({
      mcpServers: { typed, broken: { command: 'no-such-command-anywhere' } },
    });
    await gateway.phase('typed', 'ready');
    await gateway.phase('broken', 'failed');
  });

  it('status says what the process that holds the sockets knows', async () => {
    const { pid, servers, ledger } = (await json('status')) as Status;
    expect(pid).toBe(gateway.pid);
    expect(servers.map(({ name, phase }) => ({ name, phase }))).toEqual([
      { name: 'typed', phase: 'ready' },
      { name: 'broken', phase: 'failed' },
    ]);
    expect(ledger.inFlight).toBe(0);
    const { code, stdout } = await run(['status']);
    expect(code).toBe(0);
    expect(stdout).toContain(`pid ${gateway.pid}`);
    expect(stdout).toMatch(/typed .*ready/i);
    expect(stdout).toMatch(/SWY-E201 .*no-such-command-anywhere/);
    for (const line of stdout.split('\n').filter((row) => /^. (typed|broken) /.test(row))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('list shows what any client sees', async () => {
    expect(await json('list')).toMatchObject({ tools: [{ name: 'typed__add' }, { name: 'typed__fail' }] });
    expect(await json('list', 'prompts')).toMatchObject({ prompts: [{ name: 'typed__greet' }] });
    expect(await json('list', 'resources')).toMatchObject({
      resources: [{ uri: 'typed://one' }],
      resourceTemplates: [{ uriTemplate: 'typed://{id}' }],
    });
    const { code, stdout } = await run(['list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/typed__add +Adds two numbers\./);
    expectOneError(await run(['list', 'toys']), {
      code: 'SWY-E111',
      exit: 2,
      says: /tools, prompts, resources/,
    });
  });

  it('call takes words by the schema, JSON, or JSON from stdin', async () => {
    const call = async (args: readonly string[], input?: string) => {
      const { code, stdout } = await run(['call', ...args], { ...(input !== undefined && { input }) });
      return { code, stdout: stdout.trimEnd() };
    };
    expect(await call(['typed__add', 'left=2', 'right=3.5'])).toEqual({ code: 0, stdout: 'sum: 5.5' });
    expect(await call(['typed__add', 'left:=2', 'right:=3', 'label=7'])).toEqual({ code: 0, stdout: '7: 5' });
    expect(await call(['typed__add', '--args', '{"left":1,"right":1}'])).toEqual({
      code: 0,
      stdout: 'sum: 2',
    });
    expect(await call(['typed__add', '--args', '-'], '{"left":1,"right":2}')).toEqual({
      code: 0,
      stdout: 'sum: 3',
    });
    expect(await json('call', 'typed__add', 'left=1', 'right=4')).toEqual({
      content: [{ type: 'text', text: 'sum: 5' }],
    });
  });

  it('call tells a tool that failed, a tool that is not, and arguments that do not fit apart', async () => {
    const failed = await run(['call', 'typed__fail']);
    expect({ code: failed.code, stdout: failed.stdout.trimEnd() }).toEqual({
      code: 5,
      stdout: 'it failed, as promised',
    });
    expectOneError(await run(['call', 'typed__ad']), {
      code: 'SWY-E501',
      exit: 5,
      says: /typed__ad/,
      also: [/typed__add/],
    });
    expectOneError(await run(['call', 'typed__add', 'left=1', 'rihgt=2']), {
      code: 'SWY-E502',
      exit: 2,
      says: /unknown argument "rihgt" — did you mean "right"\?/,
      also: [/left:num/],
    });
    expectOneError(await run(['call', 'typed__add', 'left=one', 'right=2']), {
      code: 'SWY-E502',
      exit: 2,
      says: /left/,
    });
    expectOneError(await run(['call', 'typed__add', '--args', '{bad']), {
      code: 'SWY-E111',
      exit: 2,
      says: /JSON/,
    });
  });

  it('plugins shows what was set up, in order, and what each holds', async () => {
    const { plugins } = (await json('plugins')) as Pick<Status, 'plugins'>;
    expect(plugins.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'store-fs ready',
      'http-host ready',
      'endpoint-http ready',
      'endpoint-stdio ready',
      'catalog-memory ready',
      'routing-standard ready',
      'transport-http ready',
      'transport-memory ready',
      'transport-stdio ready',
      'resilience ready',
      'metrics-prometheus ready',
      'admin-graphql ready',
    ]);
    const { code, stdout } = await run(['plugins', '--tree']);
    expect(code).toBe(0);
    for (const { id } of plugins) expect(stdout).toContain(id);
    expect(stdout).toMatch(/provides +store/);
    expect(stdout).toMatch(/contributes +transports/);
  });

  it('a second serve of the same configuration says who holds it, and touches nothing', async () => {
    const second = await run(['serve', '--port', '0', '--config', 'switchyard.jsonc']);
    expectOneError(second, {
      code: 'SWY-E103',
      exit: 6,
      says: new RegExp(`pid ${gateway.pid}`),
      also: [gateway.url],
    });
    expect((await json('status')) as Status).toMatchObject({ pid: gateway.pid });
  });

  it('a wrong token is refused as such, on the one door as on the other', async () => {
    const status = await run(['status', '--token', 'wrong']);
    expectOneError(status, { code: 'SWY-E302', exit: 3, says: /admin token/ });
  });
});

describe('the command line alone', () => {
  let cwd: string;

  beforeEach(async () => {
    cwd = await temporaryFolder();
    await writeFile(path.join(cwd, 'switchyard.jsonc'), JSON.stringify({ mcpServers: { typed } }));
  });

  it.each([['status'], ['list'], ['call', 'typed__add'], ['plugins']])(
    '%s says that nothing runs',
    async (...args) => {
      expectOneError(await switchyard(args, { cwd }), {
        code: 'SWY-E106',
        exit: 9,
        says: /no switchyard is running/,
      });
      const { code, stdout, stderr } = await switchyard([...args, '--json'], { cwd });
      expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SWY-E106', exit: 9 } });
    },
  );

  it('an address where nobody listens is told as such', async () => {
    // Port 9 is kept for a protocol that throws everything away; nobody serves it on a developer's machine.
    const ended = await switchyard(['list', '--url', 'http://127.0.0.1:9'], { cwd });
    expectOneError(ended, { code: 'SWY-E108', exit: 4, says: /127\.0\.0\.1:9/ });
  });

  it('config validate starts nothing and finds everything', async () => {
    const valid = await switchyard(['config', 'validate'], { cwd });
    expect({ code: valid.code, stderr: valid.stderr }).toEqual({ code: 0, stderr: '' });
    expect(valid.stdout).toContain('valid');
    const both = { command: 'node', url: 'https://example.com' };
    await writeFile(path.join(cwd, 'switchyard.jsonc'), JSON.stringify({ mcpServers: { typed, both } }));
    const { code, stdout } = await switchyard(['config', 'validate', '--json'], { cwd });
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      servers: [{ name: 'typed' }, { name: 'both', problem: { code: 'SWY-E606' } }],
    });
  });

  it.each([
    { args: ['sevre'], says: /sevre.*did you mean serve/ },
    { args: ['serve', '--prot', '1'], says: /--prot.*did you mean --port/ },
    { args: ['serve', '--port', '70000'], says: /port/ },
    { args: ['serve', '--config'], says: /--config/ },
    { args: ['serve', '--config', 'a', '--config', 'b'], says: /--config is given twice/ },
    { args: ['call'], says: /tool/ },
  ])('$args is a slip, and says which', async ({ args, says }) => {
    expectOneError(await switchyard(args, { cwd }), { code: 'SWY-E111', exit: 2, says });
  });

  it('ends quietly when nobody reads on', async () => {
    const env = shellEnvironment(cwd);
    const child = spawn(process.execPath, [BIN, 'explain'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    // Before it has begun to write.
    child.stdout.destroy();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect([await text(child.stderr), await ended]).toEqual(['', 0]);
  });

  it('prints help and version on stdout, where a pipe wants them', async () => {
    const help = await switchyard(['--help'], { cwd });
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['serve', 'status', 'list', 'call', 'plugins', 'config'])
      expect(help.stdout).toContain(command);
    const version = await switchyard(['--version'], { cwd });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

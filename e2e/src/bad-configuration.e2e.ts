import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { switchyard } from './harness/command.ts';
import { expectOneError, type ExpectedError } from './harness/error-shape.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { listAll } from './harness/rpc.ts';

interface BadFile {
  readonly what: string;
  readonly text: string;
  readonly error: ExpectedError;
}

const BAD_FILES: readonly BadFile[] = [
  { what: 'empty', text: '', error: { code: 'SWY-E604', exit: 6, says: /expected an object/ } },
  { what: 'null', text: 'null', error: { code: 'SWY-E604', exit: 6, says: /expected an object/ } },
  {
    what: 'truncated',
    text: '{\n  "mcpServers": {\n    "files": { "command": "npx"',
    error: { code: 'SWY-E604', exit: 6, says: /may still be being written/, also: [/switchyard\.jsonc:3:/] },
  },
  {
    what: 'misspelt',
    text: '{\n  // my servers\n  "mcpServer": {}\n}\n',
    error: {
      code: 'SWY-E601',
      exit: 6,
      says: /unknown key "mcpServer" — did you mean "mcpServers"\?/,
      also: [/switchyard\.jsonc:3:3/, /\^{3,}/],
    },
  },
  {
    what: 'one server twice',
    text: '{ "mcpServers": { "a": { "command": "x" },\n "a": { "command": "y" } } }',
    error: { code: 'SWY-E604', exit: 6, says: /a/, also: [/switchyard\.jsonc:2:/] },
  },
];

describe('a configuration that cannot be served', () => {
  it('that is not there is missed by name, with one to begin with', async () => {
    const cwd = await temporaryFolder();
    const named = await switchyard(['serve', '--config', 'nowhere.jsonc'], { cwd });
    expectOneError(named, { code: 'SWY-E603', exit: 6, says: /nowhere\.jsonc/ });
    const sought = await switchyard(['serve'], { cwd });
    expectOneError(sought, {
      code: 'SWY-E602',
      exit: 6,
      says: /there is no configuration/,
      also: [/"mcpServers"/],
    });
  });

  it.each(BAD_FILES)('that is $what is refused with one message', async ({ text, error }) => {
    const cwd = await temporaryFolder();
    await writeFile(path.join(cwd, 'switchyard.jsonc'), text);
    expectOneError(await switchyard(['serve', '--port', '0'], { cwd }), error);

    const { code, stderr } = await switchyard(['serve', '--port', '0', '--json'], { cwd });
    expect(code).toBe(error.exit);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: error.code, exit: error.exit } });
  });

  it('in one entry costs that server only, and says what is wrong with it', async () => {
    const good = { command: process.execPath, args: [fixture('many-tools.mjs')] };
    const gateway = await serve({
      mcpServers: {
        both: { command: 'node', url: 'https://example.com/mcp' },
        neither: { args: [] },
        unfound: { command: 'no-such-command-anywhere' },
        misnamed: { command: 'node server.js && rm -rf x' },
        homeless: { ...good, cwd: './no-such-folder' },
        secretive: { ...good, env: { TOKEN: '${NO_SUCH_VARIABLE}' } },
        alien: { transport: 'websocket', options: { url: 'ws://127.0.0.1:1' } },
        good,
      },
    });
    const session = await openSession(gateway.url, 'ada');
    expect(await listAll(session, 'tools/list', 'tools')).toHaveLength(700);
    const problems = Object.fromEntries(
      (await gateway.status()).servers.map(({ name, problem }) => [name, problem]),
    );
    expect(problems).toMatchObject({
      both: { code: 'SWY-E606', message: expect.stringContaining('exactly one of "command" or "url"') },
      neither: { code: 'SWY-E606', message: expect.stringContaining('exactly one of "command" or "url"') },
      unfound: {
        code: 'SWY-E201',
        message: expect.stringContaining('"no-such-command-anywhere" was not found'),
      },
      misnamed: { code: 'SWY-E201', why: expect.stringContaining('command must be one executable') },
      homeless: { code: 'SWY-E204', message: expect.stringContaining('no-such-folder') },
      secretive: { code: 'SWY-E607', message: expect.stringContaining('NO_SUCH_VARIABLE') },
      alien: { code: 'SWY-E801', message: expect.stringContaining('"websocket"') },
    });
    expect(problems['good']).toBeUndefined();
    for (const name of ['both', 'neither', 'unfound', 'misnamed', 'homeless', 'secretive', 'alien']) {
      await gateway.phase(name, 'failed');
      expect(problems[name]?.remedy).toBeTruthy();
    }
  });

  it('at a URL that is none to go to costs that server only: config/url-*', async () => {
    const gateway = await serve({
      mcpServers: {
        file: { url: 'file:///etc/passwd' },
        javascript: { url: 'javascript:alert(1)' },
        nowhere: { url: 'example.com/mcp' },
        login: { url: 'https://ann:hunter2@a.example/mcp' },
        socket: { url: 'ws://127.0.0.1:1' },
        header: { url: 'https://a.example/mcp', headers: { Host: 'b.example' } },
        good: { command: process.execPath, args: [fixture('many-tools.mjs')] },
      },
    });
    await gateway.phase('good', 'ready');
    const { servers } = await gateway.status();
    const problems = Object.fromEntries(servers.map(({ name, problem }) => [name, problem]));
    const refused = (key: string, words: RegExp) => ({
      code: 'SWY-E606',
      message: expect.stringMatching(words),
      where: expect.stringMatching(new RegExp(`^switchyard\\.jsonc:\\d+:\\d+ {2}mcpServers\\.${key}$`)),
      remedy: expect.stringContaining('correct the entry'),
    });
    expect(problems).toMatchObject({
      file: refused('file\\.url', /must begin with https:\/\/ or http:\/\//),
      javascript: refused('javascript\\.url', /must begin with https:\/\/ or http:\/\//),
      nowhere: refused('nowhere\\.url', /must be a whole URL/),
      login: refused('login\\.url', /must hold no user and no password/),
      socket: refused('socket\\.url', /must begin with https:\/\/ or http:\/\//),
      header: refused('header\\.headers', /"Host" is set by switchyard itself/),
    });
    expect(problems['good']).toBeUndefined();
    expect(JSON.stringify(servers)).not.toContain('hunter2');
  });

  it('with a port that is taken, or none at all, names the port and a way out', async () => {
    const first = await serve({ mcpServers: {} });
    const cwd = await temporaryFolder();
    await writeFile(path.join(cwd, 'switchyard.jsonc'), '{ "mcpServers": {} }');
    const { port } = new URL(first.url);
    const taken = await switchyard(['serve', '--port', port], { cwd });
    expectOneError(taken, {
      code: 'SWY-E101',
      exit: 6,
      says: new RegExp(`127.0.0.1:${port}`),
      also: [/--port \d+/],
    });
    const none = await switchyard(['serve', '--port', 'http'], { cwd });
    expectOneError(none, { code: 'SWY-E111', exit: 2, says: /port/ });
  });

  it('on an address of the network without tokens is refused before anything is served', async () => {
    const cwd = await temporaryFolder();
    await writeFile(
      path.join(cwd, 'switchyard.jsonc'),
      '{ "listen": { "http": { "host": "0.0.0.0" } }, "mcpServers": {} }',
    );
    const refused = await switchyard(['serve', '--port', '0'], { cwd });
    expectOneError(refused, {
      code: 'SWY-E102',
      exit: 6,
      says: /0\.0\.0\.0/,
      also: [/switchyard\.jsonc:1:25 {2}listen\.http\.host/],
    });
  });
});

describe('config validate', () => {
  it('finds what would keep the whole from being served, and opens nothing', async () => {
    const cwd = await temporaryFolder();
    const configuration = {
      plugins: { './no-such.mjs': true },
      listen: { http: { host: '0.0.0.0' } },
      mcpServers: { files: { command: 'npx', args: ['a-server'] } },
    };
    await writeFile(path.join(cwd, 'switchyard.jsonc'), JSON.stringify(configuration, undefined, 2));
    const { code, stdout, stderr } = await switchyard(['config', 'validate', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [
        { code: 'SWY-E803', where: 'switchyard.jsonc:3', message: expect.stringContaining('no-such.mjs') },
        { code: 'SWY-E102', where: 'switchyard.jsonc:7:7  listen.http.host' },
      ],
      servers: [{ name: 'files' }],
      warnings: [{ code: 'SWY-E612', where: expect.stringContaining('mcpServers.files.args') }],
    });
  });
});

describe('config validate', () => {
  it('finds commands and folders that are not there, as serve would, and starts none that is', async () => {
    const cwd = await temporaryFolder();
    const marker = path.join(cwd, 'was-started');
    const script = path.join(cwd, 'server.sh');
    await writeFile(script, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    const configuration = {
      mcpServers: {
        good: { command: './server.sh' },
        unfound: { command: 'no-such-command-anywhere' },
        homeless: { command: './server.sh', cwd: './no-such-folder' },
        off: { command: 'no-such-command-anywhere', enabled: false },
      },
    };
    await writeFile(path.join(cwd, 'switchyard.jsonc'), JSON.stringify(configuration, undefined, 2));
    const { code, stdout, stderr } = await switchyard(['config', 'validate', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
    const { valid, problems, servers } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ valid, problems, servers }).toMatchObject({
      valid: false,
      problems: [],
      servers: [
        { name: 'good' },
        {
          name: 'unfound',
          problem: {
            code: 'SWY-E201',
            where: 'switchyard.jsonc:7:7  mcpServers.unfound.command',
            why: expect.stringContaining('PATH searched'),
          },
        },
        {
          name: 'homeless',
          problem: { code: 'SWY-E204', where: 'switchyard.jsonc:11:7  mcpServers.homeless.cwd' },
        },
        { name: 'off' },
      ],
    });
    const isWrong = (servers as { name: string; problem?: unknown }[]).flatMap(({ name, problem }) =>
      problem === undefined ? [] : [name],
    );
    expect(isWrong).toEqual(['unfound', 'homeless']);
    await expect(access(marker)).rejects.toThrow('ENOENT');
  });
});

describe('a machine that cannot serve', () => {
  it('because its Node is too old is told which one is needed', async () => {
    const cwd = await temporaryFolder();
    const ended = await switchyard(['serve'], { cwd, node: ['--import', fixture('old-node.mjs')] });
    expectOneError(ended, { code: 'SWY-E105', exit: 1, says: /18\.20\.8/, also: [/20\.19/] });
  });

  it('because its state directory is a file is told so', async () => {
    const cwd = await temporaryFolder();
    await writeFile(path.join(cwd, 'switchyard.jsonc'), '{ "mcpServers": {} }');
    await writeFile(path.join(cwd, 'state'), '');
    const ended = await switchyard(['serve', '--port', '0', '--state-dir', 'state'], { cwd });
    expectOneError(ended, { code: 'SWY-E104', exit: 6, says: /state/ });
  });
});

describe('a plugin that cannot be used', () => {
  it.each([
    {
      plugin: 'switchyard-no-such-plugin',
      error: { code: 'SWY-E803', exit: 8, says: /switchyard-no-such-plugin/ },
    },
    { plugin: './plugins/missing.mjs', error: { code: 'SWY-E803', exit: 8, says: /missing\.mjs/ } },
    {
      plugin: 'no-plugin.mjs',
      error: { code: 'SWY-E804', exit: 8, says: /no-plugin\.mjs.*is not a plugin/ },
    },
    { plugin: 'too-new.mjs', error: { code: 'SWY-E802', exit: 8, says: /API 99/ } },
    {
      plugin: 'throwing.mjs',
      error: { code: 'SWY-E808', exit: 8, says: /throwing.*the moon is in the wrong house/ },
    },
    { plugin: 'hanging.mjs', error: { code: 'SWY-E809', exit: 8, says: /hanging.*within \d+ s/ } },
  ])('$plugin is named, and nothing is served without it', async ({ plugin, error }) => {
    const cwd = await temporaryFolder();
    await mkdir(path.join(cwd, 'plugins'));
    const name = /^[\w-]+\.mjs$/.test(plugin) ? fixture(`plugins/${plugin}`) : plugin;
    await writeFile(
      path.join(cwd, 'switchyard.jsonc'),
      JSON.stringify({ plugins: { [name]: true }, mcpServers: {} }),
    );
    const ended = await switchyard(['serve', '--port', '0', '--state-dir', 'state'], { cwd });
    expectOneError(ended, error);
  });
});

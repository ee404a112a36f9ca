import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../run.ts';
import {
  answer,
  refuse,
  scriptedGateway,
  type Asked,
  type Script,
  type ScriptedGateway,
} from '../spec-gateway.ts';
import { inputOf, recordedTerminal } from '../spec-terminal.ts';
import type { Terminal } from '../terminal.ts';

const tools = [
  {
    name: 'files__read_text_file',
    description: 'Reads a file.\nAll of it.',
    inputSchema: { properties: { path: { type: 'string' }, head: { type: 'number' } }, required: ['path'] },
  },
  { name: 'web__search', description: 'Searches. '.repeat(20), inputSchema: { type: 'object' } },
];

/** Two pages of tools; calls are answered by `called`. */
const offering =
  (called: (asked: Asked, response: ServerResponse) => boolean = () => false): Script =>
  (asked, response) => {
    const { method, params } = asked.body;
    if (method === 'tools/list') {
      return answer(
        asked,
        response,
        params?.['cursor'] === 'p2' ? { tools: [tools[1]] } : { tools: [tools[0]], nextCursor: 'p2' },
      );
    }
    return method === 'tools/call' && called(asked, response);
  };

let gateway: ScriptedGateway | undefined;
afterEach(async () => {
  await gateway?.[Symbol.asyncDispose]();
  gateway = undefined;
});

async function ask(script: Script, args: readonly string[], options: Partial<Terminal> = {}) {
  gateway = await scriptedGateway(script);
  const terminal = recordedTerminal(options);
  const exit = await run([...args, '--url', gateway.url], terminal);
  return { exit, printed: terminal.printed.join('\n'), told: terminal.told.join('\n'), asked: gateway.asked };
}

describe('list', () => {
  it('opens a session, follows every page, shows a table that fits, and ends the session', async () => {
    const { exit, printed, asked } = await ask(offering(), ['list']);
    expect(exit).toBe(0);
    expect(printed.split('\n')).toEqual([
      'NAME                   DESCRIPTION',
      'files__read_text_file  Reads a file.',
      expect.stringMatching(/^web__search {12}Searches\. .*…$/),
    ]);
    expect(printed.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(asked.map(({ method, body }) => body.method ?? method)).toEqual([
      ...['initialize', 'notifications/initialized', 'tools/list', 'tools/list', 'DELETE'],
    ]);
    expect(asked[0]?.headers['mcp-session-id']).toBeUndefined();
    expect(asked[4]?.headers).toMatchObject({
      'mcp-session-id': 'session-1',
      'mcp-protocol-version': '2025-11-25',
    });
    expect(asked.every(({ path: at }) => at === '/mcp')).toBe(true);
  });

  it('prints whole definitions as JSON', async () => {
    const { printed } = await ask(offering(), ['list', 'tools', '--json']);
    expect(JSON.parse(printed)).toEqual({ tools });
  });

  it('says so where there is nothing', async () => {
    const nothing: Script = (asked, response) =>
      /^(resources|prompts)\//.test(asked.body.method ?? '') && answer(asked, response, {});
    const { exit, printed, told } = await ask(nothing, ['ls', 'resources']);
    expect([exit, printed, told]).toEqual([0, '', 'no resources']);
  });

  it('shows resources and templates by their addresses', async () => {
    const both: Script = (asked, response) => {
      if (asked.body.method === 'resources/list')
        return answer(asked, response, { resources: [{ uri: 'file:///a', name: 'a' }] });
      return (
        asked.body.method === 'resources/templates/list' &&
        answer(asked, response, { resourceTemplates: [{ uriTemplate: 'x://{y}', name: 'y' }] })
      );
    };
    const { printed } = await ask(both, ['list', 'resources']);
    expect(printed.split('\n')).toEqual(['URI        DESCRIPTION', 'file:///a  a', 'x://{y}    y']);
  });
});

describe('call', () => {
  const echo = offering((asked, response) =>
    answer(asked, response, { content: [{ type: 'text', text: JSON.stringify(asked.body.params) }] }),
  );

  it('gives the tool its arguments by its schema, and prints its text', async () => {
    const { exit, printed, told } = await ask(echo, [
      'call',
      'files__read_text_file',
      'path=README.md',
      'head=3',
    ]);
    expect(exit).toBe(0);
    expect(JSON.parse(printed)).toEqual({
      name: 'files__read_text_file',
      arguments: { path: 'README.md', head: 3 },
    });
    expect(told).toMatch(/^✓ files__read_text_file {2}[\d.]+ m?s$/);
  });

  it('takes JSON from stdin', async () => {
    const { printed } = await ask(echo, ['call', 'web__search', '--args', '-'], {
      stdin: inputOf('{"q":[1]}'),
    });
    expect(JSON.parse(printed)).toMatchObject({ arguments: { q: [1] } });
  });

  it('reads an answer that comes on a stream, after other messages', async () => {
    const { printed, exit } = await ask(
      offering((asked, response) => {
        response.setHeader('content-type', 'text/event-stream');
        response.write(': hi\n\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n');
        const content = [
          { type: 'text', text: 'one' },
          { type: 'image', mimeType: 'image/png', data: 'AAAA' },
          { type: 'resource', resource: { uri: 'a:b', text: 'two' } },
        ];
        response.end(
          `data: ${JSON.stringify({ jsonrpc: '2.0', id: asked.body.id, result: { content } })}\n\n`,
        );
        return true;
      }),
      ['call', 'web__search'],
    );
    expect([exit, printed]).toEqual([0, 'one\n[image image/png 3 bytes]\ntwo']);
  });

  it('exits with 5 when the tool says that it failed', async () => {
    const failing = offering((asked, response) =>
      answer(asked, response, { isError: true, content: [{ type: 'text', text: 'no such file' }] }),
    );
    const text = await ask(failing, ['call', 'web__search']);
    expect([text.exit, text.printed]).toEqual([5, 'no such file']);
    await gateway?.[Symbol.asyncDispose]();
    const json = await ask(failing, ['call', 'web__search', '--json']);
    expect([json.exit, JSON.parse(json.printed), json.told]).toEqual([
      5,
      { isError: true, content: [{ type: 'text', text: 'no such file' }] },
      '',
    ]);
  });

  it('knows the tool that was meant', async () => {
    const { exit, told } = await ask(echo, ['call', 'read_text_fil']);
    expect(exit).toBe(5);
    expect(told.split('\n')).toEqual([
      '✗ SWY-E501  no tool is called "read_text_fil"',
      '  do      switchyard call files__read_text_file …   or see: switchyard list',
    ]);
  });

  it('knows the argument that was meant, and sends nothing', async () => {
    const { exit, told, asked } = await ask(echo, ['call', 'files__read_text_file', 'pth=a']);
    expect(exit).toBe(2);
    expect(told.split('\n')).toEqual([
      '✗ SWY-E502  files__read_text_file: unknown argument "pth" — did you mean "path"?',
      '  do      its arguments are: path:str [head:num]',
    ]);
    expect(asked.some(({ body }) => body.method === 'tools/call')).toBe(false);
  });

  it("shows the gateway's own error under its own number", async () => {
    const { exit, told } = await ask(
      offering((asked, response) =>
        refuse(asked, response, {
          code: -33010,
          message: 'web is not available now (backoff)',
          data: { code: 'SWY-E702', server: 'web', hint: 'later' },
        }),
      ),
      ['call', 'web__search', '--json'],
    );
    expect(exit).toBe(4);
    expect(JSON.parse(told)).toEqual({
      error: {
        code: 'SWY-E702',
        kind: 'upstream_unavailable',
        server: 'web',
        message: 'web is not available now (backoff)',
        hint: 'later',
        exit: 4,
      },
    });
  });
});

describe('a gateway that does not answer as hoped', () => {
  it('wants a token: exit 3', async () => {
    const guarded: Script = ({ headers }, response) => {
      if (headers.authorization === 'Bearer right') return false;
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      return true;
    };
    const refused = await ask(guarded, ['list', '--token', 'wrong']);
    expect(refused.exit).toBe(3);
    expect(refused.told).toContain('why     it was not accepted');
    expect(refused.told).not.toContain('wrong');
    await gateway?.[Symbol.asyncDispose]();
    const missing = await ask(guarded, ['list']);
    expect(missing.told).toContain('why     none was sent');
    await gateway?.[Symbol.asyncDispose]();
    const prompts: Script = (asked, response) =>
      guarded(asked, response) || (asked.body.method === 'prompts/list' && answer(asked, response, {}));
    expect((await ask(prompts, ['list', 'prompts'], { env: { SWITCHYARD_TOKEN: 'right' } })).exit).toBe(0);
  });

  it('cuts the connection, or is no MCP at all: exit 4', async () => {
    const cut = await ask(
      offering((_asked, response) => Boolean(response.destroy())),
      ['call', 'web__search'],
    );
    expect(cut.exit).toBe(4);
    expect(cut.told).toMatch(/✗ SWY-E108 {2}no answer from \S+\/mcp: the connection was cut/);
    await gateway?.[Symbol.asyncDispose]();
    const web = await ask((_asked, response) => Boolean(response.writeHead(404).end('<html>')), ['list']);
    expect([web.exit, web.told.split('\n')[0]]).toEqual([
      4,
      expect.stringContaining('HTTP 404, and no MCP in it'),
    ]);
  });

  it('is not there: exit 4', async () => {
    const { url } = (gateway = await scriptedGateway());
    await gateway[Symbol.asyncDispose]();
    gateway = undefined;
    const terminal = recordedTerminal();
    expect(await run(['status', '--url', url], terminal)).toBe(4);
    expect(terminal.told.join()).toContain(`no answer from ${url}/status: nobody listens there`);
  });
});

describe('the running gateway of a configuration', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchyard-running-'));
    await writeFile(path.join(folder, 'switchyard.jsonc'), '{}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const snapshot = {
    version: '0.1.0',
    pid: 1,
    uptimeMs: 65_000,
    revision: 'abcd0123',
    endpoints: [{ kind: 'http', url: 'http://127.0.0.1:1/mcp' }],
    servers: [],
    problems: [],
    ledger: { inFlight: 1 },
    plugins: [
      {
        id: 'store-fs',
        name: '@switchyard/store-fs',
        file: '/x/store.js',
        state: 'ready',
        bootMs: 1.4,
        needs: ['clock'],
        provides: ['store'],
        contributes: [],
        holds: ['lock'],
      },
      {
        id: 'mine',
        name: './mine.mjs',
        state: 'failed',
        bootMs: 0,
        needs: [],
        provides: [],
        contributes: [],
        holds: [],
        problem: { code: 'SWY-E808', message: 'it broke', remedy: 'mend it' },
      },
    ],
  };
  const status: Script = ({ path: at, headers }, response) => {
    if (at !== '/status') return false;
    if (headers.authorization !== 'Bearer admin') response.writeHead(401).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(snapshot));
    return true;
  };

  async function asked(
    args: readonly string[],
    pid: number,
    env: NodeJS.ProcessEnv = {},
    { script = status, socket }: { readonly script?: Script; readonly socket?: string } = {},
  ) {
    gateway = await scriptedGateway(script, socket);
    const instance = {
      pid,
      startedAt: 0,
      runId: 'r',
      endpoints: [{ kind: 'http', url: `${gateway.url}/mcp` }],
      admin: gateway.url,
    };
    await writeFile(path.join(folder, 'instance.json'), JSON.stringify(instance));
    await writeFile(path.join(folder, 'admin-token'), 'admin\n');
    const terminal = recordedTerminal({ cwd: folder, env: { SWITCHYARD_STATE_DIR: folder, ...env } });
    const exit = await run(args, terminal);
    return { exit, printed: terminal.printed.join('\n'), told: terminal.told.join('\n') };
  }

  it('is found through its state directory, with its admin token', async () => {
    const { exit, printed, told } = await asked(['status'], process.pid);
    expect([exit, told]).toEqual([0, '']);
    expect(printed.split('\n')).toEqual([
      'switchyard 0.1.0  up 1m  pid 1  rev abcd0123  1 call in flight',
      'http  http://127.0.0.1:1/mcp',
      '',
      'no servers are configured',
    ]);
  });

  it('prints its status as it came, for programs', async () => {
    expect(JSON.parse((await asked(['status', '--json'], process.pid)).printed)).toEqual(snapshot);
  });

  it('shows its plugins in their order, and what each holds', async () => {
    expect((await asked(['plugins', '--tree'], process.pid)).printed.split('\n')).toEqual([
      '├─ ✓ store-fs  ready  1 ms',
      '│      file         /x/store.js',
      '│      needs        clock',
      '│      provides     store',
      '│      holds        lock',
      '└─ ✗ mine  failed  0 ms',
      '       file         ./mine.mjs',
      '       problem      SWY-E808  it broke',
      '       do           mend it',
    ]);
    await gateway?.[Symbol.asyncDispose]();
    expect((await asked(['plugins'], process.pid)).printed.split('\n').slice(1)).toEqual([
      'store-fs  ready   1 ms  /x/store.js',
      'mine      failed  0 ms  ./mine.mjs',
      '',
      'SWY-E808  it broke',
      '  do      mend it',
    ]);
  });

  it('is reached on its Unix socket where it has no port', async () => {
    const local = { script: offering(), socket: path.join(folder, 'Admin.sock') };
    const listed = await asked(['list', '--json'], process.pid, {}, local);
    expect([listed.exit, listed.told]).toEqual([0, '']);
    expect(JSON.parse(listed.printed)).toEqual({ tools });
    expect(gateway!.asked.map(({ path: at, headers }) => `${headers.host} ${at}`).at(-1)).toBe(
      'localhost /mcp',
    );
    await gateway![Symbol.asyncDispose]();

    const seen = await asked(['status', '--json'], process.pid, {}, { socket: local.socket });
    expect(JSON.parse(seen.printed)).toEqual(snapshot);
    await gateway![Symbol.asyncDispose]();
    gateway = undefined;

    const terminal = recordedTerminal({ cwd: folder, env: { SWITCHYARD_STATE_DIR: folder } });
    expect(await run(['status'], terminal)).toBe(4);
    expect(terminal.told[0]).toContain(
      `SWY-E108  no answer from the socket ${local.socket}: nobody listens there`,
    );
  });

  it('is not stopped where it may be somebody else who has its number', async () => {
    const { exit, told } = await asked(['stop'], process.pid);
    expect([exit, told.includes(`pid ${process.pid} does not hold`)]).toEqual([9, true]);
    await writeFile(path.join(folder, 'lock'), JSON.stringify({ owner: { pid: process.pid, started: '1' } }));
    const terminal = recordedTerminal({ cwd: folder, env: { SWITCHYARD_STATE_DIR: folder } });
    expect(await run(['stop'], terminal)).toBe(9);
    expect(terminal.told[0]).toContain(`the last one had pid ${process.pid} and is gone`);
  });

  it('refuses a wrong admin token: exit 3', async () => {
    const { exit, told } = await asked(['status'], process.pid, { SWITCHYARD_ADMIN_TOKEN: 'wrong' });
    expect([exit, told.includes('✗ SWY-E302')]).toEqual([3, true]);
  });

  it('is not running when nobody left word, or who did is gone: exit 9', async () => {
    const gone = await asked(['list'], 2 ** 22 + 1);
    expect([gone.exit, gone.told.includes('the last one had pid 4194305 and is gone')]).toEqual([9, true]);
    await rm(path.join(folder, 'instance.json'));
    const terminal = recordedTerminal({ cwd: folder, env: { XDG_STATE_HOME: folder } });
    expect(await run(['plugins', '--tree'], terminal)).toBe(9);
    expect(terminal.told[0]).toContain('✗ SWY-E106  no switchyard is running for ./switchyard.jsonc');
  });
});

it('a token of this machine is not sent to any other address', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'switchyard-foreign-'));
  await writeFile(path.join(folder, 'admin-token'), 'admin');
  const { asked } = await ask(() => false, ['status'], {
    cwd: folder,
    env: { SWITCHYARD_STATE_DIR: folder },
  });
  expect(asked.map(({ path: at, headers }) => [at, headers.authorization])).toEqual([['/status', undefined]]);
  await rm(folder, { recursive: true });
});

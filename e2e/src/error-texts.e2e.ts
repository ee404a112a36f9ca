import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Problem } from '@switchyard/plugin-api';
import { switchyard } from './harness/command.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve, type Gateway } from './harness/gateway.ts';
import { fixture } from './harness/places.ts';
import { afterThisTest } from './harness/undo.ts';

/** An error as people see it, in all places; a text that nobody can foresee is given by its form. */
interface Shown {
  readonly code: string;
  readonly message: string | RegExp;
  readonly where?: string | RegExp;
  readonly why?: string | RegExp;
  readonly remedy: string;
}

const node = (...args: readonly string[]) => ({ command: process.execPath, args });
/** Quick on every machine: a crash loop is five ends in a minute. */
const exiting = {
  command: '/bin/sh',
  args: ['-c', 'echo "the database at 127.0.0.1:5432 refused the connection" >&2; exit 7'],
};
const talking = "console.log('Starting server…'); process.stdin.resume()";
const retried =
  'read what it printed and fix that; it is tried again by itself, and at once with a changed entry';

/** A server at a URL that answers every POST with one status. */
async function answering(status: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end());
  }).listen(0, '127.0.0.1');
  afterThisTest(async () => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

describe('what is wrong with a server is told alike on the command line, in /status and in GraphQL:', () => {
  const CASES: readonly {
    readonly what: string;
    readonly entry: object | (() => Promise<object>);
    readonly phase: 'failed' | 'backoff' | 'crash_loop';
    readonly shown: Shown;
  }[] = [
    {
      what: 'a command that is not there',
      entry: { command: 'no-such-command-anywhere', env: { PATH: '/usr/bin:/bin' } },
      phase: 'failed',
      shown: {
        code: 'SWY-E201',
        message: 'db: command "no-such-command-anywhere" was not found',
        where: 'switchyard.jsonc:4:7  mcpServers.db.command',
        why: 'PATH searched: /usr/bin:/bin',
        remedy: 'install it, or set "command" to its full path',
      },
    },
    {
      what: 'a sign-in that is missing',
      entry: async () => ({ url: await answering(401) }),
      phase: 'failed',
      shown: {
        code: 'SWY-E407',
        message: 'db: the server wants a sign-in (HTTP 401)',
        where: 'switchyard.jsonc:3',
        why: 'no credential was sent, or one that it does not accept',
        remedy:
          'set or correct the credential in "headers" of its entry, for example "Authorization": "Bearer ${A_VARIABLE}"',
      },
    },
    {
      what: 'a URL of another kind',
      entry: async () => ({ url: await answering(405) }),
      phase: 'backoff',
      shown: {
        code: 'SWY-E406',
        message: 'db refused initialize with HTTP status 405',
        where: 'switchyard.jsonc:3',
        why: 'the URL is not that of its MCP endpoint, or it speaks the older HTTP+SSE only',
        remedy: 'check that the URL is that of its MCP endpoint, and what it logs',
      },
    },
    {
      what: 'a server that ends',
      entry: exiting,
      phase: 'backoff',
      shown: {
        code: 'SWY-E206',
        message: 'db: the server exited with code 7',
        where: 'switchyard.jsonc:3',
        why: 'its last words: the database at 127.0.0.1:5432 refused the connection',
        remedy: retried,
      },
    },
    {
      what: 'a crash loop',
      entry: exiting,
      phase: 'crash_loop',
      shown: {
        code: 'SWY-E210',
        message: 'db: started 5 times and never lasted; it is tried again every 1 to 5 minutes',
        where: 'switchyard.jsonc:3',
        why: 'the server exited with code 7 (SWY-E206); its last words: the database at 127.0.0.1:5432 refused the connection',
        remedy: retried,
      },
    },
    {
      what: 'an agreement that does not come in time, from a server that logs to stdout',
      entry: { ...node('-e', talking), startupTimeout: '500ms' },
      phase: 'backoff',
      shown: {
        code: 'SWY-E211',
        message: 'db: no answer to initialize in 0.5 s',
        where: 'switchyard.jsonc:3',
        why: /^the process is alive, pid \d+; lines on stdout that are no MCP: 1, the first was "Starting server…"; it must log to stderr$/,
        remedy:
          'check that the command starts an MCP server on stdin and stdout, and logs to stderr only; if it only needs longer: "startupTimeout": "5m"',
      },
    },
    {
      what: 'a transport that no plugin has',
      entry: { transport: 'websocket', options: {} },
      phase: 'failed',
      shown: {
        code: 'SWY-E801',
        message: 'db: transport "websocket" needs a plugin and none provides it',
        where: 'switchyard.jsonc:3',
        remedy: 'add the plugin to "plugins"',
      },
    },
    {
      what: 'a variable that is not set',
      entry: { ...node('-e', ''), env: { PGURL: '${NO_SUCH_VARIABLE}' } },
      phase: 'failed',
      shown: {
        code: 'SWY-E607',
        message: 'db: the environment variable NO_SUCH_VARIABLE is not set',
        where: /^switchyard\.jsonc:\d+:\d+ {2}mcpServers\.db\.env\.PGURL$/,
        remedy: 'set it, or give a default: ${NO_SUCH_VARIABLE:-default}',
      },
    },
  ];

  it.each(CASES)('$what', async ({ entry, phase, shown }) => {
    const db = typeof entry === 'function' ? await entry() : entry;
    const gateway = await serve(
      { mcpServers: { db }, plugins: { '@switchyard/admin-graphql': true } },
      // A crash loop comes about sooner; every other state lasts until it was looked at.
      { env: { SWITCHYARD_TIME_SCALE: phase === 'crash_loop' ? '4' : '0.1' } },
    );
    await gateway.phase('db', phase);
    const { problem } = await gateway.server('db');
    if (!problem) throw new Error('the server has no problem');
    const { where, why, ...always } = shown;
    expect(problem).toEqual({
      code: always.code,
      message: like(always.message),
      ...(where !== undefined && { where: like(where) }),
      ...(why !== undefined && { why: like(why) }),
      remedy: always.remedy,
    });

    const { stdout, code } = await switchyard(['status', 'db', '--state-dir', 'state'], {
      cwd: gateway.folder,
    });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').slice(-linesOf(problem).length)).toEqual(
      linesOf(problem).map((line) => `  ${line}`),
    );
    const { remedy, ...others } = problem;
    expect(await graphqlProblem(gateway)).toEqual({ where: null, why: null, ...others, hint: remedy });
  });
});

function like(text: string | RegExp): unknown {
  return typeof text === 'string' ? text : expect.stringMatching(text);
}

/** The shape of every error: what happened, where, why, what to do. */
function linesOf({ code, message, where, why, remedy }: Problem): readonly string[] {
  return [
    `${code}  ${message}`,
    ...(where === undefined ? [] : [`  where   ${where}`]),
    ...(why === undefined ? [] : [`  why     ${why}`]),
    `  do      ${remedy}`,
  ];
}

async function graphqlProblem(gateway: Gateway): Promise<unknown> {
  const token = (await readFile(path.join(gateway.stateDir, 'admin-token'), 'utf8')).trim();
  const query = '{ server(name: "db") { problem { code message where why hint } } }';
  const response = await fetch(new URL('/graphql', gateway.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as {
    readonly data: { readonly server: { readonly problem: unknown } };
  };
  return data.server.problem;
}

describe('what is wrong with a command line or a configuration is told as one error:', () => {
  let cwd: string;
  beforeEach(async () => void (cwd = await temporaryFolder()));
  const configuration = (text: string) => writeFile(path.join(cwd, 'switchyard.jsonc'), text);
  const stderrOf = async (...args: readonly string[]) => {
    const { stderr, code } = await switchyard(args, { cwd });
    return { code, lines: stderr.trimEnd().split('\n') };
  };

  it('a port that is taken, by whom', async () => {
    const first = await serve({ mcpServers: {} });
    await configuration('{ "mcpServers": {} }');
    const { port } = new URL(first.url);
    const { code, lines } = await stderrOf('serve', '--port', port);
    expect(code).toBe(6);
    const by = process.platform === 'linux' ? ` by pid ${first.pid} \\((node|switchyard)\\)` : '';
    expect(lines).toEqual([
      expect.stringMatching(`^✗ SWY-E101  cannot listen on 127.0.0.1:${port}: the port is taken${by}$`),
      expect.stringMatching(/^ {2}do {6}switchyard serve --port \d+ {8}or --port 0 for any free port$/),
    ]);
  });

  it('a key that is misspelt', async () => {
    await configuration('{\n  // my servers\n  "mcpServer": {}\n}\n');
    expect(await stderrOf('serve')).toEqual({
      code: 6,
      lines: [
        '✗ SWY-E601  unknown key "mcpServer" — did you mean "mcpServers"?',
        '  where   switchyard.jsonc:3:3  mcpServer',
        '   2 │   // my servers',
        '   3 │   "mcpServer": {}',
        '     │   ^^^^^^^^^^^',
        '  do      remove it or correct its name',
      ],
    });
  });

  it('a plugin for another version of the interface', async () => {
    await writeFile(path.join(cwd, 'old.mjs'), "export default { id: 'old', api: 99, setup() {} };\n");
    await configuration('{\n  "plugins": { "./old.mjs": true },\n  "mcpServers": {}\n}\n');
    expect(await stderrOf('serve', '--port', '0')).toEqual({
      code: 8,
      lines: [
        '✗ SWY-E802  ./old.mjs was built for plugin API 99; this is 1',
        '  where   switchyard.jsonc:2',
        '  do      install a version of the plugin for API 1',
      ],
    });
  });

  it('a tool, a server and an error that are not there, with what was meant', async () => {
    const gateway = await serve({ mcpServers: { typed: node(fixture('typed.mjs')) } });
    await gateway.phase('typed', 'ready');
    cwd = gateway.folder;
    expect(await stderrOf('call', 'typed__ad', '--state-dir', 'state')).toEqual({
      code: 5,
      lines: [
        '✗ SWY-E501  no tool is called "typed__ad"',
        '  do      switchyard call typed__add …   or see: switchyard list',
      ],
    });
    expect(await stderrOf('status', 'tpyed', '--state-dir', 'state')).toEqual({
      code: 2,
      lines: [
        '✗ SWY-E207  no server is called "tpyed"',
        '  do      switchyard status typed        the servers are: typed',
      ],
    });
    expect(await stderrOf('explain', 'PORT_IN_US')).toEqual({
      code: 2,
      lines: [
        '✗ SWY-E111  there is no error "PORT_IN_US" — did you mean "PORT_IN_USE"?',
        '  do      switchyard explain        lists all of them',
      ],
    });
  });

  it('a name that two servers want', async () => {
    const typed = { ...node(fixture('typed.mjs')), prefix: false };
    const gateway = await serve({ mcpServers: { typed, twin: typed } });
    await gateway.phase('typed', 'ready');
    await gateway.phase('twin', 'ready');
    const { stdout } = await switchyard(['status', '--state-dir', 'state'], { cwd: gateway.folder });
    expect(stdout).toContain(
      [
        '! SWY-E503  2 tools want the name "add": "typed/add", "twin/add"',
        '  where   switchyard.jsonc:3, switchyard.jsonc:10',
        '  why     who got it could change, and a client would call another one than it was shown: nobody gets it',
        '  do      remove "prefix": "" from one of these servers',
      ].join('\n'),
    );
  });
});

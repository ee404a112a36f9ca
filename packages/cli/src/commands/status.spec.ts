import { describe, expect, it } from '@jest/globals';
import type { ServerTransition, ServerView } from '@switchyard/plugin-api';
import { run } from '../run.ts';
import { scriptedGateway, type Script } from '../spec-gateway.ts';
import { serverView } from '../spec-server-view.ts';
import { recordedTerminal } from '../spec-terminal.ts';

// Ages are in the middle of what they are shown as: the machine may be slow.
const minutesAgo = (minutes: number): number => Date.now() - minutes * 60_000;
const at = (second: number): number => new Date(2026, 0, 31, 14, 2, second).getTime();
const exited = { code: 'SWY-E206', cause: 'db: the server exited with code 1', exitCode: 1 };
const transitions: readonly ServerTransition[] = [
  { seq: 1, from: 'idle', to: 'starting', event: 'start', at: at(9), run: 1 },
  { seq: 2, from: 'ready', to: 'backoff', event: 'lost', at: at(11), run: 1, ...exited },
  {
    seq: 3,
    from: 'starting',
    to: 'backoff',
    event: 'lost',
    at: at(15),
    run: 2,
    ...exited,
    attempt: 2,
    retryAt: at(19),
  },
];
const db = serverView('db', {
  phase: 'backoff',
  since: minutesAgo(12.5),
  where: 'switchyard.jsonc:9',
  conditions: [
    { type: 'process_up', status: 'false', reason: 'Backoff', since: 0 },
    { type: 'negotiated', status: 'unknown', reason: 'Backoff', since: 0 },
  ],
  target: '/usr/bin/uvx',
  restarts: 1,
  failures: 2,
  retryAt: at(19),
  transitions,
  remembered: true,
  problem: { code: 'SWY-E206', message: exited.cause, why: 'its last words: refused', remedy: 'fix that' },
});
const web = serverView('web', {
  protocolVersion: '2025-11-25',
  serverInfo: { name: 'search', version: '3.1\u001b[2J' },
  pid: 7,
  readyAfterMs: 412,
  since: minutesAgo(1.5),
  connections: [
    { key: 'primary', phase: 'ready', since: minutesAgo(1.5), pid: 7, inFlight: 0, attempt: 0 },
    { key: 'session:ab12cd34', phase: 'ready', since: minutesAgo(5.5), pid: 8, inFlight: 2, attempt: 0 },
  ],
  transitions: Array.from({ length: 14 }, (_, index) => ({ ...transitions[0]!, seq: index })),
});

async function status(servers: readonly ServerView[], ...args: readonly string[]) {
  const serving: Script = ({ path }, response) => {
    if (path !== '/status') return false;
    const ledger = { inFlight: 0 };
    const problems = [
      {
        server: 'web',
        kind: 'tools',
        code: 'SWY-E503',
        message: '2 tools want the name "search": "web/search", "wiki/search"',
        where: 'switchyard.jsonc:7',
        remedy: 'rename',
      },
      { server: 'db', message: 'tools/list failed' },
    ];
    response.end(
      JSON.stringify({
        version: '0.1.0',
        pid: 1,
        uptimeMs: 0,
        revision: 'r',
        endpoints: [],
        ledger,
        servers,
        problems,
      }),
    );
    return true;
  };
  await using gateway = await scriptedGateway(serving);
  const terminal = recordedTerminal();
  const exit = await run(['status', ...args, '--url', gateway.url], terminal);
  return { exit, lines: terminal.printed.join('\n').split('\n'), told: terminal.told.join('\n') };
}

describe('status of a server', () => {
  it('tells what is so, what its process does, and how it came to this', async () => {
    const { exit, lines } = await status([web, db], 'db');
    expect(exit).toBe(0);
    expect(lines).toEqual([
      '↻ db  backoff for 12m  (wanted: ready)  switchyard.jsonc:9',
      '  conditions    ProcessUp=False(Backoff)  Negotiated=Unknown(Backoff)',
      '  process       /usr/bin/uvx  1 restart  2 failures in a row  next attempt 14:02:19',
      '  speaks        stdio',
      '  catalog       1 tool  0 prompts  0 resources  0 templates  remembered from an earlier run',
      '  history       2026-01-31 14:02:09  idle → starting  start',
      '                2026-01-31 14:02:11  ready → backoff  lost: the server exited with code 1 (SWY-E206)',
      '                2026-01-31 14:02:15  starting → backoff  lost: the server exited with code 1 (SWY-E206)  attempt 2, next 14:02:19',
      '  SWY-E206  db: the server exited with code 1',
      '    why     its last words: refused',
      '    do      fix that',
      '',
      '! db: tools/list failed',
    ]);
  });

  it('tells further connections, the end of a long history, and no control characters', async () => {
    const { lines } = await status([web, db], 'web');
    expect(lines[2]).toBe('  speaks        stdio  MCP 2025-11-25  search 3.1\\u001b[2J');
    expect(lines.slice(4, 7)).toEqual([
      '  connections   primary  ready for 1m  pid 7',
      '                session:ab12cd34  ready for 5m  pid 8  2 calls in flight',
      '  history       … 4 earlier changes in --json',
    ]);
    expect(lines[17]).toBe('');
    expect(lines[18]).toContain('SWY-E503');
    expect(lines.join()).not.toContain('tools/list failed');
  });

  it('tells what its processes use, and where the history of an earlier run ends', async () => {
    const now = Date.now();
    const usage = {
      sampledAt: now,
      processes: 3,
      threads: 14,
      residentBytes: 64_400_000,
      cpuSeconds: 1.34,
      descriptors: 52,
    };
    const one = { ...usage, processes: 1, residentBytes: 1_234_567_890, cpuSeconds: 3_700 };
    const connections = web.connections.map((each) => ({ ...each, usage: one }));
    const [before] = transitions;
    const [after] = [{ ...before!, seq: 8, at: now }];
    const history = [{ ...before!, earlier: true as const }, after];
    const { lines } = await status([{ ...web, usage, connections, transitions: history }], 'web');
    expect(lines.slice(2, 3)).toEqual([
      '  uses          3 processes  64 MB  1.3 s cpu  14 threads  52 descriptors',
    ]);
    expect(lines.slice(5, 10)).toEqual([
      '  connections   primary  ready for 1m  pid 7  1.2 GB',
      '                session:ab12cd34  ready for 5m  pid 8  1.2 GB  2 calls in flight',
      '  history       2026-01-31 14:02:09  idle → starting  start',
      '                – the gateway was started anew –',
      expect.stringMatching(/^ {16}\d\d:\d\d:\d\d {2}idle → starting {2}start$/),
    ]);
    const alone = await status([{ ...web, usage: one }], 'web');
    expect(alone.lines[2]).toBe('  uses          1 process  1.2 GB  1h1m cpu  14 threads  52 descriptors');
  });

  it('that is not there names the one that was meant: exit 2', async () => {
    const { exit, lines, told } = await status([web, db], 'wbe');
    expect([exit, lines]).toEqual([2, ['']]);
    expect(told.split('\n')).toEqual([
      '✗ SWY-E207  no server is called "wbe"',
      '  do      switchyard status web        the servers are: web, db',
    ]);
    expect((await status([], 'constructor')).told).toContain('do      the servers are: none');
  });

  it('is for programs too', async () => {
    const { lines } = await status([web, db], 'db', '--json');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      pid: 1,
      servers: [{ name: 'db', transitions }],
      problems: [{ server: 'db' }],
    });
  });
});

describe('status -o wide', () => {
  it('has the table, and each server with all that is known', async () => {
    const { lines } = await status([web, db], '-o', 'wide');
    expect(lines.filter((line) => /^\S/.test(line))).toEqual([
      'switchyard 0.1.0  up 0s  pid 1  rev r  0 calls in flight',
      expect.stringMatching(/^✓ web +ready +stdio/),
      expect.stringMatching(/^↻ db +backoff +stdio/),
      '✓ web  ready for 1m  (wanted: ready)',
      '↻ db  backoff for 12m  (wanted: ready)  switchyard.jsonc:9',
      '! SWY-E503  2 tools want the name "search": "web/search", "wiki/search"',
      '! db: tools/list failed',
    ]);
    expect(lines.at(-2)).toBe('  do      rename');
    expect(lines.filter((line) => line.includes('SWY-E206  db'))).toHaveLength(1);
    expect((await status([web], '-o', 'yaml')).exit).toBe(2);
  });
});

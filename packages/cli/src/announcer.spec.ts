import { describe, expect, it } from '@jest/globals';
import type { Configuration, Gateway } from '@switchyard/gateway';
import { parseConfiguration } from '@switchyard/gateway/configuration';
import type { ServerView } from '@switchyard/plugin-api';
import { jsonAnnouncer, textAnnouncer } from './announcer.ts';
import { serverView } from './spec-server-view.ts';
import { recordedTerminal } from './spec-terminal.ts';
import { statusLines } from './commands/status.ts';

const ledger = { accepted: 3, answered: 2, cancelled: 1, inFlight: 0 };

function server(name: string, more: Partial<ServerView> = {}, tools = 0): ServerView {
  const catalog = { tools, prompts: 0, resources: 0, resourceTemplates: 0 };
  return serverView(name, { catalog, ...more });
}

const servers = [
  server('filesystem', { readyAfterMs: 900 }, 14),
  server('db', { phase: 'idle', remembered: true }, 1),
  server('plant', {
    phase: 'failed',
    transport: 'ws',
    problem: {
      code: 'SWY-E801',
      message: 'plant: transport "ws" needs a plugin',
      where: 'switchyard.jsonc:9',
      remedy: 'add the plugin',
    },
  }),
  server('old', { phase: 'disabled', problem: { code: 'SWY-E206', message: 'never shown', remedy: '' } }),
];

/** What an announcer asks of a gateway, as plain data. */
function gatewayWith(list: readonly ServerView[]): Gateway {
  return {
    endpoints: [{ kind: 'http', url: 'http://127.0.0.1:4620/mcp' }],
    servers: { list: () => list },
    catalog: { snapshot: { problems: [{ server: 'db', message: 'two tools want one name' }] } },
    status: () => ({ version: '0.1.0', revision: 'abcd0123', pid: 7 }),
  } as unknown as Gateway;
}

const configure = (text: string): Configuration =>
  parseConfiguration(text, { file: '/nowhere/switchyard.jsonc', folder: '/nowhere', env: { T: 't' } });

const stdio = { command: '/node', args: ['/switchyard.js', 'stdio', '--config', '/a.jsonc'] };

describe('serve, to people', () => {
  it('shows where to come in and how, then the servers', async () => {
    const terminal = recordedTerminal();
    const announcer = textAnnouncer(terminal, stdio);
    await announcer.listening(gatewayWith(servers), configure('{}'), 212);
    announcer.settled(gatewayWith(servers));
    expect(terminal.printed).toEqual([]);
    expect(terminal.told.join('\n')).toBe(`
  switchyard 0.1.0   listening after 0.21 s

  ➜  MCP     http://127.0.0.1:4620/mcp
  ➜  Config  ./switchyard.jsonc   rev abcd0123

  Claude Code
    claude mcp add --transport http switchyard http://127.0.0.1:4620/mcp

  Claude Desktop  claude_desktop_config.json; it starts stdio servers only
    {
      "mcpServers": {
        "switchyard": {
          "command": "/node",
          "args": ["/switchyard.js", "stdio", "--config", "/a.jsonc"]
        }
      }
    }

  VS Code  .vscode/mcp.json
    {
      "servers": {
        "switchyard": {
          "type": "http",
          "url": "http://127.0.0.1:4620/mcp"
        }
      }
    }

  ✓ filesystem  stdio  14 tools  ready in 0.90 s
  ◌ db          stdio   1 tool*  idle (starts on first use)
  ✗ plant       ws               failed
      SWY-E801  plant: transport "ws" needs a plugin
        where   switchyard.jsonc:9
        do      add the plugin
  ⏸ old         stdio            disabled
  ! db: two tools want one name

  1 of 4 servers need attention   → switchyard status

  Ctrl+C stops it`);
    expect(
      terminal.told
        .join('\n')
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true);
  });

  it('has the token in the snippets where one is needed, and warnings beside them', async () => {
    const terminal = recordedTerminal();
    const text =
      '{ "listen": { "http": { "tokens": { "ann": "${T}" } } }, "servers": { "a": { "command": "x", "comand": "y" } } }';
    await textAnnouncer(terminal, stdio).listening(gatewayWith([]), configure(text), 1);
    const told = terminal.told.join('\n');
    expect(told.match(/Bearer <token>/g)).toHaveLength(2);
    expect(told).toContain('  ! SWY-E601  unknown key "comand" — did you mean "command"?');
  });

  it('tells later changes, a line each, once each, and not what is only passing', () => {
    const terminal = recordedTerminal();
    const announcer = textAnnouncer(terminal, stdio);
    announcer.changed(server('early'));
    announcer.settled(gatewayWith([server('db')]));
    const before = terminal.told.length;
    for (const phase of ['backoff', 'backoff', 'starting', 'negotiating', 'ready', 'ready'] as const)
      announcer.changed(server('db', { phase }));
    expect(terminal.told.slice(before)).toEqual(['  ↻ db  backoff', '  ✓ db  ready']);
  });

  it('says how it ended', () => {
    const terminal = recordedTerminal();
    textAnnouncer(terminal, stdio).stopped(ledger);
    expect(terminal.told).toEqual(['  stopped   2 calls answered, 1 cancelled']);
  });
});

describe('serve, to programs', () => {
  it('prints one JSON object a line and nothing else', async () => {
    const terminal = recordedTerminal();
    const announcer = jsonAnnouncer(terminal);
    await announcer.listening(gatewayWith(servers.slice(0, 1)), configure('{}'), 212.4);
    announcer.changed(server('filesystem', { readyAfterMs: 900, inFlight: 3 }, 14));
    announcer.changed(server('filesystem', { phase: 'backoff' }, 14));
    announcer.settled(gatewayWith(servers));
    announcer.stopping();
    announcer.stopped(ledger);
    expect(terminal.told).toEqual([]);
    expect(terminal.printed.map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'listening', mcp: 'http://127.0.0.1:4620/mcp', pid: 7, readyMs: 212 },
      { event: 'server', name: 'filesystem', phase: 'ready', tools: 14 },
      { event: 'server', name: 'filesystem', phase: 'backoff', tools: 14 },
      { event: 'stopped', ledger },
    ]);
  });
});

describe('status', () => {
  it('fits 80 columns and names every problem below its table', () => {
    const { columns, paint } = recordedTerminal().out;
    const long = server('n'.repeat(60), { phase: 'backoff', retryAt: 8_000, restarts: 3 }, 11);
    const facts = {
      version: '0.1.0',
      pid: 7,
      uptimeMs: 8_040_000,
      revision: 'abcd0123',
      endpoints: [],
      problems: [],
      ledger,
    };
    const lines = statusLines({ ...facts, servers: [...servers, long] } as never, { columns, paint }, 0);
    expect(lines).toEqual([
      'switchyard 0.1.0  up 2h14m  pid 7  rev abcd0123  0 calls in flight',
      '',
      '  SERVER               STATE     TRANSPORT  TOOLS  RESTARTS  SINCE  NOTE',
      '✓ filesystem           ready     stdio         14         0  0s',
      '◌ db                   idle      stdio         1*         0  0s     on first use',
      '✗ plant                failed    ws             0         0  0s     SWY-E801',
      '⏸ old                  disabled  stdio          0         0  0s',
      `↻ ${'n'.repeat(18)}…  backoff   stdio         11         3  0s     next in 8s`,
      '  * remembered from an earlier run',
      '',
      'SWY-E801  plant: transport "ws" needs a plugin',
      '  where   switchyard.jsonc:9',
      '  do      add the plugin',
    ]);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { entry, expectFound, load, type Finding } from './spec-bad-input.ts';

const invalid = (key: string, message: RegExp, remedy = /./): Finding => ({
  code: 'SERVER_INVALID',
  message,
  where: new RegExp(`^switchyard\\.jsonc:\\d+:\\d+ {2}mcpServers\\.files${key}$`),
  remedy,
});
const TIME = /must be from 1 ms to 24 h; plain numbers are milliseconds/;

/** One server is not started; the other one is as it should be. */
const SERVERS: Readonly<Record<string, readonly [object, Finding]>> = {
  'no-object': [['x'], invalid('', /expected an object with "command" or "url"/)],
  'command-and-url': [{ command: 'x', url: 'https://a' }, invalid('', /exactly one of "command" or "url"/)],
  'neither-command-nor-url': [{ args: [] }, invalid('', /exactly one of "command" or "url"/)],
  'misspelt-command': [
    { comand: 'x' },
    { ...invalid('', /exactly one of/), why: /unknown key "comand" — did you mean "command"\?/ },
  ],
  'command-empty': [{ command: ' ' }, invalid('\\.command', /command: is empty/)],
  'command-as-a-list': [
    { command: ['npx', 'x'] },
    invalid('\\.command', /command: expected string, found a list/, /"command": "npx", "args": \[/),
  ],
  'args-as-a-text': [
    { command: 'x', args: 'a b' },
    invalid('\\.args', /args: expected a list, found a string/, /write a list .* no shell splits them/),
  ],
  'args-with-a-number': [
    { command: 'x', args: [1] },
    invalid('\\.args\\[0\\]', /args\[0\]: expected string, found a number/),
  ],
  'args-with-nul': [
    { command: 'x', args: ['hunter2\0'] },
    invalid('\\.args\\[0\\]', /args\[0\]: contains a NUL byte/),
  ],
  'args-of-2-megabytes': [
    { command: 'x', args: ['hunter2'.repeat(300_000)] },
    invalid('\\.args\\[0\\]', /args\[0\]: is longer than 131071 bytes/),
  ],
  'env-with-a-list': [
    { command: 'x', env: { A: ['hunter2'] } },
    invalid('\\.env\\.A', /env\.A: expected string .* found a list/),
  ],
  'env-as-a-list': [
    { command: 'x', env: ['A=1'] },
    invalid('\\.env', /env: expected an object, found a list/),
  ],
  'env-variable-missing': [
    { command: 'x', env: { A: '${SECRET} ${MISSING}' } },
    {
      code: 'VARIABLE_MISSING',
      message: /^files: the environment variable MISSING is not set$/,
      where: /mcpServers\.files\.env\.A$/,
      remedy: /set it, or give a default: \$\{MISSING:-default\}/,
    },
  ],
  'env-file-missing': [
    { command: 'x', envFile: 'no/such.env' },
    {
      code: 'ENV_FILE_UNUSABLE',
      message: /no\/such\.env: there is no such file$/,
      where: /mcpServers\.files\.envFile$/,
      remedy: /correct the file, or "envFile"/,
    },
  ],
  'variable-without-end': [
    { command: 'x', args: ['${SECRET'] },
    {
      code: 'SERVER_INVALID',
      message: /a "\$\{" has no "\}"/,
      where: /args\[0\]$/,
      remedy: /write \$\{NAME\}/,
    },
  ],
  'dialect-input': [
    { command: 'x', env: { A: '${input:token}' } },
    {
      code: 'KEY_NOT_SUPPORTED',
      message: /"\$\{input:token\}" is not supported/,
      where: /env\.A$/,
      remedy: /put the value into an environment variable and write "\$\{ITS_NAME\}"/,
    },
  ],
  'dialect-workspace-folder': [
    { command: 'x', envFile: '${workspaceFolder}/.env' },
    {
      code: 'KEY_NOT_SUPPORTED',
      message: /workspaceFolder/,
      where: /envFile$/,
      remedy: /relative to this file/,
    },
  ],
  'url-empty': [{ url: ' ' }, invalid('\\.url', /url: is empty/)],
  'url-no-text': [{ url: 7 }, invalid('\\.url', /url: expected string, found a number/)],
  'timeout-negative': [{ command: 'x', timeout: -1 }, invalid('\\.timeout', TIME)],
  'timeout-zero': [{ command: 'x', timeout: 0 }, invalid('\\.timeout', TIME)],
  'timeout-1e99': [{ command: 'x', timeout: 1e99 }, invalid('\\.timeout', TIME)],
  'timeout-without-unit': [
    { command: 'x', timeout: '5' },
    invalid('\\.timeout', /"5" has no unit: write "5s", "5ms" or "5m"/),
  ],
  'breaker-true': [{ command: 'x', breaker: true }, invalid('\\.breaker', /breaker: expected/)],
  'breaker-key': [{ command: 'x', breaker: { open: 1 } }, invalid('\\.breaker\\.open', /only failures/)],
  'retry-safe-text': [
    { command: 'x', tools: { retrySafe: 'a' } },
    invalid('\\.tools\\.retrySafe', /expected/),
  ],
  'tools-later': [
    { command: 'x', tools: { retrySafe: ['a'], include: ['b'] } },
    {
      code: 'KEY_NOT_SUPPORTED',
      message: /"tools\.include" is not supported/,
      where: /include$/,
      remedy: /remove/,
    },
  ],
  'timeout-no-time': [{ command: 'x', timeout: 'NaN' }, invalid('\\.timeout', /is no duration/)],
  'startup-timeout-negative': [{ command: 'x', startupTimeout: -1 }, invalid('\\.startupTimeout', TIME)],
  ...Object.fromEntries(
    ['restart', 'oauth'].map((key) => [
      `${key}-relation`,
      // Their numbers have no meaning yet; the server is not started as if they had been obeyed.
      [
        { command: 'x', [key]: { base: 2_000, cap: 1_000 } },
        {
          code: 'KEY_NOT_SUPPORTED',
          message: new RegExp(`"${key}" is not supported`),
          where: new RegExp(`${key}$`),
          remedy: /remove/,
        },
      ] as const,
    ]),
  ),
};

const NAMES: Readonly<Record<string, string>> = {
  empty: '',
  '200-characters': 'x'.repeat(200),
  'a-path': '../x',
  proto: '__proto__',
  'a-line-break': 'a\nb',
};

describe('an entry', () => {
  it.each(Object.entries(SERVERS))('config/%s', async (_row, [bad, wanted]) => {
    const found = await load(entry(bad));
    if (SwitchyardError.is(found)) throw found;
    expectFound(found.servers[0]?.problem, wanted);
    expect(found.servers[1]?.problem).toBeUndefined();
  });

  it.each(Object.entries(NAMES))('config/server-name-%s', async (_row, name) => {
    const found = await load(
      JSON.stringify({ mcpServers: { good: { command: 'x' } } }).replace(
        '}}}',
        `},${JSON.stringify(name)}:{"command":"x"}}}`,
      ),
    );
    if (SwitchyardError.is(found)) throw found;
    expectFound(found.servers[1]?.problem, {
      code: 'SERVER_INVALID',
      message: /a server name has 1 to 63 letters, digits, spaces/,
      where: /^switchyard\.jsonc:1:/,
      remedy: /correct the entry/,
    });
    expect(found.servers[0]?.problem).toBeUndefined();
  });

  it('config/server-name-case-twins', async () => {
    const found = await load(
      '{ "mcpServers": {\n "Files": { "command": "x" },\n "files": { "command": "y" } } }',
    );
    if (SwitchyardError.is(found)) throw found;
    expect(found.servers[0]?.problem).toBeUndefined();
    expectFound(found.servers[1]?.problem, {
      code: 'SERVER_INVALID',
      message: /files: differs from "Files" at switchyard\.jsonc:2 in upper and lower case only/,
      where: /^switchyard\.jsonc:3:2 {2}mcpServers\.files$/,
      remedy: /correct the entry/,
    });
  });
});

import { chmod, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { entry, expectFound, load, TOKEN, type Content, type Finding } from './spec-bad-input.ts';

/*
 * Every kind of bad configuration that is known to happen, each under its name: here the file, in bad-entry.spec.ts what
 * an entry of it says. What only a transport or a listener checks is in e2e/src/bad-configuration.e2e.ts.
 */

/** The whole file is refused. */
const FILES: Readonly<Record<string, readonly [Content, Finding]>> = {
  'missing-file': [
    () => Promise.resolve(),
    { code: 'CONFIG_UNREADABLE', message: /there is no such file$/, remedy: /"mcpServers": \{ "memory"/ },
  ],
  'a-folder': [
    async (file) => symlink(path.dirname(file), file),
    { code: 'CONFIG_UNREADABLE', message: /it is a folder$/, remedy: /check the path/ },
  ],
  'a-circle-of-links': [
    async (file) => symlink(file, file),
    { code: 'CONFIG_UNREADABLE', message: /its links lead in a circle$/, remedy: /check the path/ },
  ],
  'fifty-megabytes': [
    async (file) => {
      await writeFile(file, '{}');
      await truncate(file, 52_428_801);
    },
    { code: 'CONFIG_UNREADABLE', message: /52428801 bytes; at most 52428800 are read/, remedy: /./ },
  ],
  empty: [
    '',
    {
      code: 'CONFIG_SYNTAX',
      message: /expected an object, found an empty file/,
      where: /:1:1$/,
      remedy: /JSON/,
    },
  ],
  null: [
    'null',
    { code: 'CONFIG_SYNTAX', message: /expected an object, found null/, where: /:1:1$/, remedy: /JSON/ },
  ],
  'a-list': [
    '[]',
    { code: 'CONFIG_SYNTAX', message: /expected an object, found a list/, where: /:1:1$/, remedy: /JSON/ },
  ],
  binary: [
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]),
    { code: 'CONFIG_SYNTAX', message: /the file is binary/, remedy: /UTF-8/ },
  ],
  'utf-16': [
    Buffer.from('\uFEFF{}', 'utf16le'),
    { code: 'CONFIG_SYNTAX', message: /the file is UTF-16/, remedy: /UTF-8/ },
  ],
  'not-utf-8': [
    Buffer.from([0x7b, 0xff, 0x7d]),
    { code: 'CONFIG_SYNTAX', message: /not valid UTF-8/, remedy: /UTF-8/ },
  ],
  truncated: [
    '{\n "mcpServers": {\n  "files": { "command": "npx"',
    {
      code: 'CONFIG_SYNTAX',
      message: /unexpected end of JSON; the file may still be being written/,
      where: /:3:/,
      remedy: /JSON/,
    },
  ],
  'duplicate-key': [
    '{ "mcpServers": {\n "github": { "command": "a" },\n "github": { "command": "b" } } }',
    {
      code: 'CONFIG_SYNTAX',
      message: /the key "github" is there twice, first in line 2/,
      where: /:3:2$/,
      remedy: /JSON/,
    },
  ],
  'unknown-key-elsewhere': [
    '{\n "limits": { "maxProceses": 1 } }',
    {
      code: 'CONFIG_UNKNOWN_KEY',
      message: /"limits.maxProceses" — did you mean "maxProcesses"\?/,
      where: /:2:14 {2}limits\.maxProceses$/,
      remedy: /correct its name/,
    },
  ],
  'key-of-a-later-version': [
    '{\n "profiles": { "a": {} } }',
    {
      code: 'CONFIG_KEY_NOT_SUPPORTED',
      message: /"profiles" is not supported/,
      where: /:2:2 {2}profiles$/,
      remedy: /remove/,
    },
  ],
  'timeout-nan': [
    '{ "mcpServers": { "a": { "command": "x",\n "timeout": NaN } } }',
    { code: 'CONFIG_SYNTAX', message: /this is not JSON/, where: /:2:13$/, remedy: /JSON/ },
  ],
  'limits-of-no-sense': [
    '{ "limits": { "maxProcesses": 0 } }',
    {
      code: 'CONFIG_INVALID',
      message: /limits\.maxProcesses: must be at least 1/,
      where: /:1:15 {2}/,
      remedy: /schema/,
    },
  ],
  'limits-relation': [
    '{ "limits": {\n "maxProcesses": 50,\n "maxConnections": 40 } }',
    {
      code: 'CONFIG_INVALID',
      message: /limits\.maxProcesses: 50 is more than limits\.maxConnections, 40/,
      where: /:2:2 {2}limits\.maxProcesses$/,
      remedy: /correct the value/,
    },
  ],
  '10001-servers': [
    `{"servers":{${Array.from({ length: 10_001 }, (_, index) => `"s${index}":{"command":"x"}`).join()}}}`,
    {
      code: 'CONFIG_INVALID',
      message: /servers: 10001 servers; at most 10000 are possible/,
      where: /servers$/,
      remedy: /./,
    },
  ],
  'port-out-of-range': [
    '{ "listen": { "http": { "port": 70000 } } }',
    {
      code: 'CONFIG_INVALID',
      message: /listen\.http\.port: must be from 0 to 65535/,
      where: /:1:25 {2}listen/,
      remedy: /./,
    },
  ],
  'token-is-empty': [
    '{ "listen": { "http": { "tokens": { "ann": "${NONE:- }" } } } }',
    {
      code: 'CONFIG_INVALID',
      message: /tokens\.ann: the token is empty/,
      where: /tokens\.ann$/,
      remedy: /./,
    },
  ],
  'servers-as-a-list': [
    '{ "mcpServers": [ { "name": "a", "command": "x" } ] }',
    {
      code: 'CONFIG_INVALID',
      message: /mcpServers: expected an object, found a list/,
      where: /:1:3 {2}mcpServers/,
      remedy: /./,
    },
  ],
  ...Object.fromEntries(
    ['mcp_servers', 'context_servers', 'mcp', 'extensions'].map((key) => [
      `dialect-${key}`,
      [
        `{\n "${key}": { "a": { "command": "x" } } }`,
        {
          code: 'CONFIG_UNKNOWN_KEY',
          message: new RegExp(`unknown key "${key}"$`),
          where: new RegExp(`:2:2 {2}${key}$`),
          remedy: /put them into "mcpServers": \{/,
        },
      ] as const,
    ]),
  ),
};

/** Everything is served, and something is said. */
const WARNED: Readonly<Record<string, readonly [string, Finding]>> = {
  'unknown-key-of-a-server': [
    entry({ command: 'x', arg: ['hunter2'] }),
    {
      code: 'CONFIG_UNKNOWN_KEY',
      message: /"arg" — did you mean "args"\?/,
      where: /:5:\d+ {2}mcpServers\.files\.arg$/,
      remedy: /./,
    },
  ],
  'literal-secret': [
    entry({ command: 'x', env: { A: TOKEN } }),
    {
      code: 'CONFIG_SECRET_LITERAL',
      message: /files\.env\.A looks like a secret/,
      where: /env\.A$/,
      remedy: /\$\{NAME\}/,
    },
  ],
  'literal-token-of-a-client': [
    '{ "listen": { "http": { "tokens": { "ann": "hunter2" } } } }',
    {
      code: 'CONFIG_SECRET_LITERAL',
      message: /tokens\.ann looks like a secret/,
      where: /tokens\.ann$/,
      remedy: /\$\{NAME\}/,
    },
  ],
  'timeout-in-seconds': [
    entry({ command: 'x', timeout: 30 }),
    {
      code: 'CONFIG_TIMEOUT_UNIT',
      message: /30 is read as 30 seconds/,
      where: /files\.timeout$/,
      remedy: /"30s"/,
    },
  ],
  'npx-without-yes': [
    entry({ command: 'npx', args: ['a-server'] }),
    {
      code: 'LAUNCHER_OPTION_MISSING',
      message: /files: npx without "-y"/,
      where: /files\.args$/,
      remedy: /\["-y", …\]/,
    },
  ],
  'docker-run-without-stdin': [
    entry({ command: 'docker', args: ['run', 'an/image'] }),
    {
      code: 'LAUNCHER_OPTION_MISSING',
      message: /docker run without "-i", "--rm" and "--init"/,
      where: /files\.args$/,
      remedy: /\["run", "-i", "--rm", "--init", …\]/,
    },
  ],
};

/** Odd, and right. */
const ACCEPTED: Readonly<Record<string, string | Uint8Array>> = {
  'byte-order-mark': `\uFEFF${entry({ command: 'x' })}`,
  'trailing-comma': '{ "mcpServers": { "files": { "command": "x", }, }, }',
  'env-null': entry({ command: 'x', env: { A: null } }),
  'dialect-of-claude': entry({ type: 'stdio', command: 'x', args: [], env: {} }),
  'dialect-of-vs-code':
    '{ "inputs": [{ "id": "t", "type": "promptString" }], "servers": { "files": { "type": "stdio", "command": "x" } } }',
};

describe('a configuration file', () => {
  it.each(Object.entries(FILES))('config/%s', async (_row, [content, wanted]) => {
    const found = await load(content);
    if (!SwitchyardError.is(found)) throw new Error('it was accepted');
    expectFound(found, wanted);
    expect(found.spec.exit).toBe(6);
  });

  it('config/unreadable', async () => {
    const uid = process.geteuid?.();
    const found = await load(async (file) => {
      await writeFile(file, '{}');
      await chmod(file, 0);
      // Nothing is unreadable to root.
      if (uid === 0) process.seteuid?.(65_534);
    }).finally(() => uid === 0 && process.seteuid?.(0));
    if (!SwitchyardError.is(found)) throw new Error('it was accepted');
    expectFound(found, {
      code: 'CONFIG_UNREADABLE',
      message: /permission denied$/,
      remedy: /its permissions/,
    });
  });

  it('config/server-name-in-both-maps', async () => {
    const found = await load('{ "servers": { "a": {} },\n "mcpServers": { "a": {} } }');
    if (!SwitchyardError.is(found)) throw new Error('it was accepted');
    expectFound(found, {
      code: 'CONFIG_INVALID',
      message: /a server of this name is also at switchyard\.jsonc:1/,
      remedy: /./,
    });
  });

  it.each(Object.entries(WARNED))('config/%s', async (_row, [content, wanted]) => {
    const found = await load(content);
    if (SwitchyardError.is(found)) throw found;
    expect(found.servers.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(found.warnings).toHaveLength(1);
    expectFound(found.warnings[0], wanted);
  });

  it('config/world-readable-with-secrets', async () => {
    const found = await load(async (file) => {
      await writeFile(file, entry({ command: 'x', env: { A: TOKEN } }));
      await chmod(file, 0o644);
    });
    if (SwitchyardError.is(found)) throw found;
    expectFound(found.warnings[1], {
      code: 'CONFIG_SECRET_LITERAL',
      message: /files\.env\.A looks like a secret/,
      why: /everybody on this machine can read it: the file has mode 0644/,
      remedy: /chmod 600 switchyard\.jsonc/,
    });
  });

  it.each(Object.entries(ACCEPTED))('config/%s', async (_row, content) => {
    const found = await load(content);
    if (SwitchyardError.is(found)) throw found;
    expect(found.servers[0]).toMatchObject({ name: 'files', enabled: true });
    expect(found.servers.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(found.warnings).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { errorOf, parse } from './spec-configuration.ts';

const shown = (text: string, env: NodeJS.ProcessEnv = {}): string => {
  const { code, where, message } = errorOf(text, env);
  return `${code} ${where}: ${message}`;
};

describe('a text that is no configuration', () => {
  it.each([
    ['empty', '', 'found an empty file'],
    ['blank', ' \n\t', 'found an empty file'],
    ['null', 'null', 'found null'],
    ['a list', '[]', 'found a list'],
    ['a number', '12', 'found a number'],
  ])('is named: %s', (_case, text, found) => {
    expect(shown(text)).toBe(`CONFIG_SYNTAX switchyard.jsonc:1:1: expected an object, ${found}`);
  });

  it('is told to be half written when it is truncated', () => {
    expect(shown('{\n  "mcpServers": {\n')).toBe(
      'CONFIG_SYNTAX switchyard.jsonc:3:1: unexpected end of JSON; the file may still be being written',
    );
  });

  it.each([
    ['{ "mcpServers" {} }', 'switchyard.jsonc:1:16: expected ":" after the key'],
    ['{ "version": 1 "servers": {} }', 'switchyard.jsonc:1:16: expected "," before this'],
    ['{\n  version: 1 }', 'switchyard.jsonc:2:3: this is not JSON'],
    ['{} {}', 'switchyard.jsonc:1:4: the configuration ended before this'],
    ['{ "$schema": "a\n" }', 'switchyard.jsonc:1:14: the string does not end on its line'],
  ])('says where JSON ends being JSON: %j', (text, expected) => {
    expect(shown(text)).toBe(`CONFIG_SYNTAX ${expected}`);
  });

  it('is refused where it is nested beyond reason', () => {
    expect(shown(`{"plugins":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`)).toContain(
      'nested deeper than 64 levels',
    );
    expect(shown('['.repeat(500_000))).toContain('nested too deeply');
  });

  it('is refused when a key is there twice, which JSON.parse would not notice', () => {
    expect(
      shown('{ "servers": {\n  "github": { "command": "a" },\n  "github": { "command": "b" }\n} }'),
    ).toBe('CONFIG_SYNTAX switchyard.jsonc:3:3: the key "github" is there twice, first in line 2');
  });
});

describe('comments and trailing commas', () => {
  it('are fine', () => {
    const { servers } = parse('{ // mine\n  "mcpServers": { /* one */ "a": { "command": "x", }, },\n}');
    expect(servers.map(({ name, where }) => `${name} ${where}`)).toEqual(['a switchyard.jsonc:2']);
  });
});

describe('an unknown key above the servers', () => {
  it('is an error with the place, a suggestion and the lines around it', () => {
    const error = errorOf('{\n  // my servers\n  "mcpServer": {\n  }\n}');
    expect(error.code).toBe('CONFIG_UNKNOWN_KEY');
    expect(error.spec.exit).toBe(6);
    expect(error.where).toBe('switchyard.jsonc:3:3  mcpServer');
    expect(error.message).toBe('unknown key "mcpServer" — did you mean "mcpServers"?');
    expect(error.excerpt).toBe(
      [' 2 │   // my servers', ' 3 │   "mcpServer": {', '   │   ^^^^^^^^^^^'].join('\n'),
    );
  });

  it.each([
    ['{ "listen": { "https": {} } }', 'unknown key "listen.https" — did you mean "http"?'],
    ['{ "listen": { "http": { "prot": 1 } } }', 'unknown key "listen.http.prot" — did you mean "port"?'],
    ['{ "limits": { "maxProceses": 1 } }', 'unknown key "limits.maxProceses" — did you mean "maxProcesses"?'],
    ['{ "colour": "blue" }', 'unknown key "colour"'],
    ['{ "__proto__": {} }', 'unknown key "__proto__"'],
  ])('is found wherever it stands: %s', (text, message) => {
    expect(errorOf(text).message).toBe(message);
  });

  it('is told apart from a key that is only not built yet', () => {
    expect(shown('{ "profiles": { "a": {} } }')).toBe(
      'CONFIG_KEY_NOT_SUPPORTED switchyard.jsonc:1:3  profiles: "profiles" is not supported by this version',
    );
    expect(errorOf('{ "logging": { "dir": "/tmp" } }').message).toBe(
      '"logging.dir" is not supported by this version',
    );
  });

  it('is no matter where a key that is not built yet asks for nothing', () => {
    expect(parse('{ "inputs": [], "servers": {} }').servers).toEqual([]);
  });
});

describe('a wrong value above the servers', () => {
  it.each([
    ['{ "version": 2 }', 'version: expected 1, found a number'],
    ['{ "mcpServers": [] }', 'mcpServers: expected an object, found a list'],
    ['{ "listen": { "http": { "port": 70000 } } }', 'listen.http.port: must be from 0 to 65535'],
    [
      '{ "listen": { "http": { "path": "mcp" } } }',
      'listen.http.path: must begin with "/" and hold letters, digits and ._~-/ only',
    ],
    [
      '{ "limits": { "maxResponseBytes": "1 MB" } }',
      'limits.maxResponseBytes: must be from 1KiB to 64MiB: bytes as a number, or "500KB", "10MiB"',
    ],
    ['{ "limits": { "maxProcesses": 0 } }', 'limits.maxProcesses: must be at least 1'],
    [
      '{ "logging": { "level": "loud" } }',
      'logging.level: expected "trace" or "debug" or "info" or "warn" or "error", found a string',
    ],
    ['{ "plugins": { "a": 1 } }', 'plugins.a: expected true, false or options, found a number'],
  ])('is named with its key and what it may be: %s', (text, message) => {
    const error = errorOf(text);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe(message);
    expect(error.where).toMatch(/^switchyard\.jsonc:1:\d+ {2}/);
  });
});

describe('the servers', () => {
  it('come from both spellings of the map, in file order, whatever their names', () => {
    const { servers } = parse(
      '{ "servers": { "b": {"command":"x"}, "7": {"command":"x"} }, "mcpServers": { "a": {"command":"x"} } }',
    );
    expect(servers.map(({ name }) => name)).toEqual(['b', '7', 'a']);
  });

  it('may not be in both', () => {
    expect(shown('{ "servers": { "a": {} },\n "mcpServers": { "a": {} } }')).toBe(
      'CONFIG_INVALID switchyard.jsonc:2:18  mcpServers.a: mcpServers.a: a server of this name is also at switchyard.jsonc:1',
    );
  });

  it('are 10,000 at most', () => {
    const entries = Array.from({ length: 10_001 }, (_, index) => `"s${index}":{"command":"x"}`);
    expect(errorOf(`{"servers":{${entries.join()}}}`).message).toBe(
      'servers: 10001 servers; at most 10000 are possible',
    );
    expect(parse(`{"servers":{${entries.slice(1).join()}}}`).servers).toHaveLength(10_000);
  });
});

describe('plugins', () => {
  it('are a map or a list', () => {
    const expected = [
      { name: 'a', options: true, where: 'switchyard.jsonc:2' },
      { name: './b.mjs', options: { c: 1 }, where: 'switchyard.jsonc:3' },
    ];
    expect(parse('{ "plugins": {\n "a": true,\n "./b.mjs": { "c": 1 } } }').plugins).toEqual(expected);
    expect(parse('{ "plugins": [\n "a",\n ["./b.mjs", { "c": 1 }] ] }').plugins).toEqual(expected);
  });
});

describe('tokens', () => {
  const text = '{ "listen": { "http": { "tokens": { "ann": "${ANN}", "bob": "${BOB}" } } } }';

  it('come from the environment', () => {
    const { listen, warnings } = parse(text, { ANN: 'one', BOB: 'two' });
    const tokens = Object.entries(listen.http.tokens ?? {});
    expect(tokens.map(([name, token]) => [name, token.reveal()])).toEqual([
      ['ann', 'one'],
      ['bob', 'two'],
    ]);
    expect(JSON.stringify(listen)).not.toMatch(/one|two/);
    expect(warnings).toEqual([]);
  });

  it('are an error while their variable is missing or empty, or two are the same', () => {
    expect(errorOf(text, { ANN: 'one' }).message).toBe(
      'listen.http.tokens.bob: the environment variable BOB is not set',
    );
    expect(errorOf(text, { ANN: 'one', BOB: ' ' }).message).toBe(
      'listen.http.tokens.bob: the token is empty',
    );
    const same = errorOf(text, { ANN: 'one', BOB: 'one' });
    expect(same.message).toBe('listen.http.tokens.bob: has the same token as "ann"');
    expect(JSON.stringify(same)).not.toContain('one');
  });

  it('are warned of when they stand in the file', () => {
    const { warnings } = parse('{ "listen": { "http": { "tokens": { "ann": "hunter2" } } } }');
    expect(warnings.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'CONFIG_SECRET_LITERAL switchyard.jsonc:1:37  listen.http.tokens.ann',
    ]);
    expect(warnings[0]!.excerpt).not.toContain('hunter2');
  });
});

describe('a configuration', () => {
  it('is complete from nothing but servers', () => {
    const configuration = parse('{ "mcpServers": {} }');
    expect(configuration).toEqual({
      file: '/home/ann/switchyard.jsonc',
      folder: '/home/ann',
      envFiles: [],
      revision: expect.stringMatching(/^[0-9a-f]{8}$/),
      servers: [],
      plugins: [],
      places: {},
      listen: { http: {} },
      limits: { maxProcesses: 256, maxConnections: 2048, maxResponseBytes: 10_485_760 },
      logging: { level: 'warn', levels: {} },
      secrets: [],
      warnings: [],
    });
  });

  it('is frozen to its leaves, errors excepted', () => {
    const { servers } = parse('{ "mcpServers": { "a": { "command": "x", "args": ["b"] }, "c": {} } }');
    expect(() => (servers[0]!.target['args'] as string[]).push('more')).toThrow(TypeError);
    expect(() => (servers as unknown[]).pop()).toThrow(TypeError);
    expect(Object.isFrozen(servers[1]!.problem)).toBe(false);
  });

  it('has a revision of its text', () => {
    expect(parse('{}').revision).not.toBe(parse('{ }').revision);
    expect(parse('{}').revision).toBe(parse('{}').revision);
  });
});

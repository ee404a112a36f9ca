import { describe, expect, it } from '@jest/globals';
import { errorOf, parse, parseServer, problemOf } from './spec-configuration.ts';

describe('a server entry', () => {
  it('works as it is pasted from a README', () => {
    const server = parseServer(
      { command: 'npx', args: ['-y', 'a-server', '${userHome}/code'], env: { A: '1' } },
      { HOME: '/home/ann' },
    );
    expect(server).toMatchObject({
      name: 'files',
      where: 'switchyard.jsonc:3',
      enabled: true,
      target: { command: 'npx', args: ['-y', 'a-server', '/home/ann/code'], env: { A: '1' } },
      start: 'eager',
      startupTimeoutMs: 120_000,
      timeoutMs: 60_000,
      sharing: 'principal',
      warnings: [],
    });
    expect(server.places).toMatchObject({
      command: expect.stringMatching(/^switchyard\.jsonc:\d+:\d+ {2}mcpServers\.files\.command$/),
    });
    expect(server.problem).toBeUndefined();
    expect('transport' in server).toBe(false);
  });

  it('tells the places of its keys by the words that its transport has for them', () => {
    expect(parseServer({ httpUrl: 'https://x.example/mcp' }).places).toEqual({
      url: expect.stringContaining('  mcpServers.files.httpUrl'),
    });
    expect(parseServer({ transport: 'nats', options: { subject: 'a' } }).places['subject']).toContain(
      '  mcpServers.files.options.subject',
    );
    const moved = parse('{ "mcpServers": {\n\n\n "files": { "command": "x" } } }').servers[0]!;
    expect(moved.digest).toBe(parseServer({ command: 'x' }).digest);
  });

  it('is not examined while it is disabled', () => {
    for (const entry of [
      { command: 1, disabled: true },
      { command: '${NO}', enabled: false },
    ]) {
      const server = parseServer(entry);
      expect([server.enabled, server.problem, server.warnings]).toEqual([false, undefined, []]);
    }
  });

  it('with a mistake harms no other', () => {
    const { servers } = parse(
      '{ "mcpServers": { "bad": 1, "worse": { "comand": "x" }, "good": { "command": "x" } } }',
    );
    expect(servers.map(({ name, problem }) => [name, problem?.code])).toEqual([
      ['bad', 'SERVER_INVALID'],
      ['worse', 'SERVER_INVALID'],
      ['good', undefined],
    ]);
  });

  it('is refused for its name', () => {
    for (const name of [
      '',
      '../x',
      '.hidden',
      '__proto__',
      '-rf',
      'a/b',
      'ü',
      'a\nb',
      'x'.repeat(64),
      'x'.repeat(200),
    ]) {
      const [server] = parse(`{ "servers": { ${JSON.stringify(name)}: { "command": "x" } } }`).servers;
      expect([name, server?.name, server?.problem?.code]).toEqual([name, name, 'SERVER_INVALID']);
      expect(server!.problem!.message.length).toBeLessThan(220);
    }
  });

  it.each(['a', 'A b.c_d-e', '7', 'x'.repeat(63), 'constructor'])('may be called %j', (name) => {
    expect(parse(`{ "servers": { "${name}": { "command": "x" } } }`).servers[0]?.problem).toBeUndefined();
  });

  it('has a digest that changes with what its connections are made of, and with nothing else', () => {
    const digest = (entry: object): string => parseServer({ command: 'x', ...entry }, { A: '1' }).digest;
    expect(digest({})).toMatch(/^[0-9a-f]{16}$/);
    expect(digest({ description: 'shown only', timeout: '60s' })).toBe(digest({}));
    const others = [{}, { args: ['1'] }, { env: { B: '${A}' } }, { cwd: '/' }, { sharing: 'all' }];
    expect(new Set([...others, { enabled: false }].map(digest)).size).toBe(6);
    for (const taken of [
      { timeout: '61s' },
      { startupTimeout: '61s' },
      { idleTimeout: '61s' },
      { prefix: '' },
      { start: 'lazy' },
      { reload: 'break-first' },
      { limits: { maxConcurrent: 1, queue: 0 } },
      { breaker: false },
      { tools: { retrySafe: ['*'] } },
    ])
      expect([taken, digest(taken)]).toEqual([taken, digest({})]);
    expect(digest({ args: ['${A}'] })).toBe(digest({ args: ['1'] }));
  });
});

describe('how a server is reached', () => {
  const place = 'SERVER_INVALID switchyard.jsonc:3:5  mcpServers.files: files:';

  it.each([
    [{ command: 'x', url: 'http://a' }, 'give exactly one of "command" or "url"'],
    [{}, 'give exactly one of "command" or "url", or "transport" with "options"'],
    [{ args: [] }, 'give exactly one of "command" or "url", or "transport" with "options"'],
    [{ command: 'x', type: 'http' }, 'type "http" goes with "url", not with "command"'],
    [
      { command: 'x', type: 'stdoi' },
      'type "stdoi" is not known — did you mean "stdio"?; a plugin\'s kind goes into "transport"',
    ],
    [{ transport: 'ws', type: 'stdio' }, 'give "type" or "transport", not both'],
    [
      { transport: 'ws', env: {} },
      '"env" goes with "command"; what transport "ws" needs goes into "options"',
    ],
    [{ transport: 'ws', url: 'ws://a' }, 'put the URL of transport "ws" into "options"'],
    [{ command: 'x', options: {} }, 'give "command" or "options", not both'],
    [{ options: {} }, '"options" goes with "transport"'],
    [{ url: 'http://a', httpUrl: 'http://b' }, 'give "url" or "httpUrl", not both'],
    [
      { url: 'http://a', headers: { a: 'b' }, http_headers: { c: 'd' } },
      'give "headers" or "http_headers", not both',
    ],
    [{ url: 'http://a', type: 'stdio' }, 'type "stdio" goes with "command", not with "url"'],
    [{ url: 'http://a', env: { A: 'b' } }, '"env" goes with "command", not with "url"'],
    [{ url: 'http://a', options: {} }, 'give "url" or "options", not both'],
    [{ command: 'x', headers: { a: 'b' } }, '"headers" goes with "url"; a command has "env"'],
    [
      { transport: 'ws', headers: { a: 'b' } },
      '"headers" goes with "url"; what transport "ws" needs goes into "options"',
    ],
  ])('must be one way: %j', (entry, reason) => {
    expect(problemOf(entry)).toBe(`${place} ${reason}`);
  });

  it('is told in the words of any client', () => {
    expect(parseServer({ command: 'x', type: 'local' })).toMatchObject({
      transport: 'stdio',
      target: { type: 'local' },
    });
    const { transport, target } = parseServer(
      { transport: '@acme/ws', options: { url: 'ws://${H}', tries: 3 } },
      { H: 'h' },
    );
    expect([transport, target]).toEqual(['@acme/ws', { url: 'ws://h', tries: 3 }]);
    expect(parseServer({ transport: 'memory' }).target).toEqual({});
  });

  it.each([
    { url: 'https://${H}/mcp', headers: { 'X-Key': '${K}' } },
    { type: 'http', serverUrl: 'https://${H}/mcp', http_headers: { 'X-Key': '${K}' } },
    { type: 'streamable-http', httpUrl: 'https://${H}/mcp', headers: { 'X-Key': '${K}' }, env: {}, args: [] },
  ])('at a URL, in one spelling of its keys: %j', (entry) => {
    const server = parseServer(entry, { H: 'a.example', K: 'k' });
    expect(server).toMatchObject({ transport: 'http', startupTimeoutMs: 30_000, warnings: [] });
    expect(server.problem).toBeUndefined();
    expect(server.target).toEqual({ url: 'https://a.example/mcp', headers: { 'X-Key': 'k' } });
  });

  it('in options keeps the words of a plugin', () => {
    const options = { serverUrl: 'ws://a', http_headers: { a: 'b' } };
    expect(parseServer({ transport: 'ws', options }).target).toEqual(options);
  });

  it('by the dialect before Streamable HTTP says what to do instead', () => {
    const { problem } = parseServer({ type: 'sse', url: 'https://a.example/sse' });
    expect(problem?.code).toBe('KEY_NOT_SUPPORTED');
    expect(problem?.message).toBe('files: "type: sse" is not supported by this version');
    expect(problem?.remedy).toContain('mcp-remote');
    expect(problem?.where).toContain('mcpServers.files.type');
  });

  it('with a variable that is not set names the place in the words of the entry', () => {
    const { problem } = parseServer({ serverUrl: 'https://a', http_headers: { 'X-Key': '${MISSING}' } });
    expect(problem?.code).toBe('VARIABLE_MISSING');
    expect(problem?.where).toBe('switchyard.jsonc:6:9  mcpServers.files.http_headers.X-Key');
  });

  it('blames the misspelt key where one is', () => {
    expect(parseServer({ comand: 'x' }).problem?.why).toBe('unknown key "comand" — did you mean "command"?');
  });
});

describe('a key of a server', () => {
  it('that nobody knows is a warning with a suggestion', () => {
    const { problem, warnings } = parseServer({ command: 'x', arg: ['b'] });
    expect(problem).toBeUndefined();
    expect(warnings.map(({ code, where, message }) => `${code} ${where}: ${message}`)).toEqual([
      'CONFIG_UNKNOWN_KEY switchyard.jsonc:5:7  mcpServers.files.arg: unknown key "arg" — did you mean "args"?',
    ]);
  });

  it.each([
    [{ url: 'https://a.example/mcp', oauth: { clientId: 'a' } }, 'oauth'],
    [{ url: 'https://a.example/mcp', bearer_token_env_var: 'TOKEN' }, 'bearer_token_env_var'],
    [{ url: 'https://a.example/mcp', tls: { ca: 'a.pem' } }, 'tls'],
    [{ command: 'x', tools: { exclude: ['a'] } }, 'tools.exclude'],
    [{ command: 'x', era: 'modern' }, 'era'],
    [{ command: 'x', sandbox: { network: false } }, 'sandbox'],
  ])('that is not built yet stops the server rather than being ignored: %j', (entry, key) => {
    const { problem } = parseServer(entry);
    expect(problem?.code).toBe('KEY_NOT_SUPPORTED');
    expect(problem?.message).toBe(`files: "${key}" is not supported by this version`);
    expect(problem?.where).toContain(`mcpServers.files.${key}`);
  });

  it('that is not built yet and asks for nothing stops nothing', () => {
    expect(problemOf({ command: 'x', disabledTools: [], headers: {} })).toBeUndefined();
  });

  it("that is another client's own is accepted in silence", () => {
    const entry = {
      command: 'x',
      description: 1,
      icon: 2,
      alwaysAllow: [],
      autoApprove: ['a'],
      trust: true,
      dev: {},
    };
    expect(parseServer(entry)).toMatchObject({ warnings: [], enabled: true });
    expect(problemOf(entry)).toBeUndefined();
  });
});

describe('a value of a server', () => {
  it.each([
    [{ command: '' }, 'command: is empty'],
    [{ command: ' ' }, 'command: is empty'],
    [{ command: 7 }, 'command: expected string, found a number'],
    [{ command: 'a\0b' }, 'command: contains a NUL byte'],
    [{ command: 'x', args: 'a b' }, 'args: expected a list, found a string'],
    [{ command: 'x', args: [1] }, 'args[0]: expected string, found a number'],
    [{ command: 'x', args: ['ok', 'a\0b'] }, 'args[1]: contains a NUL byte'],
    [{ command: 'x', args: ['x'.repeat(2_000_000)] }, 'args[0]: is longer than 131071 bytes'],
    [
      { command: 'x', env: { A: {} } },
      'env.A: expected string or number or boolean or null, found an object',
    ],
    [{ command: 'x', env: { 'A=B': '1' } }, 'env: has an empty name, or one with "="'],
    [{ command: 'x', env: [] }, 'env: expected an object, found a list'],
    [{ command: 'x', cwd: 3 }, 'cwd: expected string, found a number'],
    [{ url: '' }, 'url: is empty'],
    [{ url: 7 }, 'url: expected string, found a number'],
    [{ url: 'http://a', headers: { A: 1 } }, 'headers.A: expected string, found a number'],
    [{ url: 'http://a', headers: [] }, 'headers: expected an object, found a list'],
    [{ command: 'x', enabled: 'yes' }, 'enabled: expected boolean, found a string'],
    [{ command: 'x', start: 'soon' }, 'start: expected "eager" or "lazy" or "manual", found a string'],
  ])('of the wrong kind is named: %#', (entry, reason) => {
    const { problem } = parseServer(entry);
    expect(problem?.code).toBe('SERVER_INVALID');
    expect(problem?.message).toBe(`files: ${reason}`);
    expect(problem?.where).toMatch(/^switchyard\.jsonc:\d+:\d+ {2}mcpServers\.files\./);
  });

  it('null in env is no mistake: it takes a variable away', () => {
    expect(parseServer({ command: 'x', env: { A: null } }).target).toEqual({
      command: 'x',
      env: { A: null },
    });
  });

  it.each([
    [-1, 'must be from 1 ms to 24 h; plain numbers are milliseconds'],
    [0, 'must be from 1 ms to 24 h; plain numbers are milliseconds'],
    [1e99, 'must be from 1 ms to 24 h; plain numbers are milliseconds'],
    ['25h', 'must be from 1 ms to 24 h; plain numbers are milliseconds'],
    ['5', '"5" has no unit: write "5s", "5ms" or "5m"'],
    ['NaN', 'is no duration: write milliseconds as a number, or "500ms", "30s", "5m", "1h"'],
    ['5 s', 'is no duration: write milliseconds as a number, or "500ms", "30s", "5m", "1h"'],
    [true, 'expected number or string, found true'],
  ])('%j is no timeout', (value, reason) => {
    expect(parseServer({ command: 'x', timeout: value }).problem?.message).toBe(`files: timeout: ${reason}`);
    expect(parseServer({ command: 'x', startupTimeout: value }).problem?.message).toBe(
      `files: startupTimeout: ${reason}`,
    );
  });

  it.each([
    [{ timeout: 45_000 }, 45_000, 30_000],
    [{ timeout: '1.5s', startupTimeout: 500 }, 1_500, 500],
    [{ tool_timeout_sec: 90, startup_timeout_sec: 0.5 }, 90_000, 500],
    [{ timeout: '1d', startupTimeout: '2m' }, 86_400_000, 120_000],
  ])('%j is', (entry, timeoutMs, startupTimeoutMs) => {
    expect(parseServer({ command: 'x', ...entry })).toMatchObject({
      timeoutMs,
      startupTimeoutMs,
      warnings: [],
    });
  });

  it('idleTimeout is a duration; without it a server runs on', () => {
    expect(parseServer({ command: 'x', idleTimeout: '10m' })).toMatchObject({
      idleTimeoutMs: 600_000,
      warnings: [],
    });
    expect(parseServer({ command: 'x' }).idleTimeoutMs).toBeUndefined();
    expect(parseServer({ command: 'x', idleTimeout: '5' }).problem?.message).toBe(
      'files: idleTimeout: "5" has no unit: write "5s", "5ms" or "5m"',
    );
  });

  it('timeout under 1,000 is read as seconds, with a warning', () => {
    const { timeoutMs, warnings } = parseServer({ command: 'x', timeout: 30 });
    expect(timeoutMs).toBe(30_000);
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'CONFIG_TIMEOUT_UNIT mcpServers.files.timeout: 30 is read as 30 seconds, though numbers are milliseconds elsewhere',
    ]);
  });

  it.each(['npx', '/usr/bin/uvx', 'docker', 'C:\\tools\\npx.cmd', 'podman'])(
    '%j gets time to install things',
    (command) => {
      expect(parseServer({ command }).startupTimeoutMs).toBe(120_000);
    },
  );

  it.each([
    [{}, undefined],
    [{ prefix: true }, undefined],
    [{ prefix: false }, ''],
    [{ prefix: 'fs' }, 'fs'],
  ])('the prefix of %j', (entry, prefix) => {
    expect(parseServer({ command: 'x', ...entry }).prefix).toBe(prefix);
  });
});

describe('secrets', () => {
  const secret = `ghp_${'a'.repeat(36)}`;

  it('in the file are warned of, wherever they stand, and never repeated', () => {
    const { warnings, problem } = parseServer({
      command: 'x',
      args: ['--token', secret],
      env: { TOKEN: secret },
    });
    expect(problem).toBeUndefined();
    expect(warnings.map(({ message }) => message)).toEqual([
      'mcpServers.files.args[1] looks like a secret that stands in the file itself',
      'mcpServers.files.env.TOKEN looks like a secret that stands in the file itself',
    ]);
    expect(
      warnings.map((warning) => `${warning.message}${warning.excerpt}${JSON.stringify(warning)}`).join(),
    ).not.toContain('ghp_');
  });

  it('beside a mistake are masked in the lines that are shown', () => {
    const error = errorOf(
      `{ "mcpServers": { "a": { "command": "x", "env": { "T": "${secret}" } } },\n "mcpServer": "${secret}" }`,
    );
    expect(error.excerpt).toContain('"mcpServer": "****');
    expect(error.excerpt).not.toContain('ghp_');
    for (const broken of [`"${secret}`, secret, `'${secret}'`, `["x" ${secret}]`]) {
      expect(errorOf(`{ "mcpServers": { "a": { "env": { "T": ${broken} } } } }`).excerpt).not.toContain(
        'ghp_',
      );
    }
  });

  it('in headers and URLs are warned of too', () => {
    const { warnings } = parseServer({ url: 'https://a', headers: { Authorization: `Bearer ${secret}` } });
    expect(warnings.map(({ message }) => message)).toEqual([
      'mcpServers.files.headers.Authorization looks like a secret that stands in the file itself',
    ]);
  });

  it('of the environment are in no message about them', () => {
    const { problem } = parseServer({ command: '${SECRET}', args: ['${MISSING}'] }, { SECRET: secret });
    expect(problem?.message).toBe('files: the environment variable MISSING is not set');
    expect(problem?.remedy).toBe('set it, or give a default: ${MISSING:-default}');
    expect(problem?.where).toBe('switchyard.jsonc:6:9  mcpServers.files.args[0]');
    expect(JSON.stringify(problem)).not.toContain('ghp_');
  });
});

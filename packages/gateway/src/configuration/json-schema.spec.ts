import { describe, expect, it } from '@jest/globals';
import { KEYS } from './configuration-schema.ts';
import { SERVER_KEYS, SHOWN_SERVER_KEYS } from './known-keys.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { accepts, committedSchema, type JsonSchema } from './spec-json-schema.ts';

const properties = (schema: JsonSchema | undefined): readonly string[] =>
  Object.keys(schema?.properties ?? {}).sort();
const listen = committedSchema.properties!['listen']!.properties!;

/** Whether the code takes it without an error, a problem or a warning. */
function parses(value: unknown): boolean {
  try {
    const { servers } = parseConfiguration(JSON.stringify(value), { folder: '/tmp', env: {} });
    return servers.every(({ problem }) => problem === undefined);
  } catch {
    return false;
  }
}

describe('switchyard.schema.json', () => {
  it.each([
    ['the top', properties(committedSchema), KEYS['']],
    ['listen', properties(committedSchema.properties!['listen']), KEYS['listen']],
    ['listen.http', properties(listen['http']!.anyOf![1]), KEYS['listen.http']],
    ['listen.admin', properties(listen['admin']), KEYS['listen.admin']],
    ['limits', properties(committedSchema.properties!['limits']), KEYS['limits']],
    ['logging', properties(committedSchema.properties!['logging']), KEYS['logging']],
    ['a server', properties(committedSchema.definitions!['server']), [...SERVER_KEYS, ...SHOWN_SERVER_KEYS]],
  ])('knows the same keys as the code: %s', (_place, inSchema, inCode) => {
    expect(inSchema).toEqual([...inCode!].sort());
  });

  const server = (entry: unknown): unknown => ({ mcpServers: { files: entry } });
  const stdio = (more: object): unknown => server({ command: 'node', ...more });

  it.each([
    {},
    { version: 1, $schema: 'x', mcpServers: {}, servers: {} },
    stdio({
      type: 'local',
      args: ['a'],
      env: { A: 'b', C: 1, D: true, E: null },
      cwd: '..',
      inheritEnv: ['X'],
    }),
    stdio({
      start: 'lazy',
      timeout: '1.5m',
      startupTimeout: 5000,
      idleTimeout: '10m',
      prefix: false,
      sharing: 'all',
      inheritEnv: true,
    }),
    stdio({ startup_timeout_sec: 20, tool_timeout_sec: 0.5, enabled: true, disabled: false, prefix: '' }),
    stdio({ breaker: false, tools: {} }),
    stdio({ breaker: { failures: 1, window: '1m', cooldown: 500 }, tools: { retrySafe: ['get_*'] } }),
    stdio({ reload: 'break-first', limits: { maxConcurrent: 1, queue: 0 } }),
    stdio({
      description: 'x',
      alwaysAllow: ['y'],
      trust: true,
      icon: 'z',
      metadata: {},
      dev: { watch: '*' },
    }),
    server({ transport: '@acme/websocket', options: { url: 'ws://x' } }),
    server({ url: 'https://a.example/mcp', headers: { Authorization: 'x' } }),
    server({ type: 'http', serverUrl: 'https://a.example/mcp', http_headers: {} }),
    server({ type: 'streamableHttp', httpUrl: 'https://a.example/mcp' }),
    { plugins: { 'a-plugin': true, './b.mjs': { c: 1 }, '@switchyard/http-host': false } },
    { plugins: ['a', ['b'], ['c', { d: 1 }], ['e', true]] },
    { listen: { http: true, admin: {} } },
    {
      listen: {
        http: {
          host: '::1',
          port: 0,
          path: '/mcp',
          allowedOrigins: [],
          allowedHosts: ['a'],
          tokens: { a: 'b' },
        },
      },
    },
    {
      limits: { maxProcesses: 1, maxConnections: 2, maxResponseBytes: '64MiB' },
      logging: { level: 'trace', levels: { 'transport-stdio': 'debug', 'server:my files': 'error' } },
    },
    { logging: { levels: {} } },
    { limits: { maxResponseBytes: 1024 } },
  ])('accepts what the code accepts: %j', (value) => {
    expect({ schema: accepts(committedSchema, value), code: parses(value) }).toEqual({
      schema: true,
      code: true,
    });
  });

  it.each([
    [],
    { listen: [] },
    { plugins: { a: [] } },
    { mcpServer: {} },
    { version: 2 },
    { mcpServers: [] },
    { mcpServers: { '../x': { command: 'node' } } },
    server('node'),
    stdio({ command: '' }),
    stdio({ args: 'a b' }),
    stdio({ args: [1] }),
    stdio({ env: { A: {} } }),
    stdio({ env: [] }),
    server([]),
    stdio({ cwd: '' }),
    server({ url: '' }),
    server({ url: 7 }),
    server({ url: 'https://a.example/mcp', headers: { A: 1 } }),
    server({ url: 'https://a.example/mcp', http_headers: [] }),
    stdio({ start: 'later' }),
    stdio({ timeout: -1 }),
    stdio({ timeout: '5' }),
    stdio({ timeout: 1e99 }),
    stdio({ sharing: 'nobody' }),
    stdio({ breaker: true }),
    stdio({ breaker: { failures: 0 } }),
    stdio({ breaker: { open: 1 } }),
    stdio({ tools: { retrySafe: 'get_*' } }),
    stdio({ tools: { retrySafe: [''] } }),
    stdio({ tools: { include: ['a'] } }),
    stdio({ reload: 'now' }),
    stdio({ limits: { maxConcurrent: 0 } }),
    stdio({ limits: { queue: 1.5 } }),
    stdio({ limits: { maxMemory: '1GiB' } }),
    stdio({ limits: [] }),
    stdio({ type: 'carrier-pigeon' }),
    stdio({ startup_timeout_sec: 0 }),
    server({ transport: 'web socket', options: {} }),
    { plugins: { a: 'yes' } },
    { plugins: [1] },
    { listen: { http: { port: 70000 } } },
    { listen: { http: { path: 'mcp' } } },
    { listen: { http: { tokens: { a: '' } } } },
    { listen: { http: false } },
    { listen: { https: {} } },
    { limits: { maxProcesses: 0 } },
    { limits: { maxResponseBytes: '1 MB' } },
    { logging: { level: 'loud' } },
    { logging: { levels: { 'transport-stdio': 'loud' } } },
    { logging: { levels: { '': 'debug' } } },
    { logging: { levels: { 'client:ann': 'debug' } } },
    { logging: { levels: ['debug'] } },
  ])('refuses what the code refuses: %j', (value) => {
    expect({ schema: accepts(committedSchema, value), code: parses(value) }).toEqual({
      schema: false,
      code: false,
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { isPublicValue, namesSecret } from './public-value.ts';
import { parse } from './spec-configuration.ts';

/** What is taken for a secret in the configuration of one server. */
function secretsOf(entry: unknown, env: NodeJS.ProcessEnv = {}): readonly string[] {
  const { secrets } = parse(JSON.stringify({ mcpServers: { files: entry } }), env);
  return secrets.map((secret) => secret.reveal());
}
const stdio = (more: object): object => ({ command: 'node', ...more });
const http = (more: object): object => ({ url: 'https://a.example/mcp', ...more });

describe('what a configuration knows to be secret', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a variable', stdio({ args: ['${WORD}', '${ODD}'] }), ['odd-value-1']],
    ['a variable by its name', stdio({ args: ['${MY_TOKEN}'] }), ['production']],
    ['a default', stdio({ args: ['${NONE:-nothing-set-1}'] }), []],
    [
      'the environment of a server',
      stdio({ env: { A: 'value-1', MODE: 'production', API_KEY: 'abc' } }),
      ['value-1', 'abc'],
    ],
    ['numbers and nothing', stdio({ env: { MAX_TOKENS: 200_000, B: null, C: true } }), []],
    ['headers', http({ headers: { 'X-Tenant': 'acme-1', Accept1: 'json' } }), ['acme-1']],
    ['a bearer token', http({ headers: { Authorization: 'Bearer abc-1' } }), ['abc-1']],
    [
      'a user and a password',
      http({ headers: { authorization: 'Basic YW5uOnMzY3JldA==' } }),
      ['YW5uOnMzY3JldA==', 's3cret'],
    ],
    ['a flag that names what follows', stdio({ args: ['--token', 'abc-1', '--port', '80'] }), ['abc-1']],
    [
      'a flag that names its value',
      stdio({ args: ['--api-key=abc-1', '-e', 'DB_PASSWORD=s3', 'a=b'] }),
      ['abc-1', 's3'],
    ],
    ['a header as an argument', stdio({ args: ['--header', 'Authorization: Bearer abc-1'] }), ['abc-1']],
    [
      'a command line within an argument',
      stdio({
        args: ['-c', `API_KEY=abc-1 DB_PASSWORD='of two words' run --token xyz-1 --port 80 "--pat=p-1"`],
      }),
      ['abc-1', 'of two words', 'xyz-1', 'p-1'],
    ],
    [
      'a header within a command line',
      stdio({ args: ['-c', "curl -H 'Authorization: Bearer abc-1' https://a.example/"] }),
      ['abc-1'],
    ],
    ['the shape of a token', stdio({ args: ['ghp_abcdef'] }), ['ghp_abcdef']],
    [
      'a URL',
      http({ url: 'https://a.example/s/AbCdEf0123456789abcd/mcp?key=k1&page=one&x=two-2' }),
      ['k1', 'two-2', 'AbCdEf0123456789abcd'],
    ],
    [
      'options of a transport',
      {
        transport: 'x',
        options: { token: 'abc-1', url: 'wss://ann:pw1@a.example/', deep: [{ apiKey: 'k1' }] },
      },
      ['abc-1', 'ann', 'pw1', 'k1'],
    ],
    ['a disabled server', { disabled: true, env: { A: 'value-1' } }, []],
  ])('%s', (_name, entry, secrets) => {
    const env = { WORD: 'production', ODD: 'odd-value-1', MY_TOKEN: 'production' };
    expect([...secretsOf(entry, env)].sort()).toEqual([...secrets].sort());
  });

  it('tokens of the gateway, its own variables, and options of plugins', () => {
    const { secrets } = parse(
      '{ "listen": { "http": { "tokens": { "ann": "of-ann" } } }, "plugins": { "a": { "password": "of-a", "b": 1 } } }',
      { SWITCHYARD_ADMIN_TOKEN: 'of-admin', SWITCHYARD_TOKEN: '' },
    );
    expect(secrets.map((secret) => secret.reveal())).toEqual(['of-admin', 'of-a', 'of-ann']);
    expect(JSON.stringify(secrets)).not.toContain('of-');
  });
});

describe('the name of a secret', () => {
  it.each([
    'token',
    'apiKey',
    'API_KEY',
    'x-api-key',
    '--token',
    'DB_PASSWORD',
    'Authorization',
    'clientSecret',
    'GITHUB_PAT',
    'OPENAI_API_KEY_2',
    'Cookie',
  ])('%s', (name) => expect(namesSecret(name)).toBe(true));
  it.each(['path', 'MAX_TOKENS', 'TOKEN_FILE', 'keyboard', 'monkey', 'author', 'PASSENGER', 'compass', ''])(
    'is not %s',
    (name) => expect(namesSecret(name)).toBe(false),
  );
});

describe('a value that plainly is no secret', () => {
  it.each([
    'production',
    '/home/ann/my files',
    './data',
    '../x',
    '~/x',
    'C:\\Users\\ann',
    '/usr/bin:/bin',
    'https://a.example/v1',
    'postgres://db.example/app',
  ])('%s', (value) => expect(isPublicValue(value)).toBe(true));
  it.each([
    'hunter2',
    'correcthorsebatterystaple',
    'Production',
    '/9j/4AAQSkZJRgABAQEASABIAAD',
    '/abc+def=',
    'https://u:p@a.example/',
    'https://a.example/?k=v',
    'https://hooks.example/T0/0123456789abcdefghij0',
    '',
  ])('is not %s', (value) => expect(isPublicValue(value)).toBe(false));
});

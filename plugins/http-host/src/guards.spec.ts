import { describe, expect, it } from '@jest/globals';
import { allowList, guard, isLoopback, parseHost, parseOrigin } from './guards.ts';

const allowed = allowList({
  bound: ['192.168.1.5', 'fd00::5', '0.0.0.0'],
  ports: [4620, 4621],
  allowedHosts: ['Gateway.Example.', 'other.example:8443'],
  allowedOrigins: ['https://app.example', 'vscode-webview://abc'],
});

const head = (more: { target?: string; headerCount?: number; hosts?: string[]; origins?: string[] }) => ({
  target: '/mcp',
  headerCount: 3,
  hosts: ['127.0.0.1:4620'],
  origins: [],
  ...more,
});

describe('guard: Host', () => {
  it.each([
    '127.0.0.1:4620',
    '127.0.0.1:4621',
    'localhost:4620',
    'LOCALHOST:4620',
    'localhost.:4620',
    '[::1]:4620',
    '192.168.1.5:4620',
    '[fd00::5]:4620',
    'gateway.example',
    'GATEWAY.example.:99',
    'other.example:8443',
  ])('serves %s', (host) => {
    expect(guard(head({ hosts: [host] }), allowed)).toBeUndefined();
  });

  it.each([
    'evil.com',
    'evil.com:4620',
    'localhost',
    'localhost:80',
    'localhost:9999',
    '127.0.0.1:46200',
    '127.0.0.2:4620',
    '127.1:4620',
    '0x7f.1:4620',
    '2130706433:4620',
    '0.0.0.0:4620',
    '[::]:4620',
    '[0:0:0:0:0:0:0:1]:4620',
    '[::ffff:127.0.0.1]:4620',
    'localhost.evil.com:4620',
    'evil-localhost:4620',
    'other.example',
    'other.example:4620',
    'sub.gateway.example',
  ])('answers %s with 403', (host) => {
    expect(guard(head({ hosts: [host] }), allowed)).toMatchObject({
      status: 403,
      error: { code: 'HOST_REFUSED' },
    });
  });

  it.each([
    '',
    ' ',
    'localhost:',
    'localhost:port',
    'localhost:99999',
    'user@localhost:4620',
    'localhost:4620/',
    'localhost..:4620',
    'local host:4620',
    '::1',
    '[::1',
    'localhost:4620, evil.com',
    'https://localhost:4620',
    'lоcalhost:4620',
  ])('answers the malformed %j with 400', (host) => {
    expect(guard(head({ hosts: [host] }), allowed)).toMatchObject({
      status: 400,
      error: { code: 'HTTP_MALFORMED' },
    });
  });

  it('wants exactly one', () => {
    expect(guard(head({ hosts: [] }), allowed)).toMatchObject({ status: 400 });
    expect(guard(head({ hosts: ['localhost:4620', 'localhost:4620'] }), allowed)).toMatchObject({
      status: 400,
    });
  });

  it('knows port 80 as the one that is not written', () => {
    const on80 = allowList({ bound: [], ports: [80], allowedHosts: [], allowedOrigins: [] });
    expect(guard(head({ hosts: ['localhost'] }), on80)).toBeUndefined();
  });
});

describe('guard: Origin', () => {
  it.each([
    'http://127.0.0.1:4620',
    'http://localhost:4621',
    'HTTP://LocalHost:4620',
    'http://[::1]:4620',
    'https://app.example',
    'https://app.example:443',
    'vscode-webview://abc',
  ])('serves %s', (origin) => {
    expect(guard(head({ origins: [origin] }), allowed)).toBeUndefined();
  });

  it.each([
    'null',
    '',
    'http://evil.example',
    'http://localhost',
    'http://localhost:3000',
    'https://localhost:4620',
    'http://localhost:4620.evil.example',
    'http://localhost:4620@evil.example',
    'http://localhost:4620/',
    'http://app.example',
    'https://app.example:444',
    'https://app.example, http://evil.example',
    'http://192.168.1.5:4620',
    'file://',
  ])('answers %j with 403', (origin) => {
    expect(guard(head({ origins: [origin] }), allowed)).toMatchObject({
      status: 403,
      error: { code: 'ORIGIN_REFUSED' },
    });
  });

  it('looks at each of several', () => {
    const origins = ['http://127.0.0.1:4620', 'http://evil.example'];
    expect(guard(head({ origins }), allowed)).toMatchObject({ status: 403 });
  });
});

describe('guard: the rest of the head', () => {
  it.each(['http://evil.com/mcp', 'http://127.0.0.1:4620/mcp', '*', 'mcp', ''])(
    'answers the target %j with 400',
    (target) => {
      expect(guard(head({ target }), allowed)).toMatchObject({ status: 400 });
    },
  );

  it('answers more than 100 header fields with 431', () => {
    expect(guard(head({ headerCount: 100 }), allowed)).toBeUndefined();
    expect(guard(head({ headerCount: 101 }), allowed)).toMatchObject({ status: 431 });
  });

  it('cuts what a stranger sent before it says it again', () => {
    const refusal = guard(head({ hosts: [`${'a'.repeat(5000)}.com`] }), allowed);
    expect(refusal!.error.message.length).toBeLessThan(200);
  });
});

describe('parseHost, parseOrigin, isLoopback', () => {
  it('reads one spelling', () => {
    expect(parseHost('EXAMPLE.com.:80')).toEqual({ name: 'example.com', port: 80 });
    expect(parseOrigin('HTTP://Example.com')).toBe('http://example.com:80');
    expect(parseOrigin('null')).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example', false],
    ['192.168.0.1', false],
  ])('%s is loopback: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });

  it('takes time in proportion to a hostile host', () => {
    expect(parseHost(`${'a.'.repeat(8000)}!`)).toBeUndefined();
  });
});

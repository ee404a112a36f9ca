import { describe, expect, it } from '@jest/globals';
import { lightServer } from './light-server.ts';
import { ask, echo, echoed, start } from './spec-program.ts';

describe('a light server', () => {
  it('shakes hands, lists its tool and echoes nonces, with ids of both types', async () => {
    const server = start(lightServer());
    server.write(ask(1, 'initialize') + '{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    server.write(ask('a,"b'.replace('"', ''), 'tools/list') + ask(7, 'ping') + ask(8, 'server/discover'));
    server.write(echo(2 ** 31, 'first', { text: '"id":9' }) + echo('s', 'second'));
    const text = await server.said('second');
    const messages = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(messages).toMatchObject([
      { id: 1, result: { protocolVersion: '2025-11-25', serverInfo: { name: 'light' } } },
      { id: 'a,b', result: { tools: [{ name: 'echo' }] } },
      { id: 7, result: {} },
      { id: 8, error: { code: -32601 } },
      {},
      {},
    ]);
    expect(text).toContain(echoed(2 ** 31, 'first') + echoed('s', 'second'));
    server.end();
    expect(await server.ended).toBe(0);
  });

  it('understands the order in which the official SDK writes', async () => {
    const server = start(lightServer());
    const params = { name: 'echo', arguments: { nonce: 'n' } };
    server.write(`${JSON.stringify({ method: 'tools/call', params, jsonrpc: '2.0', id: 5 })}\n`);
    expect(await server.said('\n')).toBe(echoed(5, 'n'));
  });

  it('says nothing to notifications and responses', async () => {
    const server = start(lightServer());
    server.write(
      '{"jsonrpc":"2.0","id":1,"result":{}}\n{"jsonrpc":"2.0","method":"notifications/cancelled"}\n',
    );
    server.end();
    expect(await server.silent).toBe('');
  });
});

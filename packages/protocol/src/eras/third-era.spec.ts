import { describe, expect, it } from '@jest/globals';
import type { Era, FromClient } from '../era.ts';
import { callOf, frame, said } from '../spec-frames.ts';
import { legacy } from './legacy.ts';
import { thirdEra } from './spec-third-era.ts';

const UPSTREAM_ID = 41;

/** What the gateway does with a call, for whatever eras: no line of it knows which they are. */
function carry(client: Era, server: Era, fromClient: string, serverName: string) {
  const read = client.downstream.read(frame(fromClient)) as Extract<FromClient, { kind: 'call' }>;
  const call = { ...callOf(read.call.method), ...read.call, name: serverName };
  const request = server.upstream.request(
    call,
    UPSTREAM_ID,
    read.progressToken === undefined ? undefined : UPSTREAM_ID,
  );
  return {
    request,
    fromServer(message: string) {
      const seen = server.upstream.read(frame(message));
      if (seen.kind === 'progress') return client.downstream.progress(seen.params, read.progressToken!);
      if (seen.kind === 'response')
        return client.downstream.answer(call, read.id, server.upstream.outcome(call, seen.frame));
      throw new Error(seen.kind);
    },
  };
}

describe('an era that is not MCP', () => {
  it('serves a legacy client', () => {
    const exchange = carry(
      legacy,
      thirdEra,
      '{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"s__echo","arguments":{"a":1},"_meta":{"progressToken":"p"}}}',
      'echo',
    );
    expect(said(exchange.request)).toEqual({
      jsonrpc: '2.0',
      id: 41,
      method: 'do',
      params: { what: 'echo', with: { a: 1 }, tell: 41 },
    });
    expect(
      said(exchange.fromServer('{"method":"so-far","jsonrpc":"2.0","params":{"done":3,"level":41}}')),
    ).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progress: 3, progressToken: 'p' },
    });
    expect(
      said(exchange.fromServer('{"result":{"wrapped":{"content":[]}},"id":41,"jsonrpc":"2.0"}')),
    ).toEqual({
      jsonrpc: '2.0',
      id: 'c',
      result: { content: [] },
    });
  });

  it('has a client that a legacy server serves', () => {
    const exchange = carry(
      thirdEra,
      legacy,
      '{"method":"do","params":{"what":"s__echo","with":{"a":1}},"jsonrpc":"2.0","id":"c"}',
      'echo',
    );
    expect(said(exchange.request)).toEqual({
      jsonrpc: '2.0',
      id: 41,
      method: 'tools/call',
      params: { name: 'echo', arguments: { a: 1 } },
    });
    expect(said(exchange.fromServer('{"jsonrpc":"2.0","id":41,"result":{"content":[]}}'))).toEqual({
      jsonrpc: '2.0',
      id: 'c',
      result: { wrapped: { content: [] } },
    });
    expect(said(exchange.fromServer('{"jsonrpc":"2.0","id":41,"error":{"code":-1,"message":"no"}}'))).toEqual(
      {
        jsonrpc: '2.0',
        id: 'c',
        error: { code: -1, message: 'no' },
      },
    );
  });
});

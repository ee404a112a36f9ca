import { describe, expect, it } from '@jest/globals';
import { type Received, SwitchyardError, type WireMessage } from '@switchyard/plugin-api';
import * as v from 'valibot';
import type { MemoryPeer, Serve } from './peer.ts';
import { contextOf } from './spec-context.ts';
import { MemoryTarget } from './target.ts';
import { MemoryWire } from './wire.ts';

const message = (...segments: string[]): WireMessage => ({
  kind: 'request',
  segments: segments.map((segment) => Buffer.from(segment)),
});

/** A tick of the event loop: every microtask there was is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const textOf = (received: Received) =>
  'bytes' in received ? Buffer.from(received.bytes).toString() : received;

/** A wire to `serve`, with what came up and the server's end of it. */
async function opened(serve: Serve = () => {}, maxMessageBytes = 1024) {
  const got: unknown[] = [];
  let peer!: MemoryPeer;
  const target: MemoryTarget = {
    serve: (given, options) => {
      peer = given;
      return serve(given, options);
    },
  };
  const wire = new MemoryWire(target, contextOf({ maxMessageBytes }));
  await wire.open((received) => got.push(textOf(received)));
  return { wire, peer, got };
}

describe('a module as a server', () => {
  it('gets its arguments and exchanges messages in order, segments joined', async () => {
    const got: unknown[] = [];
    const target = v.parse(MemoryTarget, { module: './echo.mjs', arguments: { greet: 'hello' } });
    const wire = new MemoryWire(target, contextOf());
    await wire.open((received) => got.push(textOf(received)));
    expect(await Promise.all([wire.send(message('{"a"', ':1}')), wire.send(message('{"b":2}'))])).toEqual([
      'sent',
      'sent',
    ]);
    await settled();
    expect(got).toEqual(['{"greet":"hello"}', '{"a":1}', '{"b":2}']);
    expect(wire.info).toEqual({ target: './echo.mjs' });
  });

  it.each([
    [{ module: './missing.mjs' }, 'MODULE_UNUSABLE', 'missing.mjs'],
    [{ module: './echo.mjs', export: 'greeting' }, 'MODULE_UNUSABLE', 'it exports no function "greeting"'],
    [{ module: './echo.mjs', export: 'failing' }, 'UPSTREAM_EXITED', 'the server threw: no luck today'],
  ] as const)('says what is wrong with %j', async (entry, code, words) => {
    const wire = new MemoryWire(v.parse(MemoryTarget, entry), contextOf());
    const error: unknown = await wire.open(() => {}).catch((reason: unknown) => reason);
    expect(SwitchyardError.is(error, code)).toBe(true);
    expect(String(error)).toContain(words);
  });

  it('refuses a target that is neither', () => {
    expect(() => v.parse(MemoryTarget, { modul: './echo.mjs' })).toThrow('expected { "module"');
  });
});

describe('delivery', () => {
  it('never happens from within a send', async () => {
    const order: string[] = [];
    const { wire } = await opened((peer) => {
      peer.onMessage(() => {
        order.push('message');
        peer.send('{}');
        order.push('after the answer was sent');
      });
    });
    void wire.send(message('{}'));
    order.push('after the request was sent');
    await settled();
    expect(order).toEqual(['after the request was sent', 'message', 'after the answer was sent']);
  });

  it('reports a message over the limit by its ends', async () => {
    const { peer, got } = await opened(undefined, 10_000);
    peer.send('a'.repeat(10_000));
    peer.send(`${'a'.repeat(5000)}${'b'.repeat(5001)}`);
    await settled();
    const ends = { head: Buffer.alloc(4096, 'a'), tail: Buffer.alloc(4096, 'b'), length: 10_001 };
    expect(got).toEqual(['a'.repeat(10_000), { oversize: ends }]);
  });
});

describe('the end', () => {
  it('comes after what the server sent before, and nothing comes after it', async () => {
    const { wire, peer, got } = await opened();
    peer.send('{"last":1}');
    peer.close();
    peer.send('{"late":1}');
    expect(await wire.closed).toEqual({ cause: 'closed the wire' });
    await settled();
    expect(got).toEqual(['{"last":1}']);
    expect(await wire.send(message('{}'))).toBe('unsent');
  });

  it('is told to the server once, whoever ends it, and holds back what is under way', async () => {
    const told: string[] = [];
    const { wire, peer, got } = await opened((mine) => {
      mine.onMessage((bytes) => told.push(Buffer.from(bytes).toString()));
      mine.onClose(() => {
        throw new Error('in the way of the next');
      });
      return () => told.push('end');
    });
    peer.send('{}');
    void wire.send(message('{}'));
    await wire.close();
    await wire.close();
    peer.close();
    await settled();
    expect([told, got]).toEqual([['end'], []]);
    expect(await wire.closed).toEqual({ cause: 'was stopped' });
  });

  it('is what an exception in the server leads to', async () => {
    const { wire } = await opened((peer) => {
      peer.onMessage(() => {
        throw new Error('cannot take it');
      });
    });
    expect(await wire.send(message('{}'))).toBe('sent');
    expect(await wire.closed).toEqual({ cause: 'threw: cannot take it' });
  });

  it('can come before the beginning', async () => {
    let served = false;
    const wire = new MemoryWire({ serve: () => void (served = true) }, contextOf());
    const opening = wire.open(() => {});
    await wire.close();
    await expect(opening).rejects.toThrow('the server was stopped');
    expect(served).toBe(false);
  });
});

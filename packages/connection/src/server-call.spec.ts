import { describe, expect, it } from '@jest/globals';
import { callOf, watch } from './spec-call.ts';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';

/** A ready connection whose server answers no call by itself. */
async function quiet(changes?: Parameters<typeof ready>[0]) {
  const parts = await ready(changes);
  parts.server.silent('tools/call');
  return {
    ...parts,
    /** The id on the wire of the call that came as the n-th. */
    idOf: (n: number) => parts.server.executions[n]!.id!,
    cancelled: () =>
      parts.server.wire.requests('notifications/cancelled').map(({ params }) => params!['requestId']),
    progress: (progressToken: unknown, progress: number) =>
      parts.server.wire.notify('notifications/progress', { progressToken, progress }),
  };
}

describe('ids', () => {
  it('on the wire are ours: two clients with the same ids and tokens cannot be told apart, nor mixed up', async () => {
    const { server, call, idOf } = await quiet();
    const params = { bytes: Buffer.from('{"name":"echo","_meta":{"progressToken":0}}') };
    const [anna, bert] = ['anna', 'bert'].map((id) =>
      call({ id, params, audience: id, wantsProgress: true }),
    );
    await settled();
    const [first, second] = server.executions;
    expect(first!.id).not.toBe(second!.id);
    expect(first!.text.replaceAll(String(first!.id), '#')).toBe(
      second!.text.replaceAll(String(second!.id), '#'),
    );
    server.wire.respond(idOf(1), { result: { for: 'bert' } });
    server.wire.respond(idOf(0), { result: { for: 'anna' } });
    await settled();
    expect(anna!.outcomes).toMatchObject([{ text: '{"for":"anna"}' }]);
    expect(bert!.outcomes).toMatchObject([{ text: '{"for":"bert"}' }]);
  });

  it('begin where chance says, and are never used twice', async () => {
    const begin = async (next: number) => {
      const { server } = await ready({ random: { next: () => next } });
      return server.wire.taken.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
    };
    const [low, high] = [await begin(0), await begin(0.999_999)];
    expect([low[0], high[0]! > 2 ** 29, Number.isSafeInteger(high[0])]).toEqual([1, true, true]);
    expect(new Set([...low, ...high]).size).toBe(low.length + high.length);
  });

  it('are compared with their type: "7" is not 7', async () => {
    const { connection, server, call, idOf } = await quiet();
    const { outcomes } = call();
    await settled();
    server.wire.respond(String(idOf(0)), { result: {} });
    await settled();
    expect([outcomes, connection.session?.dropped]).toEqual([[], 1]);
    server.wire.respond(idOf(0), { result: {} });
    await settled();
    expect(outcomes).toHaveLength(1);
  });
});

describe('bytes', () => {
  const odd =
    '{ "name" : "echo",  "arguments":{"n":1.0e0,"s":"\\u0041\\/","big":12345678901234567890},"x-new":[ ] }';

  it('of params and results that nobody here knows pass as they are', async () => {
    const { server, call, idOf } = await quiet();
    const { outcomes } = call({ params: { bytes: Buffer.from(odd) } });
    await settled();
    expect(server.executions[0]!.text).toContain(odd);
    const result = '{"content":[ ],"\\u0068ello":1.50,"_meta":{"com.example/x":1e400}}';
    server.wire.push(`{"jsonrpc":"2.0","id":${idOf(0)},"result":${result}}`);
    await settled();
    expect(outcomes).toMatchObject([{ kind: 'result', text: result }]);
  });

  it('of errors of the server pass too, and what they say of execution is known', async () => {
    const { server, call, idOf } = await quiet();
    const calls = [call(), call(), call()];
    await settled();
    server.wire.respond(idOf(0), { error: { code: -32601, message: 'no', data: { x: 1 } } });
    server.wire.respond(idOf(1), { error: { code: -1, message: 'half way' } });
    server.wire.respond(idOf(2), {
      error: { code: -32602, message: 'what it gave is not what it declares' },
    });
    await settled();
    expect(calls.map(({ events }) => events)).toMatchObject([
      [{ outcome: { kind: 'error', from: 'upstream', executed: 'no' } }],
      [{ outcome: { kind: 'error', from: 'upstream', executed: 'yes' } }],
      [{ outcome: { kind: 'error', from: 'upstream', executed: 'unknown' } }],
    ]);
  });
});

describe('progress', () => {
  it('goes to the call that it is of, and to no other', async () => {
    const { call, idOf, progress } = await quiet();
    const calls = [call({ wantsProgress: true }), call({ wantsProgress: true })];
    await settled();
    progress(idOf(1), 1);
    progress(idOf(0), 2);
    progress(String(idOf(0)), 3);
    progress('nobody', 4);
    await settled();
    expect(calls.map((each) => each.progress)).toMatchObject([[{ progress: 2 }], [{ progress: 1 }]]);
  });

  it('comes only while the call runs', async () => {
    const { server, call, idOf, progress } = await quiet();
    const watched = call({ wantsProgress: true });
    await settled();
    progress(idOf(0), 1);
    server.wire.respond(idOf(0), { result: {} });
    progress(idOf(0), 2);
    await settled();
    expect(watched.events.map(({ kind }) => kind)).toEqual(['progress', 'outcome']);
  });

  it('is not asked for, nor passed on, unless the client wants it', async () => {
    const { server, call, idOf, progress } = await quiet();
    const watched = call({ params: { bytes: Buffer.from('{"name":"echo","_meta":{"progressToken":5}}') } });
    await settled();
    expect(server.executions[0]!.text).not.toContain('progressToken');
    progress(idOf(0), 1);
    await settled();
    expect(watched.events).toEqual([]);
  });
});

describe('cancelling', () => {
  it('reaches its own call at the server, once, and ends it', async () => {
    const { call, idOf, cancelled, connection } = await quiet();
    const calls = [call(), call()];
    await settled();
    calls[0]!.exchange.cancel('not needed');
    calls[0]!.exchange.cancel('again');
    await settled();
    expect(cancelled()).toEqual([idOf(0)]);
    expect(calls.map(({ outcomes }) => outcomes)).toEqual([
      [{ kind: 'cancelled', message: 'not needed' }],
      [],
    ]);
    expect(connection.inFlight).toBe(1);
  });

  it('drops and counts what the server answers all the same', async () => {
    const { server, call, idOf, connection } = await quiet();
    const { exchange, outcomes } = call();
    await settled();
    exchange.cancel('not needed');
    server.wire.respond(idOf(0), { result: {} });
    server.wire.respond(idOf(0), { result: {} });
    await settled();
    expect(outcomes).toHaveLength(1);
    expect(connection.session?.dropped).toBe(2);
  });

  it('does nothing once there is an answer', async () => {
    const { server, call, idOf, cancelled } = await quiet();
    const { exchange, outcomes } = call();
    await settled();
    server.wire.respond(idOf(0), { result: {} });
    await settled();
    exchange.cancel('too late');
    await settled();
    expect([outcomes.map(({ kind }) => kind), cancelled()]).toEqual([['result'], []]);
  });

  it('of a call of which the wire does not say yet whether it took it ends it too', async () => {
    const { server, call, connection } = await quiet();
    server.wire.hand('held');
    const { exchange, outcomes } = call();
    exchange.cancel('not needed');
    server.wire.decide('unsent');
    await settled();
    expect(outcomes).toEqual([{ kind: 'cancelled', message: 'not needed' }]);
    expect(connection.inFlight).toBe(0);
  });

  it('leaves nobody to reply to', async () => {
    const { call } = await quiet();
    expect(call().exchange.reply('any', { result: { bytes: Buffer.from('{}') } })).toBe('unknown');
  });
});

describe('a call that is not answered', () => {
  it('ends in time, its server is told, and nobody claims to know whether it was executed', async () => {
    const { clock, call, idOf, cancelled } = await quiet({ timings: { call: 1_000 } });
    const { outcomes } = call();
    await clock.advance(999);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toMatchObject([
      {
        code: 'CALL_TIMEOUT',
        executed: 'unknown',
        message: expect.stringContaining('tools/call within 1 s'),
      },
    ]);
    expect(cancelled()).toEqual([idOf(0)]);
  });

  it('ends earlier if its caller gives it less, never later', async () => {
    const { clock, call } = await quiet({ timings: { call: 1_000 } });
    const calls = [call({ timeoutMs: 100 }), call({ timeoutMs: 100_000 })];
    await clock.advance(100);
    expect(calls.map(({ outcomes }) => outcomes.length)).toEqual([1, 0]);
    await clock.advance(900);
    expect(calls.map(({ outcomes }) => outcomes.length)).toEqual([1, 1]);
  });

  it('gets its time anew with progress, whether or not the client wants to see it', async () => {
    const { clock, call, idOf, progress } = await quiet({ timings: { call: 1_000 } });
    const { outcomes } = call();
    for (let count = 0; count < 5; count += 1) {
      await clock.advance(999);
      progress(idOf(0), count);
      await settled();
    }
    expect(outcomes).toEqual([]);
    await clock.advance(1_000);
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT' }]);
  });

  it('never gets more than the total, whatever progress it makes', async () => {
    const { clock, call, idOf, progress } = await quiet({ timings: { call: 1_000, callTotal: 3_000 } });
    const { outcomes } = call({ wantsProgress: true });
    for (let count = 0; count < 5; count += 1) {
      await clock.advance(600);
      progress(idOf(0), count);
      await settled();
      expect(outcomes.length).toBe(clock.now() >= 4_000 ? 1 : 0);
    }
    expect(outcomes).toMatchObject([
      { code: 'CALL_TIMEOUT', message: expect.stringContaining('within 3 s') },
    ]);
  });

  it('drops and counts an answer that comes too late, and leaves no timer', async () => {
    const { clock, server, call, idOf, connection } = await quiet({ timings: { call: 1_000 } });
    const { pending } = clock;
    const { outcomes } = call();
    await clock.advance(1_000);
    server.wire.respond(idOf(0), { result: {} });
    await settled();
    expect(outcomes).toHaveLength(1);
    expect([connection.session?.dropped, clock.pending]).toEqual([1, pending]);
  });
});

it('a call that cannot be written as a request is refused: nothing of it was sent, and nothing is left of it', async () => {
  const { connection, clock, server, call, cancelled } = await quiet();
  const { outcomes } = call({ params: { bytes: Buffer.from('{"name":') } });
  await clock.advance(600_000);
  expect(outcomes).toMatchObject([{ code: 'BUG', executed: 'no' }]);
  expect([server.executions, cancelled(), connection.inFlight]).toEqual([[], [], 0]);
});

it('a thousand calls at once get each its own answer', async () => {
  const { connection, server } = await quiet();
  server.on('tools/call', ({ params }) => ({ result: params!['arguments'] as object }));
  const answers: string[] = [];
  const next = (n: number): void => {
    if (n >= 1_000) return;
    watch((call, sink) => {
      return connection.execute(callOf({ args: `{"n":${n}}` }), (event) => {
        sink(event);
        if (event.kind === 'outcome' && event.outcome.kind === 'result') {
          answers.push(Buffer.from(event.outcome.result.bytes).toString());
          next(n + 50);
        }
      });
    });
  };
  for (let n = 0; n < 50; n += 1) next(n);
  await settled();
  expect(answers.sort()).toEqual(Array.from({ length: 1_000 }, (_, n) => `{"n":${n}}`).sort());
});

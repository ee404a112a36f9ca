import { describe, expect, it } from '@jest/globals';
import { GATE_LIMITS } from './gate.ts';
import { callOf } from './spec-call.ts';
import { settled } from './spec-clock.ts';
import { problemOf } from './phase.ts';
import { connected, ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

describe('a wire that is lost', () => {
  it('with 50 calls in flight ends each once, as lost: nobody knows whether they were executed', async () => {
    const { clock, server, call, connection } = await ready();
    server.silent('tools/call');
    const calls = Array.from({ length: 50 }, () => call());
    await settled();
    server.wire.lose({ cause: 'exited with code 7', exitCode: 7 });
    await clock.advance(TIMINGS.callTotal);
    for (const { outcomes } of calls) {
      expect(outcomes).toMatchObject([
        {
          code: 'UPSTREAM_LOST',
          executed: 'unknown',
          message: expect.stringContaining('exited with code 7'),
        },
      ]);
    }
    expect(server.executions).toHaveLength(50);
    expect(connection.inFlight).toBe(0);
  });

  it('to a server that is somewhere else is called unreachable: nobody can read what it printed', async () => {
    const { server, connection } = await ready({ timings: { remote: true } });
    server.wire.lose({ cause: 'closed the connection' });
    await settled();
    expect(connection.state).toMatchObject({ phase: 'waiting', cause: { code: 'UPSTREAM_UNREACHABLE' } });
  });

  it.each([
    [126, 'may not be executed'],
    [127, 'was not found'],
  ])(
    'before it was ready, with %d, is told as a command inside it that %s, and not tried again',
    async (exitCode, what) => {
      const { clock, server, connection, started } = connected();
      server.silent('initialize');
      await started();
      server.wire.lose({
        cause: `exited with code ${exitCode}`,
        exitCode,
        stderr: 'sh: 1: srv: not found\n',
      });
      await clock.advance(TIMINGS.slowMax);
      expect([connection.state.phase, server.wires.length]).toEqual(['failed', 1]);
      expect(problemOf(connection.state)).toMatchObject({
        code: 'SWY-E215',
        message: `sample: a command inside it ${what}: the process exited with code ${exitCode}`,
        why: 'its last words: sh: 1: srv: not found',
      });
    },
  );

  it('with such a code after it was ready is an end like any other', async () => {
    const { clock, server, connection } = await ready();
    server.wire.lose({ cause: 'exited with code 127', exitCode: 127 });
    await clock.advance(TIMINGS.backoffMax);
    expect([connection.state.phase, server.wires.length]).toEqual(['ready', 2]);
  });

  it('with others waiting for room lets these go to the next run, each executed once', async () => {
    const { clock, server, call } = await ready();
    await clock.advance(TIMINGS.healthyRun);
    server.silent('tools/call');
    const inFlight = Array.from({ length: GATE_LIMITS.inFlight }, () => call());
    const held = Array.from({ length: 10 }, (_, n) => call({ args: `{"n":${n}}` }));
    await settled();
    server.on('tools/call', ({ params }) => ({ result: params!['arguments'] as object }));
    server.wire.lose();
    await clock.advance(0);
    expect(inFlight.map(({ outcomes }) => outcomes[0]?.code)).toEqual(inFlight.map(() => 'UPSTREAM_LOST'));
    expect(held.map(({ outcomes }) => outcomes[0]?.text)).toEqual(held.map((_, n) => `{"n":${n}}`));
    expect(server.executions).toHaveLength(GATE_LIMITS.inFlight + 10);
  });

  it('answers what came before the loss, and nothing that comes after', async () => {
    const { server, call, connection } = await ready();
    server.silent('tools/call');
    const [first, second] = [call(), call()];
    await settled();
    const [one, two] = server.executions;
    server.wire.respond(one!.id, { result: {} });
    await settled();
    server.wire.lose();
    server.wire.respond(two!.id, { result: {} });
    await settled();
    expect(first!.outcomes.map(({ kind }) => kind)).toEqual(['result']);
    expect(second!.outcomes).toMatchObject([{ code: 'UPSTREAM_LOST' }]);
    expect(connection.state.phase).toBe('waiting');
  });
});

describe('one request that is lost while the wire lives', () => {
  it.each([
    [undefined, 'UPSTREAM_LOST', 'unknown'],
    // A stream that ended without the answer.
    [200, 'UPSTREAM_LOST', 'unknown'],
    [401, 'UPSTREAM_AUTH', 'no'],
    [403, 'UPSTREAM_AUTH', 'no'],
    ...[404, 405, 406, 413, 415, 429].map((status) => [status, 'UPSTREAM_REFUSED', 'no'] as const),
    // What has read the message may have acted on it, and a proxy does not know.
    ...[400, 409, 422, 500, 502, 503, 504].map((status) => [status, 'UPSTREAM_REFUSED', 'unknown'] as const),
  ])('(status %p) costs its call alone: %s, executed: %s', async (status, code, executed) => {
    const { server, call, connection } = await ready();
    server.silent('tools/call');
    const [first, second] = [call(), call()];
    await settled();
    const [one, two] = server.executions;
    server.wire.failRequest(one!.id!, 'sent', status);
    server.wire.failRequest('nobody', 'sent', status);
    server.wire.respond(two!.id, { result: {} });
    await settled();
    expect(first!.outcomes).toMatchObject([{ code, executed }]);
    expect(second!.outcomes.map(({ kind }) => kind)).toEqual(['result']);
    expect(connection.state.phase).toBe('ready');
  });

  it('says why, and when to come again', async () => {
    const { server, call } = await ready();
    server.silent('tools/call');
    const [first, second] = [call(), call()];
    await settled();
    const [one, two] = server.executions;
    server.wire.failRequest(one!.id!, 'sent', undefined, { cause: 'the stream ended without an answer' });
    server.wire.failRequest(two!.id!, 'sent', 429, { retryAfterMs: 2_000, cause: 'it is tired' });
    await settled();
    expect(first.outcomes[0]?.message).toContain('the stream ended without an answer');
    expect(second.outcomes[0]).toMatchObject({ executed: 'no', retryAfterMs: 2_000 });
    expect(second.outcomes[0]?.message).toContain('429: it is tired');
  });

  it('goes out again where the server refused it with its session, once', async () => {
    const { server, call, clock } = await ready();
    server.silent('tools/call');
    const { outcomes } = call();
    await settled();
    server.wire.failRequest(server.executions[0]!.id!, 'unsent', 404);
    await settled();
    server.wire.lose({ cause: 'the server forgot the session', httpStatus: 404, forgotten: true });
    server.on('tools/call', () => ({ result: { content: [] } }));
    await clock.advance(0);
    expect([outcomes.map(({ kind }) => kind), server.executions.length]).toEqual([['result'], 2]);
  });
});

describe.each([
  ['rejects', () => Promise.reject(new Error('the pipe is odd'))],
  [
    'throws',
    () => {
      throw new Error('the pipe is odd');
    },
  ],
])('a wire whose send %s, although it must not', (_how, send) => {
  it('may have sent the call: nobody knows whether it was executed', async () => {
    const { connection, server, call, log } = await ready();
    server.wire.send = send;
    const { outcomes } = call();
    await settled();
    expect(outcomes).toEqual([]);
    expect(log.lines.filter((line) => line.includes('the pipe is odd'))).toHaveLength(1);
    server.wire.lose();
    await settled();
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_LOST', executed: 'unknown' }]);
    expect(connection.inFlight).toBe(0);
  });

  it('costs nothing but what it was to send', async () => {
    const { connection, server, call, log } = await ready();
    server.silent('tools/call');
    const [first, second] = [call(), call()];
    await settled();
    server.wire.send = send;
    first!.exchange.cancel('not needed');
    server.wire.push({ jsonrpc: '2.0', id: 1, method: 'ping' });
    server.wire.push({ jsonrpc: '2.0', id: 2, method: 'roots/list' });
    server.wire.respond(server.executions[1]!.id, { result: {} });
    await settled();
    expect([first, second].map((each) => each!.outcomes[0]?.kind)).toEqual(['cancelled', 'result']);
    expect([server.wire.thrown, connection.state.phase, connection.inFlight]).toEqual([[], 'ready', 0]);
    expect(log.lines.filter((line) => line.includes('the pipe is odd'))).toHaveLength(3);
  });
});

describe('a sink that throws', () => {
  const angry = () => {
    throw new Error('the client is gone');
  };

  it('on an answer costs nobody anything', async () => {
    const { connection, server, call, log } = await ready();
    server.silent('tools/call');
    connection.execute(callOf({ id: 'angry' }), angry);
    const other = call();
    await settled();
    for (const { id } of server.executions) server.wire.respond(id, { result: {} });
    await settled();
    expect(other.outcomes.map(({ kind }) => kind)).toEqual(['result']);
    expect([server.wire.thrown, connection.state.phase, connection.inFlight]).toEqual([[], 'ready', 0]);
    expect(
      log.lines.filter((line) => line.includes('the client is gone') && line.includes('angry')),
    ).toHaveLength(1);
  });

  it('on a loss does not keep the others from hearing of it', async () => {
    const { connection, clock, server, call } = await ready();
    await clock.advance(TIMINGS.healthyRun);
    server.silent('tools/call');
    connection.execute(callOf(), angry);
    const other = call();
    await settled();
    server.wire.lose();
    await clock.advance(0);
    expect(other.outcomes).toMatchObject([{ code: 'UPSTREAM_LOST' }]);
    expect(connection.state.phase).toBe('ready');
  });

  it('on a timeout, or on a refusal of what was held, is no fault of the connection', async () => {
    const { connection, clock, server, call } = await ready({ timings: { call: 500 } });
    server.silent('tools/call');
    connection.execute(callOf(), angry);
    await clock.advance(500);
    server.wire.lose();
    await settled();
    connection.execute(callOf(), angry);
    const other = call();
    await connection.stop();
    expect(other.outcomes).toMatchObject([{ executed: 'no' }]);
    expect(connection.state.phase).toBe('stopped');
    expect(() => connection.execute(callOf(), angry)).not.toThrow();
  });

  it('on progress still gets its outcome', async () => {
    const { connection, server } = await ready();
    server.silent('tools/call');
    const kinds: string[] = [];
    connection.execute(callOf({ wantsProgress: true }), ({ kind }) => {
      kinds.push(kind);
      if (kind === 'progress') angry();
    });
    await settled();
    const [{ id } = { id: undefined }] = server.executions;
    server.wire.notify('notifications/progress', { progressToken: id, progress: 1 });
    server.wire.respond(id, { result: {} });
    await settled();
    expect(kinds).toEqual(['progress', 'outcome']);
  });
});

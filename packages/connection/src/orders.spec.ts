import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settled } from './spec-clock.ts';
import { connected, ready } from './spec-connection.ts';
import { StartTurns } from './start-turns.ts';
import { TIMINGS } from './timings.ts';

/** Whether a promise has settled, and nothing else happens meanwhile. */
async function over(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await settled();
  return done;
}

describe('closing', () => {
  it('lasts as long as something is left of the wire', async () => {
    const { connection, clock, server } = connected();
    server.holdsClose = true;
    connection.start();
    await settled();
    server.wire.lose();
    await clock.advance(60_000);
    expect([connection.state.phase, server.wires.length]).toEqual(['closing', 1]);
    server.wire.releaseClose();
    await clock.advance(1_000);
    expect([connection.state.phase, server.wires.length]).toEqual(['ready', 2]);
  });

  it('keeps stop and drain waiting', async () => {
    const { connection, server } = connected();
    server.holdsClose = true;
    connection.start();
    await settled();
    const [stopped, drained] = [connection.stop(), connection.drain()];
    expect(await over(Promise.race([stopped, drained]))).toBe(false);
    server.wire.releaseClose();
    expect(await over(Promise.all([stopped, drained]))).toBe(true);
    expect(connection.state.phase).toBe('stopped');
  });

  it('of a wire that fails to close is a fault, not a wait without end', async () => {
    const { connection, server, log } = await ready();
    server.wire.close = () => Promise.reject(new Error('cannot kill it'));
    await connection.stop();
    expect(connection.state).toMatchObject({ phase: 'failed', cause: { code: 'BUG' } });
    expect(log.lines.filter((line) => line.includes('cannot kill it'))).toHaveLength(1);
  });

  const ACTS =
    'start stop drain lose release call call call answer refuse hold decide undo second minute'.split(' ');

  it('never overlaps the next run, whatever is ordered and whatever happens, and no call is lied about', async () => {
    const acts = fc.array(fc.constantFrom(...ACTS), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (schedule, hasty, idles, hangs) => {
          const { connection, clock, server, call } = connected({
            starts: new StartTurns(1),
            timings: idles ? { idle: 20_000 } : {},
          });
          // It answers no probe, and is ended for it now and then.
          if (hangs) ['ping', 'tools/list'].forEach((method) => server.silent(method));
          server.holdsClose = true;
          server.silent('tools/call');
          const calls: ReturnType<typeof call>[] = [];
          const orders: Promise<void>[] = [];
          const { wires } = server;
          for (const act of schedule) {
            if (act === 'start') connection.start();
            else if (act === 'stop' || act === 'drain') orders.push(connection[act]());
            else if (act === 'lose') wires.at(-1)?.lose();
            else if (act === 'release')
              wires.find(({ closeAsked, gone }) => closeAsked && !gone)?.releaseClose();
            else if (act === 'call') calls.push(call({ args: `{"n":${calls.length}}` }));
            else if (act === 'answer') wires.at(-1)?.respond(server.executions.at(-1)?.id, { result: {} });
            else if (act === 'refuse') wires.at(-1)?.hand('unsent');
            else if (act === 'hold') wires.at(-1)?.hand('held');
            else if (act === 'undo') wires.at(-1)?.hand('sent');
            else if (act === 'decide')
              for (const wire of wires) wire.decide(calls.length % 2 ? 'sent' : 'unsent');
            else await clock.advance(act === 'second' ? 1_000 : 60_000);
            if (!hasty) await settled();
          }
          const last = connection.stop();
          server.holdsClose = false;
          for (const wire of wires) {
            wire.decide('unsent');
            wire.releaseClose();
          }
          await Promise.all([...orders, last]);
          await clock.advance(TIMINGS.callTotal);

          expect(server.mostAtOnce).toBeLessThanOrEqual(1);
          expect(connection.state.phase).toBe('stopped');
          expect(wires.filter(({ gone, thrown }) => !gone || thrown.length > 0)).toEqual([]);
          expect([connection.inFlight, clock.pending]).toEqual([0, 0]);
          const executed = server.executions.map(({ params }) => (params!['arguments'] as { n: number }).n);
          expect(new Set(executed).size).toBe(executed.length);
          for (const [n, { outcomes }] of calls.entries()) {
            expect(outcomes).toHaveLength(1);
            if (outcomes[0]!.executed === 'no') expect(executed).not.toContain(n);
            if (outcomes[0]!.kind === 'result') expect(executed).toContain(n);
          }
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

describe('a drain', () => {
  it('lets the calls under way end, takes no new ones, and stops', async () => {
    const { connection, server, call, phases } = await ready();
    server.silent('tools/call');
    const calls = [call(), call()];
    await settled();
    const drained = connection.drain();
    expect(call().outcomes).toMatchObject([{ code: 'DRAINING', executed: 'no' }]);
    server.wire.respond(server.executions[0]!.id, { result: {} });
    expect(await over(drained)).toBe(false);
    server.wire.respond(server.executions[1]!.id, { result: {} });
    expect(await over(drained)).toBe(true);
    expect(calls.map(({ outcomes }) => outcomes[0]?.kind)).toEqual(['result', 'result']);
    expect(phases.slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('ends at once where nothing is under way', async () => {
    const { connection } = await ready();
    expect(await over(connection.drain())).toBe(true);
  });

  it('does not wait for ever: what is still under way is answered as lost', async () => {
    const { connection, clock, server, call } = await ready();
    server.silent('tools/call');
    const { outcomes } = call();
    const drained = connection.drain();
    await clock.advance(TIMINGS.drain - 1);
    expect(await over(drained)).toBe(false);
    await clock.advance(1);
    expect(await over(drained)).toBe(true);
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_LOST', executed: 'unknown' }]);
  });

  it('ends with the loss of the wire', async () => {
    const { connection, server, call } = await ready();
    server.silent('tools/call');
    const { outcomes } = call();
    const drained = connection.drain();
    await settled();
    server.wire.lose();
    expect(await over(drained)).toBe(true);
    expect([outcomes[0]?.code, connection.state.phase]).toEqual(['UPSTREAM_LOST', 'stopped']);
  });

  it('with calls that wait for room refuses these: nothing of them was sent', async () => {
    const { connection, server, call } = await ready();
    server.silent('tools/call');
    const calls = Array.from({ length: 70 }, () => call());
    void connection.drain();
    expect(calls.map(({ outcomes }) => outcomes[0]?.code).filter(Boolean)).toEqual(
      Array.from({ length: 6 }, () => 'DRAINING'),
    );
  });
});

describe('orders that cross', () => {
  it('stop, then start while it closes: a new run, after the old one is gone', async () => {
    const { connection, clock, server } = connected();
    server.holdsClose = true;
    connection.start();
    await settled();
    const stopped = connection.stop();
    connection.start();
    await clock.advance(60_000);
    expect(server.wires).toHaveLength(1);
    server.wire.releaseClose();
    await clock.advance(0);
    expect(await over(stopped)).toBe(true);
    expect([connection.state.phase, server.wires.length]).toEqual(['ready', 2]);
  });

  it('start, then stop before the wire is open: nothing is left, and nothing is sent', async () => {
    const { connection, server } = connected();
    let open!: () => void;
    server.opening = () => new Promise((resolve) => (open = resolve));
    connection.start();
    const stopped = connection.stop();
    open();
    await stopped;
    await settled();
    expect([server.wire.gone, server.wire.taken, connection.state.phase]).toEqual([true, [], 'stopped']);
  });

  it('drain, then start: the calls under way end, then a new run begins', async () => {
    const { connection, clock, server, call } = await ready();
    server.silent('tools/call');
    const { outcomes } = call();
    void connection.drain();
    connection.start();
    await settled();
    server.wire.respond(server.executions[0]!.id, { result: {} });
    await clock.advance(0);
    expect([outcomes[0]?.kind, connection.state.phase, server.wires.length]).toEqual(['result', 'ready', 2]);
  });

  it('drain, then stop: does not wait for the calls', async () => {
    const { connection, server, call } = await ready();
    server.silent('tools/call');
    const { outcomes } = call();
    const drained = connection.drain();
    await connection.stop();
    await drained;
    await settled();
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_LOST' }]);
  });

  it('stop a connection that never began, or that waits: done at once', async () => {
    const idle = connected();
    await idle.connection.stop();
    expect(idle.server.wires).toEqual([]);
    const { connection, clock, server } = await ready();
    server.wire.lose();
    await settled();
    await connection.stop();
    await clock.advance(600_000);
    expect([connection.state.phase, server.wires.length]).toEqual(['stopped', 1]);
    await connection.stop();
  });

  it('start while it waits: at once, with the count cleared', async () => {
    const { connection, server } = await ready();
    server.wire.lose();
    await settled();
    connection.start();
    await settled();
    expect(connection.state).toMatchObject({ phase: 'ready', record: { failures: 0 } });
  });
});

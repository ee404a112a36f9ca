import { describe, expect, it } from '@jest/globals';
import { GATE_LIMITS } from './gate.ts';
import type { Watched } from './spec-call.ts';
import { settled } from './spec-clock.ts';
import { connected, ready } from './spec-connection.ts';
import type { Taken } from './spec-wire.ts';
import { TIMINGS } from './timings.ts';

const never = () => new Promise<void>(() => {});
const names = (executions: readonly Taken[]) =>
  executions.map(({ params }) => (params?.['arguments'] as { n: number }).n);
const numbered = (n: number) => ({ args: `{"n":${n}}` });
const texts = (calls: readonly Watched[]) => calls.map(({ outcomes }) => outcomes.map(({ text }) => text));

describe('a call to a server that is idle', () => {
  it('wakes it, and is answered', async () => {
    const { server, call } = connected();
    const { outcomes } = call(numbered(1));
    await settled();
    expect(server.wires).toHaveLength(1);
    expect(outcomes).toMatchObject([{ kind: 'result', text: expect.stringContaining('"echo":{"n":1}') }]);
  });

  it('is refused at once if the server turns out to be hopeless', async () => {
    const { call } = connected({
      openWire: () => {
        throw new TypeError('no wire');
      },
    });
    expect(call().outcomes).toMatchObject([{ code: 'UPSTREAM_FAILED', executed: 'no' }]);
  });
});

describe('calls that are held', () => {
  it('go in order as soon as the server is ready, before any that come later', async () => {
    const { connection, server, call } = connected();
    let open!: () => void;
    server.opening = () => new Promise((resolve) => (open = resolve));
    for (let n = 0; n < 10; n += 1) call(numbered(n));
    connection.state$.subscribe(({ phase }) => phase === 'ready' && call(numbered(10)));
    expect([connection.inFlight, server.wires.length]).toEqual([10, 1]);
    open();
    await settled();
    expect(names(server.executions)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(connection.inFlight).toBe(0);
  });

  it('expire when the server takes too long: nothing of them was sent', async () => {
    const { clock, server, call } = connected();
    server.opening = never;
    const { outcomes } = call();
    await clock.advance(TIMINGS.hold - 1);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', executed: 'no' }]);
    expect(server.executions).toEqual([]);
  });

  it('are never sent once they are cancelled', async () => {
    const { server, call } = connected();
    const first = call(numbered(1));
    call(numbered(2));
    first.exchange.cancel('not needed');
    first.exchange.cancel('again');
    await settled();
    expect(first.outcomes).toEqual([{ kind: 'cancelled', message: 'not needed' }]);
    expect(names(server.executions)).toEqual([2]);
  });

  it('can be cancelled after they went to the server', async () => {
    const { server, call } = connected();
    server.silent('tools/call');
    const { exchange, outcomes } = call();
    await settled();
    exchange.cancel('enough');
    await settled();
    expect(outcomes).toEqual([{ kind: 'cancelled', message: 'enough' }]);
    expect(server.wire.requests('notifications/cancelled')).toHaveLength(1);
    expect(exchange.reply('ask', { result: { bytes: Buffer.from('{}') } })).toBe('unknown');
  });

  it.each([
    ['stop', 'UPSTREAM_UNAVAILABLE'],
    ['drain', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('are refused on %s: nothing of them was sent', async (order, code) => {
    const { connection, server, call } = connected();
    server.opening = never;
    const { outcomes } = call();
    await connection[order]();
    expect(outcomes).toMatchObject([{ code, executed: 'no' }]);
  });

  it('through a short wait are answered by the next run', async () => {
    const { connection, clock, server, call } = await ready();
    server.wire.lose();
    await settled();
    expect(connection.state.phase).toBe('waiting');
    const { outcomes } = call(numbered(1));
    await clock.advance(1_000);
    expect([outcomes.map(({ kind }) => kind), server.executions.length]).toEqual([['result'], 1]);
  });

  it('are refused with the time of the next attempt where that is far', async () => {
    const { clock, server, call } = await ready();
    for (let run = 0; run < 5; run += 1) {
      server.wire.lose();
      await clock.advance(TIMINGS.healthyRun - 1);
    }
    const { outcomes } = call();
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', executed: 'no' }]);
    const { retryAfterMs } = outcomes[0]!;
    expect(retryAfterMs).toBeGreaterThan(TIMINGS.hold);
    await clock.advance(retryAfterMs!);
    expect(server.wires).toHaveLength(6);
  });

  it('are at most so many; one more is refused at once', async () => {
    const { connection, server, call } = connected();
    let open!: () => void;
    server.opening = () => new Promise((resolve) => (open = resolve));
    const calls = Array.from({ length: GATE_LIMITS.held }, (_, n) => call(numbered(n)));
    expect(call().outcomes).toMatchObject([{ code: 'OVERLOADED', executed: 'no' }]);
    expect(connection.inFlight).toBe(GATE_LIMITS.held);
    open();
    await settled();
    expect(calls.filter(({ outcomes }) => outcomes[0]?.kind === 'result')).toHaveLength(GATE_LIMITS.held);
  });
});

describe('more calls at once than one connection carries', () => {
  it('wait for room, in order, and go one by one as others end', async () => {
    const { connection, server, call } = await ready();
    server.silent('tools/call');
    for (let n = 0; n < GATE_LIMITS.inFlight + 3; n += 1) call(numbered(n));
    await settled();
    expect(server.executions).toHaveLength(GATE_LIMITS.inFlight);
    expect(connection.inFlight).toBe(GATE_LIMITS.inFlight + 3);
    for (const { id } of server.executions.slice(0, 2)) server.wire.respond(id, { result: {} });
    await settled();
    expect(names(server.executions).slice(GATE_LIMITS.inFlight)).toEqual([
      GATE_LIMITS.inFlight,
      GATE_LIMITS.inFlight + 1,
    ]);
  });

  it('are refused as overload if no room is made in time', async () => {
    const { clock, server, call } = await ready();
    server.silent('tools/call');
    for (let n = 0; n < GATE_LIMITS.inFlight; n += 1) call();
    const { outcomes } = call();
    await clock.advance(TIMINGS.hold);
    expect(outcomes).toMatchObject([{ code: 'OVERLOADED', executed: 'no' }]);
    expect(server.executions).toHaveLength(GATE_LIMITS.inFlight);
  });

  it('make room also by being cancelled', async () => {
    const { server, call } = await ready();
    server.silent('tools/call');
    const calls = Array.from({ length: GATE_LIMITS.inFlight + 1 }, (_, n) => call(numbered(n)));
    calls[7]!.exchange.cancel('enough');
    await settled();
    expect(names(server.executions).at(-1)).toBe(GATE_LIMITS.inFlight);
  });
});

describe('a call that the wire does not take', () => {
  it('is held and answered by the next run, executed once', async () => {
    const { clock, server, call } = await ready();
    await clock.advance(TIMINGS.healthyRun);
    server.wire.hand('unsent');
    const calls = [call(numbered(1)), call(numbered(2))];
    await settled();
    expect(calls.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    server.wire.lose();
    await clock.advance(0);
    expect(texts(calls)).toMatchObject([[expect.any(String)], [expect.any(String)]]);
    expect(names(server.executions)).toEqual([1, 2]);
  });

  it('of which the wire decides only after its loss is one or the other, never both', async () => {
    const { clock, server, call } = await ready();
    await clock.advance(TIMINGS.healthyRun);
    server.wire.hand('held');
    const [lost] = [call(numbered(1))];
    server.wire.lose();
    await settled();
    expect(lost!.outcomes).toEqual([]);
    server.wires[0]!.decide('sent');
    const { outcomes } = lost!;
    await clock.advance(0);
    expect(outcomes).toMatchObject([{ code: 'UPSTREAM_LOST', executed: 'unknown' }]);
    expect(names(server.executions)).toEqual([1]);
  });

  it('does not stand in the way of later ones when the wire takes messages again', async () => {
    const { clock, server, call } = await ready();
    server.wire.hand('unsent');
    const first = call(numbered(1));
    await settled();
    server.wire.hand('sent');
    const second = call(numbered(2));
    await clock.advance(TIMINGS.hold - 1);
    expect([first, second].map(({ outcomes }) => outcomes[0]?.kind)).toEqual(['result', 'result']);
    expect(names(server.executions)).toEqual([1, 2]);
  });

  it('is refused in the words of that if the wire takes none in time', async () => {
    const { clock, server, call } = await ready();
    server.wire.hand('unsent');
    const { outcomes } = call(numbered(1));
    await clock.advance(TIMINGS.hold);
    expect(outcomes).toMatchObject([
      { code: 'INPUT_STALLED', executed: 'no', message: expect.stringContaining('does not read its input') },
    ]);
    expect(server.executions).toEqual([]);
  });

  it('goes by itself when the wire takes messages again', async () => {
    const { clock, server, call } = await ready();
    server.wire.hand('unsent');
    const { outcomes } = call(numbered(1));
    await settled();
    server.wire.hand('sent');
    await clock.advance(TIMINGS.hold - 1);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
  });

  it('is offered to a living wire ten times a second, not more, however many wait', async () => {
    let offered = 0;
    const { clock, server, call } = await ready({
      observeFrame: ({ method }) => void (method === 'tools/call' && (offered += 1)),
    });
    server.wire.hand('unsent');
    for (let n = 0; n < 20; n += 1) call(numbered(n));
    await clock.advance(1_000);
    expect(offered).toBeLessThanOrEqual(20 * 11);
  });

  it('is held no longer than any other, however often it comes back', async () => {
    const { clock, server, call } = await ready();
    server.wire.hand('unsent');
    const { outcomes } = call(numbered(1));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await clock.advance(TIMINGS.hold / 10);
      call({ ...numbered(2), timeoutMs: 1 });
    }
    await clock.advance(1);
    expect(outcomes).toMatchObject([{ executed: 'no' }]);
    expect(server.executions).toEqual([]);
  });

  it('is refused while draining, and does not keep the drain waiting', async () => {
    const { connection, server, call } = await ready();
    server.wire.hand('held');
    const { outcomes } = call();
    const drained = connection.drain();
    server.wire.decide('unsent');
    await drained;
    expect(outcomes).toMatchObject([{ code: 'DRAINING', executed: 'no' }]);
    expect(connection.state.phase).toBe('stopped');
  });

  it('can be cancelled, wherever it is', async () => {
    const { connection, server, call } = await ready();
    server.wire.hand('unsent');
    const { exchange, outcomes } = call();
    await settled();
    exchange.cancel('enough');
    expect(outcomes).toEqual([{ kind: 'cancelled', message: 'enough' }]);
    expect(connection.inFlight).toBe(0);
    expect(exchange.reply('ask', { result: { bytes: Buffer.from('{}') } })).toBe('unknown');
  });

  it('because the request alone was refused, unsent, is no loss either', async () => {
    const { clock, server, call } = await ready();
    server.silent('tools/call');
    const { outcomes } = call(numbered(1));
    await settled();
    server.on('tools/call', () => ({ result: { second: true } }));
    server.wire.failRequest(server.executions[0]!.id!, 'unsent', 503);
    await clock.advance(TIMINGS.hold - 1);
    expect(outcomes).toMatchObject([{ kind: 'result', text: '{"second":true}' }]);
  });
});

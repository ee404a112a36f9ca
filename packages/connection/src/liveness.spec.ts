import { describe, expect, it } from '@jest/globals';
import { phaseOf } from './phase.ts';
import { settled } from './spec-clock.ts';
import { ready } from './spec-connection.ts';
import { REMOTE, TIMINGS } from './timings.ts';

const { probe, probeTimeout } = TIMINGS;

/** A ready server that a test may make hang, with what it was asked. */
async function probed(changes?: Parameters<typeof ready>[0]) {
  const parts = await ready(changes);
  const { connection, server, clock } = parts;
  const asked = (method: string) => server.wires.flatMap((wire) => wire.requests(method)).length;
  return {
    ...parts,
    pings: () => asked('ping'),
    asked,
    phase: () => phaseOf(connection.state),
    /** It takes what is written, and says nothing from now on. */
    hang: () => ['ping', 'tools/list', 'tools/call'].forEach((method) => server.silent(method)),
    /** It has answered a ping: from now on that is expected of it. */
    knowing: () => clock.advance(probe),
    responsive: () => connection.history.conditions.find(({ type }) => type === 'responsive'),
  };
}

describe('a server of which nothing is awaited', () => {
  it('is pinged after 30 s of silence, and lives if it answers, be it with an error', async () => {
    const { clock, pings, phase, responsive, connection } = await probed();
    expect(responsive()).toMatchObject({ status: 'unknown', reason: 'NotProbed' });
    await clock.advance(probe - 1);
    expect(pings()).toBe(0);
    // The scripted server knows no ping, and says so.
    await clock.advance(1);
    expect([pings(), phase()]).toEqual([1, 'ready']);
    expect(responsive()).toMatchObject({ status: 'true', reason: 'Answered' });
    await clock.advance(10 * probe);
    expect([phase(), connection.state.record.run]).toEqual(['ready', 1]);
  });

  it('is not pinged while it says something', async () => {
    const { clock, pings, server } = await probed();
    for (let said = 0; said < 10; said += 1) {
      await clock.advance(probe - 1_000);
      server.wire.notify('notifications/message', {});
    }
    expect(pings()).toBe(0);
  });

  it('is degraded after the first miss, and takes calls', async () => {
    const { clock, server, phase, responsive, connection, call, knowing } = await probed();
    await knowing();
    server.silent('ping');
    await clock.advance(probe);
    expect(phase()).toBe('ready');
    await clock.advance(probeTimeout);
    expect(phase()).toBe('degraded');
    expect(responsive()).toMatchObject({ status: 'false', reason: 'ProbeMissed' });
    expect(connection.history.transitions.at(-1)).toMatchObject({
      from: 'ready',
      to: 'degraded',
      event: 'missed',
      code: 'SWY-E214',
      cause: 'sample: the server is silent: no answer to ping within 5 s',
    });
    expect(call().outcomes).toEqual([]);
  });

  it('is ready again as soon as it says anything, late answers included', async () => {
    const { clock, server, phase, knowing, responsive, connection } = await probed();
    await knowing();
    server.silent('ping');
    await clock.advance(probe + probeTimeout);
    expect(phase()).toBe('degraded');
    server.wire.respond(server.wire.requests('ping').at(-1)!.id, { result: {} });
    await settled();
    expect(phase()).toBe('ready');
    expect(responsive()).toMatchObject({ status: 'true' });
    expect(connection.history.transitions.at(-1)).toMatchObject({ to: 'ready', event: 'answered' });
    // The next miss is a first one.
    await clock.advance(2 * probe + probeTimeout);
    expect([phase(), server.wires.length]).toEqual(['degraded', 1]);
  });

  it('is lost after the second, and starts again at once', async () => {
    const { clock, server, hang, phase, knowing, connection } = await probed();
    await knowing();
    hang();
    await clock.advance(probe + probeTimeout);
    const { taken } = server.wire;
    server.on('tools/list', () => ({ result: { tools: [] } }));
    await clock.advance(probe + probeTimeout);
    expect([phase(), server.wires.length]).toEqual(['ready', 2]);
    expect(taken.filter(({ method }) => method === 'ping')).toHaveLength(3);
    expect(connection.history.transitions.slice(-5)).toMatchObject([
      { to: 'degraded' },
      { from: 'degraded', to: 'backoff', event: 'missed', code: 'SWY-E214' },
      { to: 'starting', event: 'due' },
      { to: 'negotiating' },
      { to: 'ready', event: 'opened' },
    ]);
    expect(server.mostAtOnce).toBe(1);
    // None of the run that was lost, either.
    await connection.stop();
    expect(clock.pending).toBe(0);
  });

  it('that takes no bytes misses, too', async () => {
    const { clock, server, phase, knowing } = await probed();
    await knowing();
    server.wire.hand('unsent');
    await clock.advance(probe + probeTimeout);
    expect(phase()).toBe('degraded');
  });

  it('has one timer, and none when it is gone', async () => {
    const { clock, connection } = await probed();
    expect(clock.pending).toBe(1);
    await clock.advance(10 * probe);
    expect(clock.pending).toBe(1);
    await connection.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('a server that is busy', () => {
  it('is never asked, however long its call takes', async () => {
    const { clock, server, call, pings, hang } = await probed({
      timings: { call: 3_600_000, callTotal: 3_600_000 },
    });
    hang();
    const { outcomes } = call();
    await clock.advance(3_599_000);
    expect([pings(), outcomes, server.wires.length]).toEqual([0, [], 1]);
  });

  it('with what its client does not wait for any more has the time that the call would have had', async () => {
    const { clock, call, pings, hang } = await probed();
    hang();
    const { exchange } = call();
    await clock.advance(10_000);
    exchange.cancel('enough');
    await clock.advance(TIMINGS.call - 1);
    expect(pings()).toBe(0);
    await clock.advance(probe);
    expect(pings()).toBe(1);
  });

  it('past the deadline of its call is asked', async () => {
    const { clock, call, pings, hang, phase } = await probed();
    hang();
    const { outcomes } = call();
    await clock.advance(TIMINGS.call - 1);
    expect([outcomes.length, pings()]).toEqual([0, 0]);
    await clock.advance(probe);
    expect([outcomes.length, pings(), phase()]).toEqual([1, 1, 'degraded']);
  });
});

describe('a server that drops what it does not know', () => {
  it('is asked for its lists, and never ended for its silence; from then on only after a call was lost', async () => {
    const { clock, server, pings, asked, phase } = await probed();
    server.silent('ping');
    await clock.advance(20 * probe);
    expect([phase(), server.wires.length, pings(), asked('tools/list')]).toEqual(['ready', 1, 1, 2]);
  });

  it('is ended when it does not tell its lists after a call that timed out either', async () => {
    const { clock, server, call, phase, asked } = await probed();
    server.silent('ping');
    await clock.advance(2 * probe);
    server.silent('tools/call');
    server.silent('tools/list');
    call();
    await clock.advance(TIMINGS.call + probe + probeTimeout);
    expect([phase(), asked('tools/list')]).toEqual(['degraded', 3]);
    await clock.advance(probe + probeTimeout);
    expect(server.wires).toHaveLength(2);
  });
});

describe('a server that is somewhere else', () => {
  it('is not asked while all is well', async () => {
    const { clock, pings } = await probed({ timings: REMOTE });
    await clock.advance(100 * probe);
    expect(pings()).toBe(0);
  });

  it('is asked after a call timed out, until something is heard of it', async () => {
    const { clock, pings, server, call, phase } = await probed({ timings: REMOTE });
    server.silent('tools/call');
    call();
    await clock.advance(TIMINGS.call + 2 * probe);
    expect([pings(), phase()]).toEqual([1, 'ready']);
    await clock.advance(100 * probe);
    expect(pings()).toBe(1);
  });
});

describe('lists', () => {
  it('that fail when they are read again make a server degraded, until they are read', async () => {
    const { clock, server, phase, connection, call } = await probed();
    server.on('tools/list', () => ({ error: { code: -32603, message: 'no database' } }));
    server.wire.notify('notifications/tools/list_changed');
    await clock.advance(TIMINGS.listEvery);
    expect(phase()).toBe('ready');
    await clock.advance(TIMINGS.listRetry + TIMINGS.listEvery);
    expect(phase()).toBe('degraded');
    expect(connection.history.transitions.at(-1)).toMatchObject({
      event: 'unread',
      code: 'SWY-E216',
      cause: expect.stringContaining('no database'),
    });
    expect(call().outcomes).toEqual([]);
    server.on('tools/list', () => ({ result: { tools: [] } }));
    await clock.advance(2 * TIMINGS.listRetry + TIMINGS.listEvery);
    expect(phase()).toBe('ready');
    expect(connection.history.transitions.at(-1)).toMatchObject({ event: 'read' });
  });
});

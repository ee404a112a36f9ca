import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { settled } from './spec-clock.ts';
import { supervised } from './spec-upstream.ts';
import { TIMINGS } from './timings.ts';
import type { Sharing } from './desired-server.ts';

/** A server that is shared in some way, ready. */
async function shared(sharing: Sharing, limits?: Parameters<typeof supervised>[0], callMs = 60_000) {
  const parts = supervised(limits);
  await parts.apply(parts.desired('files', { sharing, callMs }));
  const { wires } = parts.server('files');
  /** Which wire a call of somebody went over. */
  const wireOf = async (principal: string, audience = `${principal}-1`) => {
    const args = `{"nonce":"${principal} ${audience} ${Math.random()}"}`;
    parts.call('files', { principal, audience, args });
    await settled();
    return wires.findIndex((wire) => wire.taken.some(({ text }) => text.includes(args)));
  };
  return { ...parts, wires, wireOf };
}

describe('sharing', () => {
  it('"all": one connection carries everybody', async () => {
    const { wireOf, wires } = await shared('all');
    expect([await wireOf('local'), await wireOf('anna'), await wireOf('bert')]).toEqual([0, 0, 0]);
    expect(wires).toHaveLength(1);
  });

  it('"principal": each has one of its own, whatever its sessions; "local" has the primary', async () => {
    const { wireOf, view } = await shared('principal');
    expect([
      await wireOf('local', 'a'),
      await wireOf('local', 'b'),
      await wireOf('anna', 'a'),
      await wireOf('bert', 'a'),
      await wireOf('anna', 'b'),
    ]).toEqual([0, 0, 1, 2, 1]);
    expect(view('files')).toMatchObject({ instances: 2, inFlight: 0 });
  });

  it('"session": each session has one of its own, also of one principal', async () => {
    const { wireOf } = await shared('session');
    expect([await wireOf('local', 'a'), await wireOf('local', 'b'), await wireOf('local', 'a')]).toEqual([
      1, 2, 1,
    ]);
  });

  it('keeps the catalog to the primary connection', async () => {
    const { wireOf, lists } = await shared('session');
    await wireOf('local', 'a');
    expect(lists).toHaveLength(1);
  });
});

describe('a connection of its own', () => {
  it('ends with its session, and no other with it', async () => {
    const { supervisor, wireOf, wires, view } = await shared('session');
    await wireOf('local', 'a');
    await wireOf('local', 'b');
    supervisor.sessionEnded({ principal: 'local', audience: 'a' });
    supervisor.sessionEnded({ principal: 'local', audience: 'nobody' });
    await settled();
    expect(wires.map(({ gone }) => gone)).toEqual([false, true, false]);
    expect(view('files').instances).toBe(1);
  });

  it('of a principal does not end with a session', async () => {
    const { supervisor, wireOf, wires } = await shared('principal');
    await wireOf('anna', 'a');
    supervisor.sessionEnded({ principal: 'local', audience: 'a' });
    supervisor.sessionEnded({ principal: 'local', audience: 'anna' });
    await settled();
    expect(wires.map(({ gone }) => gone)).toEqual([false, false]);
  });

  it('of a principal closes some time after the last call, and opens again with the next', async () => {
    const { clock, wireOf, wires, view } = await shared('principal');
    await wireOf('anna');
    await clock.advance(TIMINGS.unused - 1);
    await wireOf('anna');
    await clock.advance(TIMINGS.unused - 1);
    expect(wires.map(({ gone }) => gone)).toEqual([false, false]);
    await clock.advance(1);
    expect(wires.map(({ gone }) => gone)).toEqual([false, true]);
    expect(view('files').instances).toBe(0);
    expect(await wireOf('anna')).toBe(2);
  });

  it('of a principal does not close under a call', async () => {
    const { clock, call, server, wires } = await shared('principal', undefined, TIMINGS.unused * 1.5);
    server('files').silent('tools/call');
    const { outcomes } = call('files', { principal: 'anna' });
    await clock.advance(TIMINGS.unused);
    expect([outcomes, wires[1]!.gone]).toEqual([[], false]);
    wires[1]!.respond(server('files').executions[0]!.id, { result: {} });
    await clock.advance(TIMINGS.unused);
    expect([outcomes[0]?.kind, wires[1]!.gone]).toEqual(['result', true]);
  });

  it('is not opened beyond the limit of connections', async () => {
    const { call, wireOf, server } = await shared('principal', { maxProcesses: 9, maxConnections: 2 });
    expect(await wireOf('anna')).toBe(1);
    const { outcomes } = call('files', { principal: 'bert' });
    expect(outcomes).toMatchObject([
      { code: 'PROCESS_LIMIT', executed: 'no', message: expect.stringContaining('2 connections') },
    ]);
    expect(server('files').wires).toHaveLength(2);
    expect(await wireOf('local')).toBe(0);
  });

  it('is not opened beyond the limit of processes', async () => {
    const parts = supervised({ maxProcesses: 1, maxConnections: 9 });
    parts.server('files').info = { pid: 4711, target: '/bin/files' };
    await parts.apply(parts.desired('files'));
    expect(parts.call('files', { principal: 'anna' }).outcomes).toMatchObject([
      { code: 'PROCESS_LIMIT', executed: 'no', message: expect.stringContaining('1 processes') },
    ]);
    expect(parts.view('files')).toMatchObject({ pid: 4711, target: '/bin/files' });
  });

  describe('that closes', () => {
    /** Anna's own, closing for want of calls; its child will not go yet. */
    async function closing(limits?: Parameters<typeof supervised>[0]) {
      const parts = await shared('principal', limits);
      parts.server('files').holdsClose = true;
      expect(await parts.wireOf('anna')).toBe(1);
      parts.server('files').holdsClose = false;
      await parts.clock.advance(TIMINGS.unused);
      expect(parts.wires[1]).toMatchObject({ closeAsked: true, gone: false });
      return parts;
    }

    it('is there until nothing is left of it', async () => {
      const { wires, view } = await closing();
      expect(view('files').instances).toBe(1);
      wires[1]!.releaseClose();
      await settled();
      expect(view('files').instances).toBe(0);
    });

    it('holds the next call, and opens again when nothing is left of it', async () => {
      const { clock, wires, server, call, wireOf, view } = await closing();
      const { outcomes } = call('files', { principal: 'anna' });
      await settled();
      expect([outcomes, wires.length]).toEqual([[], 2]);
      wires[1]!.releaseClose();
      await clock.advance(0);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
      expect(await wireOf('anna')).toBe(2);
      expect([server('files').mostAtOnce, view('files').instances]).toEqual([2, 1]);
    });

    it('counts against the limit of connections', async () => {
      const { wires, call, wireOf } = await closing({ maxProcesses: 9, maxConnections: 2 });
      expect(call('files', { principal: 'bert' }).outcomes).toMatchObject([{ code: 'PROCESS_LIMIT' }]);
      wires[1]!.releaseClose();
      await settled();
      expect(await wireOf('bert')).toBe(2);
    });

    it('does not open again by a start by hand', async () => {
      const { supervisor, wires, view } = await closing();
      supervisor.start('files');
      wires[1]!.releaseClose();
      await settled();
      expect([wires.length, view('files').instances]).toEqual([2, 0]);
    });

    it('because its session ended is waited for by the end of all', async () => {
      const { supervisor, server, wireOf, wires } = await shared('session');
      server('files').holdsClose = true;
      await wireOf('local', 'a');
      supervisor.sessionEnded({ principal: 'local', audience: 'a' });
      let closed = false;
      const all = supervisor.close().then(() => (closed = true));
      await settled();
      expect([closed, wires.map(({ gone }) => gone)]).toEqual([false, [true, false]]);
      wires[1]!.releaseClose();
      await all;
      expect(wires[1]!.gone).toBe(true);
    });

    it('because its server was stopped opens again with its next call, never beside itself', async () => {
      const { clock, supervisor, server, wireOf, wires, call } = await shared('principal');
      server('files').holdsClose = true;
      await wireOf('anna');
      server('files').holdsClose = false;
      const stopped = supervisor.stop('files');
      supervisor.start('files');
      await clock.advance(0);
      const { outcomes } = call('files', { principal: 'anna' });
      await settled();
      expect([outcomes, wires.length]).toEqual([[], 3]);
      wires[1]!.releaseClose();
      await stopped;
      await clock.advance(0);
      expect([outcomes.map(({ kind }) => kind), server('files').mostAtOnce]).toEqual([['result'], 2]);
    });
  });

  it('is lost alone: those of others do not notice', async () => {
    const { clock, call, server, wires, wireOf } = await shared('principal');
    await wireOf('anna');
    server('files').silent('tools/call');
    const [anna, bert] = ['anna', 'bert'].map((principal) => call('files', { principal }));
    await settled();
    wires[1]!.lose();
    await clock.advance(2_000);
    expect(anna!.outcomes).toMatchObject([{ code: 'UPSTREAM_LOST' }]);
    expect(bert!.outcomes).toEqual([]);
    wires[2]!.respond(server('files').executions.at(-1)!.id, { result: {} });
    await settled();
    expect(bert!.outcomes.map(({ kind }) => kind)).toEqual(['result']);
  });
});

it('a start by hand gives the connections of all another chance', async () => {
  const { supervisor, server, wireOf, view } = await shared('principal');
  server('files').opening = () =>
    Promise.reject(new SwitchyardError('COMMAND_NOT_FOUND', { server: 'files', command: 'files' }));
  expect(await wireOf('anna')).toBe(-1);
  server('files').opening = () => Promise.resolve();
  expect([await wireOf('anna'), view('files').phase]).toEqual([-1, 'ready']);
  supervisor.start('files');
  await settled();
  expect(await wireOf('anna')).toBe(2);
});

describe('a server that is stopped', () => {
  it('ends the connections of all', async () => {
    const { supervisor, wires, wireOf, call } = await shared('principal');
    await wireOf('anna');
    await supervisor.stop('files');
    expect(wires.every(({ gone }) => gone)).toBe(true);
    for (const principal of ['local', 'anna'])
      expect(call('files', { principal }).outcomes).toMatchObject([
        { code: 'UPSTREAM_FAILED', executed: 'no' },
      ]);
  });

  it('opens no new one while it drains', async () => {
    const { supervisor, call, server, wires } = await shared('principal');
    server('files').silent('tools/call');
    call('files');
    await settled();
    const stopped = supervisor.stop('files');
    const late = call('files', { principal: 'anna' });
    await settled();
    wires[0]!.respond(server('files').executions[0]!.id, { result: {} });
    await stopped;
    await settled();
    expect(late.outcomes).toMatchObject([{ code: 'DRAINING', executed: 'no' }]);
    expect(wires.filter(({ gone }) => !gone)).toEqual([]);
  });
});

describe('what people see of a server', () => {
  it('is what its primary connection is', async () => {
    const { clock, view, wires, server } = await shared('principal');
    expect(view('files')).toMatchObject({
      phase: 'ready',
      transport: 'scripted',
      failures: 0,
      restarts: 0,
      readyAfterMs: 0,
      era: 'legacy',
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'scripted', version: '1.2.3' },
      dropped: 0,
      inFlight: 0,
      instances: 0,
    });
    wires[0]!.lose();
    await settled();
    expect(view('files')).toMatchObject({
      phase: 'backoff',
      failures: 1,
      retryAt: clock.date() + 1_000,
      problem: { code: 'SWY-E206' },
    });
    await clock.advance(1_000);
    expect(view('files')).toMatchObject({ phase: 'ready', restarts: 1, since: clock.date() });
    expect(view('files').transitions.map(({ to, cause }) => (cause === undefined ? to : `${to}!`))).toEqual([
      'starting',
      'negotiating',
      'ready',
      'backoff!',
      'starting',
      'negotiating',
      'ready',
    ]);
    expect(server('files').wires).toHaveLength(2);
  });

  it('tells of each change what led to it, and when the next attempt is due', async () => {
    const { clock, wires, view } = await shared('principal');
    wires[0]!.lose({ cause: 'exited with code 7', exitCode: 7 });
    await settled();
    const { transitions } = view('files');
    expect(transitions.map(({ event, to, run }) => `${event}: ${to} (${run})`)).toEqual([
      'start: starting (1)',
      'advanced: negotiating (1)',
      'opened: ready (1)',
      'lost: backoff (1)',
    ]);
    expect(transitions.at(-1)).toEqual({
      seq: 4,
      from: 'ready',
      to: 'backoff',
      event: 'lost',
      at: clock.date(),
      run: 1,
      code: 'SWY-E206',
      cause: 'files: the server exited with code 7',
      exitCode: 7,
      attempt: 1,
      retryAt: clock.date() + 1_000,
    });
  });

  it('tells of a restart by hand that it was ordered, wherever it was', async () => {
    const { supervisor, view } = await shared('principal');
    void supervisor.stop('files');
    supervisor.start('files');
    await settled();
    expect(
      view('files')
        .transitions.map(({ event, to }) => `${event}: ${to}`)
        .slice(3),
    ).toEqual(['drain: stopping', 'start: starting', 'advanced: negotiating', 'opened: ready']);
  });

  it.each(['restart', 'start'])(
    'forgets its failures by a %s by hand, in a crash loop too',
    async (order) => {
      const { clock, supervisor, server, view } = await shared('principal');
      server('files').silent('initialize');
      const fail = async () => {
        server('files').wire.lose();
        await settled();
      };
      for (let failures = 1; failures < 5; failures += 1) {
        await fail();
        await clock.advance(10_000);
      }
      await fail();
      expect(view('files')).toMatchObject({ phase: 'crash_loop', failures: 5 });
      if (order === 'restart') void supervisor.stop('files');
      supervisor.start('files');
      await settled();
      expect(view('files')).toMatchObject({ phase: 'negotiating', failures: 0 });
      await fail();
      expect(view('files')).toMatchObject({
        phase: 'backoff',
        failures: 1,
        retryAt: clock.date() + 1_000,
      });
    },
  );

  it('tells what is wanted of it, whatever it is', async () => {
    const { supervisor, apply, desired, view } = await shared('principal');
    expect(view('files').desired).toBe('ready');
    void supervisor.stop('files');
    expect(view('files').desired).toBe('stopped');
    supervisor.start('files');
    expect(view('files').desired).toBe('ready');
    await apply(
      desired('lazy', { start: 'lazy' }),
      desired('manual', { start: 'manual' }),
      desired('off', { enabled: false }),
    );
    expect(['lazy', 'manual', 'off'].map((name) => view(name).desired)).toEqual([
      'idle',
      'stopped',
      'disabled',
    ]);
    expect(view('off')).toMatchObject({
      phase: 'disabled',
      conditions: [],
      connections: [],
      transitions: [],
    });
    // One that cannot run is not taken for one that was stopped, once its entry is right.
    await apply(desired('wrong', { problem: { code: 'SWY-E606', message: 'no', remedy: 'yes' } }));
    void supervisor.stop('wrong');
    expect(view('wrong')).toMatchObject({ phase: 'failed', desired: 'ready' });
  });

  it('shows each of its connections, and whose it is, but no session id', async () => {
    const { wireOf, view } = await shared('session');
    await wireOf('anna', 'secret-session-id');
    expect(view('files').connections).toMatchObject([
      { key: 'primary', phase: 'ready', attempt: 0 },
      { key: expect.stringMatching(/^session:[0-9a-f]{8}$/), phase: 'ready' },
    ]);
    expect(JSON.stringify(view('files'))).not.toContain('secret-session-id');
  });

  it('keeps only the latest changes', async () => {
    const { clock, view, server } = await shared('principal');
    for (let run = 0; run < 40; run += 1) {
      await clock.advance(TIMINGS.healthyRun);
      server('files').wire.lose();
      await clock.advance(0);
    }
    const { transitions } = view('files');
    expect(transitions).toHaveLength(100);
    expect(transitions.at(-1)!.to).toBe('ready');
    // Nothing was left out between those that are kept.
    expect(transitions.map(({ seq }) => seq - transitions[0]!.seq)).toEqual([...transitions.keys()]);
  });

  it('names what the server asked for and did not get', async () => {
    const { view, wires } = await shared('principal');
    wires[0]!.push({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
    await settled();
    expect(view('files').problem).toMatchObject({
      code: 'SWY-E405',
      message: expect.stringContaining('roots/list'),
    });
    expect(view('files').phase).toBe('ready');
  });
});

import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { supervised } from './spec-upstream.ts';
import { TIMINGS } from './timings.ts';

const names = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`);

/** Servers with processes, as many as are named, under limits. */
async function crowd(
  limits: { maxProcesses?: number; maxConnections?: number; starts?: number },
  count: number,
) {
  const parts = supervised({ maxProcesses: 256, maxConnections: 2_048, ...limits });
  for (const [pid, name] of names(count).entries()) parts.server(name).info = { pid: pid + 1 };
  await parts.apply(...names(count).map((name) => parts.desired(name)));
  return {
    ...parts,
    inPhase: (phase: string) =>
      parts.supervisor
        .views()
        .filter((view) => view.phase === phase)
        .map(({ name }) => name),
  };
}

describe('starts', () => {
  /** Servers that start only when told to, so that a test sees who does. */
  async function slow(limits: Parameters<typeof crowd>[0], count: number) {
    const parts = supervised({ maxProcesses: 256, maxConnections: 2_048, ...limits });
    const go = new Map<string, () => void>();
    for (const name of names(count)) {
      parts.server(name).opening = () => new Promise((resolve) => go.set(name, resolve));
    }
    await parts.apply(...names(count).map((name) => parts.desired(name)));
    return {
      ...parts,
      started: () => names(count).filter((name) => parts.server(name).wires.length > 0),
      go: async (name: string) => {
        go.get(name)!();
        await settled();
      },
    };
  }

  it('are so many at once, in the order of the configuration; the others say that they wait', async () => {
    const { started, go, view } = await slow({ starts: 2 }, 5);
    expect(started()).toEqual(['s0', 's1']);
    expect(view('s2').phase).toBe('starting');
    expect(view('s2').conditions[0]).toMatchObject({
      type: 'process_up',
      status: 'unknown',
      reason: 'WaitingForTurn',
    });
    await go('s1');
    expect(started()).toEqual(['s0', 's1', 's2']);
  });

  it('begin with what a call waits for', async () => {
    const { started, go, call } = await slow({ starts: 1 }, 5);
    const { outcomes } = call('s3');
    await go('s0');
    expect(started()).toEqual(['s0', 's3']);
    await go('s3');
    expect([outcomes[0]?.kind, started()]).toEqual(['result', ['s0', 's1', 's3']]);
  });

  it('that hang give their place to the next, and go on', async () => {
    const { clock, started, go, view } = await slow({ starts: 1 }, 3);
    await clock.advance(TIMINGS.turn);
    expect(started()).toEqual(['s0', 's1']);
    await go('s0');
    expect([view('s0').phase, started()]).toEqual(['ready', ['s0', 's1']]);
  });

  it('have their budget from their turn on', async () => {
    const { clock, started, view } = await slow({ starts: 1 }, 16);
    await clock.advance(14 * TIMINGS.turn);
    expect([started().length, view('s14').phase, view('s15').phase]).toEqual([15, 'starting', 'starting']);
    await clock.advance(30_000 - 1);
    expect(view('s14').phase).toBe('starting');
    await clock.advance(1);
    expect(view('s14').phase).toBe('backoff');
    expect(view('s15').phase).toBe('starting');
  });

  it('that are given up while they wait take no place', async () => {
    const { started, go, supervisor, view } = await slow({ starts: 1 }, 3);
    await supervisor.stop('s1');
    expect([view('s1').phase, view('s1').restarts]).toEqual(['stopped', 0]);
    await go('s0');
    expect(started()).toEqual(['s0', 's2']);
  });

  it('of servers that are somewhere else wait for nobody', async () => {
    const parts = await slow({ starts: 1 }, 2);
    await parts.apply(
      ...['s0', 's1'].map((name) => parts.desired(name)),
      parts.desired('far', { remote: true }),
    );
    expect(parts.view('far').phase).toBe('ready');
  });
});

describe('the limit on processes', () => {
  it('holds for primary connections too: who finds no room says so, and is no failure', async () => {
    const { inPhase, view } = await crowd({ maxProcesses: 3 }, 5);
    expect(inPhase('ready')).toEqual(['s0', 's1', 's2']);
    expect(view('s4')).toMatchObject({
      phase: 'backoff',
      desired: 'ready',
      failures: 0,
      restarts: 0,
      problem: { code: 'SWY-E707', message: 's4 cannot be started: there are 3 processes already' },
    });
    expect(view('s4').transitions.map(({ event }) => event)).toEqual(['start', 'crowded']);
  });

  it('refuses the calls of such a server at once, executed: no', async () => {
    const { call } = await crowd({ maxProcesses: 1 }, 2);
    expect(call('s1').outcomes).toMatchObject([
      { code: 'UPSTREAM_UNAVAILABLE', executed: 'no', message: expect.stringContaining('SWY-E707') },
    ]);
  });

  it('lets them start when room is made, in their order, and not more than there is room for', async () => {
    const { inPhase, supervisor, view } = await crowd({ maxProcesses: 2 }, 5);
    await supervisor.stop('s0');
    await settled();
    expect([inPhase('ready'), inPhase('backoff')]).toEqual([
      ['s1', 's2'],
      ['s3', 's4'],
    ]);
    expect(view('s3').transitions).toHaveLength(2);
    await Promise.all([supervisor.stop('s1'), supervisor.stop('s2')]);
    await settled();
    expect(inPhase('ready')).toEqual(['s3', 's4']);
  });

  it('lets nobody take the place of a server that only starts again', async () => {
    const { clock, inPhase, server } = await crowd({ maxProcesses: 1 }, 2);
    await clock.advance(TIMINGS.healthyRun);
    server('s0').wire.lose();
    await clock.advance(1);
    expect([inPhase('ready'), inPhase('backoff'), server('s1').wires.length]).toEqual([['s0'], ['s1'], 0]);
  });

  it('gives the place of a server that fails to whoever waits', async () => {
    const { clock, inPhase, server } = await crowd({ maxProcesses: 1 }, 2);
    server('s0').wire.lose();
    await clock.advance(TIMINGS.backoff * 2);
    expect([inPhase('ready'), inPhase('backoff')]).toEqual([['s1'], ['s0']]);
  });

  it('is looked at again by itself', async () => {
    const { clock, view } = await crowd({ maxProcesses: 1 }, 2);
    const { seq } = view('s1').transitions.at(-1)!;
    await clock.advance(TIMINGS.room);
    expect(view('s1').transitions.at(-1)!.seq).toBeGreaterThan(seq);
    expect(view('s1')).toMatchObject({ phase: 'backoff', restarts: 0 });
  });

  it('counts what ends as long as something is left of it', async () => {
    const parts = await crowd({ maxProcesses: 1 }, 1);
    parts.server('s0').wire.close = () => new Promise(() => {});
    await parts.apply(parts.desired('s1'));
    expect(parts.view('s1')).toMatchObject({ phase: 'backoff', problem: { code: 'SWY-E707' } });
  });

  it('does not count servers that are somewhere else', async () => {
    const parts = await crowd({ maxProcesses: 1 }, 1);
    await parts.apply(parts.desired('s0'), parts.desired('far', { remote: true }));
    expect(parts.view('far').phase).toBe('ready');
  });
});

describe('a connection of a principal of its own', () => {
  /** Anna's beside the primary one: that is all there is room for. */
  async function annas() {
    const parts = await crowd({ maxProcesses: 2 }, 1);
    parts.server('s1').info = { pid: 9 };
    parts.call('s0', { principal: 'anna' });
    await settled();
    await parts.apply(parts.desired('s0'), parts.desired('s1'));
    return {
      ...parts,
      phases: () => [
        parts.view('s0').connections.find(({ key }) => key === 'anna')?.phase,
        parts.view('s1').phase,
      ],
    };
  }

  it('that is lost gives its place to whoever waits', async () => {
    const { phases, server } = await annas();
    expect(phases()).toEqual(['ready', 'backoff']);
    server('s0').wire.lose();
    await settled();
    expect(phases()).toEqual(['backoff', 'ready']);
  });

  it('that finds no room begins as soon as room is made, and not in a minute', async () => {
    const { clock, phases, server, supervisor, view } = await annas();
    server('s0').wire.lose();
    await clock.advance(TIMINGS.backoff * 2);
    expect(phases()).toEqual(['backoff', 'ready']);
    await supervisor.stop('s1');
    await settled();
    expect(phases()).toEqual(['ready', 'stopped']);
    expect(view('s0').connections.map(({ phase }) => phase)).toEqual(['ready', 'ready']);
  });

  it('waits in turn with the others: who found no room first begins first', async () => {
    const { apply, clock, desired, phases, server, supervisor, view } = await annas();
    server('s0').wire.lose();
    await clock.advance(TIMINGS.backoff * 2);
    server('s2').info = { pid: 7 };
    await apply(desired('s0'), desired('s1'), desired('s2'));
    expect(view('s2').phase).toBe('backoff');
    await supervisor.stop('s1');
    await settled();
    expect([...phases(), view('s2').phase]).toEqual(['ready', 'stopped', 'backoff']);
  });
});

it('the limit on connections counts all of them', async () => {
  const parts = await crowd({ maxConnections: 2 }, 2);
  await parts.apply(parts.desired('s0'), parts.desired('s1'), parts.desired('far', { remote: true }));
  expect(parts.view('far').problem).toMatchObject({
    code: 'SWY-E707',
    message: expect.stringContaining('2 connections'),
  });
  expect(parts.call('s0', { principal: 'anna' }).outcomes).toMatchObject([{ code: 'PROCESS_LIMIT' }]);
});

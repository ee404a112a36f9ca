import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { GATE_LIMITS } from './gate.ts';
import { settled } from './spec-clock.ts';
import { tool } from './spec-server.ts';
import { supervised } from './spec-upstream.ts';
import { TIMINGS } from './timings.ts';

const TWO = { digest: 'two' };
const fails = () =>
  Promise.reject(new SwitchyardError('UPSTREAM_EXITED', { server: 'files', cause: 'exited with code 1' }));
/** Starts only where no other lives, as what needs a port or a lock. */
const alone =
  ({ wires }: { readonly wires: readonly { readonly gone: boolean }[] }) =>
  () =>
    wires.some(({ gone }) => !gone) ? fails() : Promise.resolve();

describe('a server that runs and is changed', () => {
  it('serves on until the new one is ready; then calls go to that, and those under way end where they are', async () => {
    const { apply, desired, server, call, view } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.silent('tools/call');
    const under = call('files');
    await settled();
    let open!: () => void;
    files.opening = () => new Promise((resolve) => (open = resolve));
    await apply(desired('files', TWO));
    const meanwhile = call('files');
    await settled();
    expect(view('files')).toMatchObject({ phase: 'ready', restarts: 0 });
    expect(view('files').connections.map(({ key, phase }) => [key, phase])).toEqual([
      ['primary', 'ready'],
      ['next:primary', 'starting'],
    ]);
    const [old] = files.wires;
    expect(old!.requests('tools/call')).toHaveLength(2);
    open();
    await settled();
    const after = call('files');
    await settled();
    const [, next] = files.wires;
    expect([old!.requests('tools/call').length, next!.requests('tools/call').length]).toEqual([2, 1]);
    expect(view('files').connections.map(({ key, phase }) => [key, phase])).toEqual([
      ['primary', 'ready'],
      ['old:primary', 'stopping'],
    ]);
    for (const wire of files.wires)
      for (const { id } of wire.requests('tools/call')) wire.respond(id, { result: {} });
    await settled();
    expect([under, meanwhile, after].map(({ outcomes }) => outcomes.map(({ kind }) => kind))).toEqual([
      ['result'],
      ['result'],
      ['result'],
    ]);
    expect([old!.gone, next!.gone, files.wires.length]).toEqual([true, false, 2]);
    expect(view('files').connections).toHaveLength(1);
  });

  it('leaves calls on the old one the time that calls have, not the time of a drain', async () => {
    const { apply, desired, server, call, clock } = supervised();
    await apply(desired('files'));
    server('files').silent('tools/call');
    const { outcomes } = call('files');
    await settled();
    await apply(desired('files', TWO));
    await clock.advance(TIMINGS.drain * 3);
    const [old] = server('files').wires;
    expect([outcomes, old!.gone]).toEqual([[], false]);
    old!.respond(old!.requests('tools/call')[0]!.id, { result: {} });
    await settled();
    expect([outcomes[0]?.kind, old!.gone, clock.pending]).toEqual(['result', true, 1]);
  });

  it('changes its lists with its calls, at once, and tells none of the new one before', async () => {
    const { apply, desired, server, lists } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.on('tools/list', () => ({ result: { tools: [tool('new')] } }));
    files.silent('initialize');
    await apply(desired('files', TWO));
    expect(lists).toHaveLength(1);
    files.wires[1]!.respond(files.wires[1]!.requests('initialize')[0]!.id, {
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '1' },
      },
    });
    await settled();
    expect(lists.map(([, { definitions }]) => definitions.tools?.map(({ name }) => name))).toEqual([
      ['echo'],
      ['new'],
    ]);
  });

  it('refuses none of the calls that wait: they go to the new one', async () => {
    const { apply, desired, server, call } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.silent('tools/call');
    const calls = Array.from({ length: GATE_LIMITS.inFlight + 20 }, () => call('files'));
    await settled();
    await apply(desired('files', TWO));
    const [old, next] = files.wires;
    expect([old, next].map((wire) => wire!.requests('tools/call').length)).toEqual([
      GATE_LIMITS.inFlight,
      20,
    ]);
    for (const wire of [old!, next!])
      for (const { id } of wire.requests('tools/call')) wire.respond(id, { result: {} });
    await settled();
    expect(new Set(calls.map(({ outcomes }) => outcomes.map(({ kind }) => kind).join()))).toEqual(
      new Set(['result']),
    );
  });

  it('goes on with its numbers and its history', async () => {
    const { apply, desired, view } = supervised();
    await apply(desired('files'));
    await apply(desired('files', TWO));
    const { transitions, restarts } = view('files');
    expect(transitions.map(({ to, run }) => `${to} ${run}`)).toEqual([
      ...['starting 1', 'negotiating 1', 'ready 1'],
      ...['starting 2', 'negotiating 2', 'ready 2'],
    ]);
    const numbers = transitions.map(({ seq }) => seq);
    expect([restarts, numbers]).toEqual([1, [...new Set(numbers)].sort((a, b) => a - b)]);
  });

  it('that is changed again and again while the new one starts begins only the last, two at once at most', async () => {
    const { apply, desired, server, call, view } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.silent('initialize');
    for (const digest of ['two', 'three', 'four']) await apply(desired('files', { digest }));
    expect([view('files').phase, files.mostAtOnce]).toEqual(['ready', 2]);
    const last = files.wires.at(-1)!;
    expect(files.wires.filter(({ gone }) => !gone)).toEqual([files.wires[0], last]);
    last.respond(last.requests('initialize')[0]!.id, {
      result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } },
    });
    await settled();
    const { outcomes } = call('files');
    await settled();
    expect([outcomes[0]?.kind, last.requests('tools/call').length, files.wires[0]!.gone]).toEqual([
      'result',
      1,
      true,
    ]);
  });

  it('and then back gives up the new one, and has its lists read again', async () => {
    const { apply, desired, server, lists } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.silent('initialize');
    await apply(desired('files', TWO));
    await apply(desired('files'));
    await settled();
    expect(files.wires.map(({ gone }) => gone)).toEqual([false, true]);
    expect(lists.map(([name]) => name)).toEqual(['files', 'files']);
  });

  it('makes way when somebody stops it, and begins as it was changed', async () => {
    const { apply, desired, supervisor, server, phases } = supervised();
    await apply(desired('files'));
    server('files').silent('initialize');
    await apply(desired('files', TWO));
    await supervisor.stop('files');
    await settled();
    expect([phases(), server('files').wires.map(({ gone }) => gone)]).toEqual([
      ['files stopped'],
      [true, true],
    ]);
    supervisor.start('files');
    await settled();
    expect([phases(), server('files').wires.length]).toEqual([['files negotiating'], 3]);
  });

  it('drains with what was to follow when it is removed', async () => {
    const { apply, desired, supervisor, server, clock } = supervised();
    await apply(desired('files'));
    server('files').silent('initialize');
    await apply(desired('files', TWO));
    await apply();
    expect([server('files').wires.map(({ gone }) => gone), supervisor.leaving]).toEqual([[true, true], []]);
    expect(clock.pending).toBe(0);
  });

  it('is closed with what is to follow when the gateway stops', async () => {
    const { apply, desired, supervisor, server, clock } = supervised();
    await apply(desired('files'));
    server('files').silent('initialize');
    await apply(desired('files', TWO));
    await supervisor.close();
    expect([server('files').wires.map(({ gone }) => gone), clock.pending]).toEqual([[true, true], 0]);
  });

  it('drains at once when it is turned off', async () => {
    const { apply, desired, server, call } = supervised();
    await apply(desired('files'));
    await apply(desired('files', { ...TWO, enabled: false }));
    expect(server('files').wires.map(({ gone }) => gone)).toEqual([true]);
    expect(call('files').outcomes).toMatchObject([{ executed: 'no' }]);
    await apply(desired('files'));
    expect([server('files').wires.length, server('files').wire.gone]).toEqual([2, false]);
  });
});

describe('a new one that cannot begin beside the old one', () => {
  it('begins after it, and calls wait for that', async () => {
    const { apply, desired, server, call, view } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.opening = alone(files);
    await apply(desired('files', TWO));
    await settled();
    expect([view('files').phase, files.wires.map(({ gone }) => gone)]).toEqual([
      'ready',
      [true, true, false],
    ]);
    const { outcomes } = call('files');
    await settled();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
  });

  it('is not tried beside it a second time, whatever else changed between', async () => {
    const { apply, desired, server } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.opening = alone(files);
    await apply(desired('files', TWO));
    await settled();
    files.opening = () => Promise.resolve();
    await apply(desired('files'));
    await settled();
    const wires = files.wires.length;
    files.mostAtOnce = 0;
    await apply(desired('files', TWO));
    await settled();
    expect([files.wires.length - wires, files.mostAtOnce]).toEqual([1, 1]);
  });

  it('and not after it either is what it is: it waits, with its problem', async () => {
    const { apply, desired, server, view, call } = supervised();
    await apply(desired('files'));
    server('files').opening = fails;
    await apply(desired('files', TWO));
    await settled();
    expect(view('files')).toMatchObject({ phase: 'backoff', problem: { code: 'SWY-E206' }, failures: 1 });
    expect(server('files').wires.map(({ gone }) => gone)).toEqual([true, true, true]);
    expect(call('files').outcomes).toEqual([]);
  });

  it('for want of time is given up after the time that a start has', async () => {
    const { apply, desired, server, view, clock } = supervised();
    await apply(desired('files'));
    server('files').silent('initialize');
    await apply(desired('files', TWO));
    await clock.advance(TIMINGS.start - 1);
    expect(view('files').phase).toBe('ready');
    await clock.advance(1);
    expect([view('files').phase, server('files').wires[0]!.gone]).toEqual(['negotiating', true]);
  });

  it('for want of room begins after it, and may begin beside it when there is room', async () => {
    const { apply, desired, server, supervisor, phases } = supervised({
      maxProcesses: 1,
      maxConnections: 10,
    });
    server('files').info = { pid: 7 };
    await apply(desired('files'));
    await apply(desired('files', TWO));
    await settled();
    expect([phases(), server('files').mostAtOnce, server('files').wires.length]).toEqual([
      ['files ready'],
      1,
      2,
    ]);
    supervisor.limits = { maxProcesses: 2, maxConnections: 10 };
    await apply(desired('files'));
    await apply(desired('files', TWO));
    expect(server('files').mostAtOnce).toBe(2);
  });
});

describe('those beside the primary connection', () => {
  it('end with the old one; the next call of their principal opens one to the new one', async () => {
    const { apply, desired, server, call, view } = supervised();
    await apply(desired('files'));
    const files = server('files');
    call('files', { principal: 'anna' });
    await settled();
    files.silent('tools/call');
    const under = call('files', { principal: 'anna' });
    await settled();
    const own = files.wires[1]!;
    await apply(desired('files', TWO));
    expect([files.wires.length, own.gone]).toEqual([3, false]);
    const next = call('files', { principal: 'anna' });
    await settled();
    expect(view('files').connections.map(({ key }) => key)).toEqual([
      'primary',
      'anna',
      'old:primary',
      'old:anna',
    ]);
    own.respond(own.requests('tools/call')[1]!.id, { result: {} });
    files.wire.respond(files.wire.requests('tools/call')[0]!.id, { result: {} });
    await settled();
    expect([under.outcomes[0]?.kind, next.outcomes[0]?.kind, own.gone]).toEqual(['result', 'result', true]);
  });

  it('keep what their clients want to hear, of the primary one too', async () => {
    const { apply, desired, server, call, notices } = supervised();
    const files = server('files');
    files.capabilities = { tools: {}, resources: { subscribe: true } };
    files.on('resources/subscribe', () => ({ result: {} }));
    await apply(desired('files'));
    for (const principal of ['local', 'anna'])
      call('files', { method: 'resources/subscribe', name: 'file:///a', principal, audience: principal });
    await settled();
    const before = files.wires.length;
    await apply(desired('files', TWO));
    await settled();
    const later = files.wires.slice(before);
    expect(later.map((wire) => wire.requests('resources/subscribe').length)).toEqual([1, 1]);
    for (const wire of later) wire.notify('notifications/resources/updated', { uri: 'file:///a' });
    await settled();
    expect(
      ['local', 'anna', 'eve'].map(
        (audience) => notices.filter(({ concerns }) => concerns({ audience, principal: audience })).length,
      ),
    ).toEqual([1, 1, 0]);
  });
});

it('a call that waits for a server that changes waits no longer for it', async () => {
  const { apply, desired, server, call, clock } = supervised();
  server('files').opening = () => new Promise(() => {});
  await apply(desired('files'));
  const { outcomes } = call('files');
  await clock.advance(TIMINGS.held - 100);
  await apply(desired('files', TWO));
  expect(outcomes).toEqual([]);
  await clock.advance(100);
  expect(outcomes).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', executed: 'no' }]);
});

describe('what is no other server', () => {
  it('is taken over by what runs: the next call has the new time', async () => {
    const { apply, desired, server, call, clock } = supervised();
    await apply(desired('files'));
    server('files').silent('tools/call');
    const first = call('files');
    await apply(desired('files', { callMs: 100 }));
    const second = call('files');
    await clock.advance(100);
    expect([first.outcomes, second.outcomes]).toMatchObject([[], [{ code: 'CALL_TIMEOUT' }]]);
    expect(server('files').wires).toHaveLength(1);
  });

  it('is taken over for want of use, too, and given up again', async () => {
    const { apply, desired, phases, clock } = supervised();
    await apply(desired('files'));
    await apply(desired('files', { idleMs: 1_000 }));
    await clock.advance(500);
    await apply(desired('files'));
    await clock.advance(60_000);
    expect(phases()).toEqual(['files ready']);
    await apply(desired('files', { idleMs: 1_000 }));
    await clock.advance(1_000);
    expect(phases()).toEqual(['files idle']);
  });

  it('is taken over by its gate: more go at once, fewer wait', async () => {
    const { apply, desired, server, call, view } = supervised();
    server('files').silent('tools/call');
    await apply(desired('files', { limits: { maxConcurrent: 1, queue: 1 } }));
    const calls = [call('files'), call('files'), call('files')];
    await settled();
    expect(calls.map(({ outcomes }) => outcomes.map(({ code }) => code))).toEqual([[], [], ['OVERLOADED']]);
    await apply(desired('files', { limits: { maxConcurrent: 3, queue: 0 } }));
    expect(server('files').executions).toHaveLength(2);
    call('files');
    await settled();
    expect(server('files').executions).toHaveLength(3);
    expect(call('files').outcomes).toMatchObject([{ code: 'OVERLOADED', executed: 'no' }]);
    expect(view('files')).toMatchObject({ inFlight: 3, queue: { held: 0, shed: 2 } });
    await apply(desired('files', TWO));
    expect(view('files').queue).toEqual({ held: 0, shed: 2 });
  });

  it.each([
    ['manual', 'eager', 'stopped', 'ready'],
    ['lazy', 'eager', 'idle', 'ready'],
    ['eager', 'lazy', 'ready', 'ready'],
    ['eager', 'manual', 'ready', 'ready'],
    ['manual', 'lazy', 'stopped', 'idle'],
  ] as const)('from %s to %s: from %s to %s', async (before, after, was, is) => {
    const { apply, desired, phases, server, call } = supervised();
    await apply(desired('files', { start: before }));
    expect(phases()).toEqual([`files ${was}`]);
    await apply(desired('files', { start: after }));
    await settled();
    expect([phases(), server('files').mostAtOnce]).toEqual([[`files ${is}`], is === 'idle' ? 0 : 1]);
    const { outcomes } = call('files');
    await settled();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
  });

  it('shows where its entry stands now', async () => {
    const { apply, desired, view, changes } = supervised();
    await apply(desired('files', { where: 'a:1' }));
    changes.length = 0;
    await apply(desired('files', { where: 'a:7' }));
    expect([view('files').where, changes]).toEqual(['a:7', ['files ready']]);
  });
});

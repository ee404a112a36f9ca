import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { settled } from './spec-clock.ts';
import { supervised } from './spec-upstream.ts';
import { TIMINGS } from './timings.ts';

describe('applying a configuration', () => {
  it('starts what is added, in the order of the configuration', async () => {
    const { apply, desired, phases, lists } = supervised();
    await apply(desired('b'), desired('a'));
    expect(phases()).toEqual(['b ready', 'a ready']);
    expect(lists.map(([name]) => name)).toEqual(['b', 'a']);
    await apply(desired('a'), desired('c'), desired('b'));
    expect(phases()).toEqual(['a ready', 'c ready', 'b ready']);
  });

  it('does not touch what is unchanged', async () => {
    const { apply, desired, server, call } = supervised();
    await apply(desired('files'));
    server('files').silent('tools/call');
    const { outcomes } = call('files');
    await settled();
    for (let reload = 0; reload < 100; reload += 1) await apply(desired('files'), desired(`other-${reload}`));
    server('files').wire.respond(server('files').executions[0]!.id, { result: {} });
    await settled();
    expect([outcomes[0]?.kind, server('files').wires.length]).toEqual(['result', 1]);
  });

  it('drains what is removed, and forgets it at once', async () => {
    const { apply, desired, server, call, phases } = supervised();
    await apply(desired('files'), desired('other'));
    server('files').silent('tools/call');
    const { outcomes } = call('files');
    await settled();
    await apply(desired('other'));
    expect(phases()).toEqual(['other ready']);
    expect(call('files').outcomes).toMatchObject([
      { code: 'UPSTREAM_UNAVAILABLE', executed: 'no', message: expect.stringContaining('removed') },
    ]);
    server('files').wire.respond(server('files').executions[0]!.id, { result: {} });
    await settled();
    expect([outcomes[0]?.kind, server('files').wire.gone]).toEqual(['result', true]);
  });

  it('drains what is to end first before the new one begins, and closes it', async () => {
    const { apply, desired, server, call, clock } = supervised();
    await apply(desired('files'));
    const files = server('files');
    files.silent('tools/call');
    files.holdsClose = true;
    const { outcomes } = call('files');
    await settled();
    const [old] = files.wires;
    await apply(desired('files', { digest: 'two', reload: 'break-first' }));
    await clock.advance(TIMINGS.drain / 2);
    old!.respond(files.executions[0]!.id, { result: {} });
    await settled();
    expect([outcomes[0]?.kind, files.mostAtOnce]).toEqual(['result', 1]);
    expect(files.wires).toHaveLength(2);
    expect(files.mostAtOnce).toBe(1);
  });

  it('waits for what will not go', async () => {
    const { apply, desired, server, phases, clock } = supervised();
    server('files').holdsClose = true;
    await apply(desired('files'));
    await apply(desired('files', { digest: 'two', reload: 'break-first' }));
    await clock.advance(600_000);
    expect(server('files').wires).toHaveLength(1);
    server('files').holdsClose = false;
    server('files').wires[0]!.releaseClose();
    await settled();
    expect([phases(), server('files').mostAtOnce]).toEqual([['files ready'], 1]);
  });

  it('many times while the old one still goes begins only the last', async () => {
    const { apply, desired, server, phases } = supervised();
    server('files').holdsClose = true;
    await apply(desired('files'));
    server('files').holdsClose = false;
    for (const digest of ['two', 'three', 'four'])
      await apply(desired('files', { digest, reload: 'break-first' }));
    await apply();
    await apply(desired('files', { digest: 'five', reload: 'break-first' }));
    server('files').wires[0]!.releaseClose();
    await settled();
    expect([phases(), server('files').wires.length, server('files').mostAtOnce]).toEqual([
      ['files ready'],
      2,
      1,
    ]);
  });

  it('respects that somebody stopped the new one before it began', async () => {
    const { apply, desired, server, supervisor, phases } = supervised();
    server('files').holdsClose = true;
    await apply(desired('files'));
    await apply(desired('files', { digest: 'two', reload: 'break-first' }));
    const stopped = supervisor.stop('files');
    server('files').wires[0]!.releaseClose();
    await stopped;
    await settled();
    expect([phases(), server('files').wires.length]).toEqual([['files stopped'], 1]);
  });

  it('begins the new one no earlier because somebody starts it by hand', async () => {
    const { apply, desired, server, supervisor, phases } = supervised();
    server('files').holdsClose = true;
    await apply(desired('files'));
    server('files').holdsClose = false;
    await apply(desired('files', { digest: 'two', start: 'manual', reload: 'break-first' }));
    supervisor.start('files');
    await settled();
    expect(server('files').wires).toHaveLength(1);
    server('files').wires[0]!.releaseClose();
    await settled();
    expect([phases(), server('files').mostAtOnce]).toEqual([['files ready'], 1]);
  });

  it('leaves a lazy server idle that was changed while it was, until it is called', async () => {
    const { apply, desired, server, phases, call } = supervised();
    await apply(desired('files', { start: 'lazy' }));
    await apply(desired('files', { start: 'lazy', digest: 'two' }));
    expect([phases(), server('files').wires.length]).toEqual([['files idle'], 0]);
    const { outcomes } = call('files');
    await settled();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
  });
});

describe('how a server begins', () => {
  it.each([
    [{ start: 'eager' }, 'ready', 'ready'],
    [{ start: 'lazy' }, 'idle', 'ready'],
    [{ start: 'manual' }, 'stopped', 'ready'],
    [{ enabled: false }, 'disabled', 'disabled'],
    [{ problem: { code: 'SWY-E603', message: 'no', remedy: 'yes' } }, 'failed', 'failed'],
  ] as const)('%j: %s, and after a start by hand %s', async (wanted, before, after) => {
    const { apply, desired, supervisor, view } = supervised();
    await apply(desired('files', wanted));
    expect(view('files').phase).toBe(before);
    supervisor.start('files');
    await settled();
    expect(view('files').phase).toBe(after);
    if ('problem' in wanted) expect(view('files').problem).toEqual(wanted.problem);
  });

  it('lazy: with the first call', async () => {
    const { apply, desired, call, view } = supervised();
    await apply(desired('files', { start: 'lazy' }));
    const { outcomes } = call('files');
    await settled();
    expect([outcomes[0]?.kind, view('files').phase]).toEqual(['result', 'ready']);
  });

  it('not at all by a call, where it is stopped, disabled or has a problem', async () => {
    const { apply, desired, call, server } = supervised();
    await apply(
      desired('stopped', { start: 'manual' }),
      desired('disabled', { enabled: false }),
      desired('faulty', { problem: { code: 'SWY-E603', message: 'no', remedy: 'yes' } }),
    );
    for (const name of ['stopped', 'disabled', 'faulty'])
      for (const principal of ['local', 'anna']) {
        expect(call(name, { principal }).outcomes).toMatchObject([{ executed: 'no' }]);
        expect(server(name).wires).toEqual([]);
      }
  });

  it('with its own times, which count more than those of all', async () => {
    const { apply, desired, server, call, clock, view } = supervised();
    await apply(desired('quick', { callMs: 100 }), desired('slow', { startMs: 100, start: 'lazy' }));
    server('quick').silent('tools/call');
    server('slow').silent('initialize');
    const quick = call('quick');
    call('slow');
    await clock.advance(100);
    expect(quick.outcomes).toMatchObject([{ code: 'CALL_TIMEOUT' }]);
    expect(view('slow').problem?.code).toBe('SWY-E211');
  });

  it('with a time for calls that may be longer than the usual total', async () => {
    const { apply, desired, server, call, clock } = supervised();
    await apply(desired('slow', { callMs: 600_000 }));
    server('slow').silent('tools/call');
    const { outcomes } = call('slow');
    await clock.advance(599_999);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toMatchObject([{ code: 'CALL_TIMEOUT' }]);
  });
});

describe('a server that fails', () => {
  it('touches no other', async () => {
    const { apply, desired, server, phases, call, clock } = supervised();
    server('hopeless').opening = () =>
      Promise.reject(new SwitchyardError('COMMAND_NOT_FOUND', { server: 'hopeless', command: 'nope' }));
    server('mute').silent('initialize');
    await apply(
      desired('hopeless'),
      desired('buggy', {
        openWire: () => {
          throw new TypeError('no');
        },
      }),
      desired('mute'),
      desired('good'),
    );
    await clock.advance(60_000);
    expect(phases()).toEqual(['hopeless failed', 'buggy failed', 'mute negotiating', 'good ready']);
    const { outcomes } = call('good');
    await settled();
    expect([outcomes[0]?.kind, server('good').wires.length]).toEqual(['result', 1]);
  });

  it('is told of by its changes, each with its name', async () => {
    const { apply, desired, server, changes, clock } = supervised();
    await apply(desired('good'), desired('bad'));
    changes.length = 0;
    server('bad').wire.lose();
    await clock.advance(1_000);
    expect(changes).toEqual(['bad backoff', 'bad starting', 'bad negotiating', 'bad ready']);
  });
});

describe('orders', () => {
  it('for a server that is not there name those that are', async () => {
    const { apply, desired, supervisor } = supervised();
    expect(() => supervisor.start('files')).toThrow(expect.objectContaining({ code: 'SERVER_UNKNOWN' }));
    await apply(desired('a'), desired('b'));
    // At once, not by a promise: whoever restarts a server stops and starts it in one breath.
    expect(() => supervisor.stop('files')).toThrow(
      expect.objectContaining({ remedy: 'the servers are: a, b' }),
    );
  });

  it('stop and start end in a new run', async () => {
    const { apply, desired, supervisor, server, phases } = supervised();
    await apply(desired('files'));
    await supervisor.stop('files');
    expect(phases()).toEqual(['files stopped']);
    supervisor.start('files');
    await settled();
    expect([phases(), server('files').wires.length]).toEqual([['files ready'], 2]);
  });

  it('close ends all of them, and waits for the last', async () => {
    const { apply, desired, supervisor, server } = supervised();
    server('a').holdsClose = true;
    await apply(desired('a'), desired('b'));
    let closed = false;
    const closing = supervisor.close().then(() => (closed = true));
    await settled();
    expect([closed, server('b').wire.gone]).toEqual([false, true]);
    server('a').wire.releaseClose();
    await closing;
    expect(supervisor.views()).toEqual([]);
  });

  it('close gives the calls under way its grace and no more, those of a server that was removed before included', async () => {
    const { clock, apply, desired, supervisor, server, call, phases } = supervised();
    for (const name of ['old', 'files']) server(name).silent('tools/call');
    await apply(desired('old'), desired('files'));
    const calls = [call('old'), call('files')];
    await apply(desired('files'));
    await clock.advance(1_000);
    const closing = supervisor.close(3_000);
    await clock.advance(2_999);
    expect(calls.map(({ outcomes }) => outcomes)).toEqual([[], []]);
    await clock.advance(1);
    await closing;
    expect(calls.map(({ outcomes }) => outcomes)).toMatchObject([
      [{ kind: 'error', executed: 'unknown' }],
      [{ kind: 'error', executed: 'unknown' }],
    ]);
    expect([phases(), clock.pending]).toEqual([[], 0]);
  });

  it('holds calls for a launcher as long as it may take to start, and for others five seconds', async () => {
    const { clock, apply, desired, server, call } = supervised();
    for (const name of ['launcher', 'usual']) server(name).silent('initialize');
    await apply(desired('launcher', { startMs: 120_000 }), desired('usual'));
    const [patient, hasty] = [call('launcher'), call('usual')];
    await clock.advance(5_000);
    expect([patient.outcomes.length, hasty.outcomes.length]).toEqual([0, 1]);
    const { wire } = server('launcher');
    wire.respond(wire.requests('initialize')[0]!.id, {
      result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'late', version: '1' } },
    });
    await clock.advance(1_000);
    expect(patient.outcomes).toMatchObject([{ kind: 'result' }]);
  });
});

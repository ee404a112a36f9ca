import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { causeIn, phaseOf } from './phase.ts';
import { settled } from './spec-clock.ts';
import { connected, ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

const never = () => new Promise<void>(() => {});

describe('a start', () => {
  it('goes through all states in order, for observers early and late', async () => {
    const { connection, phases, started } = connected();
    const late: string[] = [];
    connection.state$.subscribe((state) => {
      // Somebody who subscribes from within a state sees that one first, and none out of order.
      if (state.phase === 'connecting' && late.length === 0)
        connection.state$.subscribe((seen) => void late.push(shown(seen)));
    });
    await started();
    expect(phases).toEqual(['idle', 'starting', 'negotiating', 'ready']);
    expect(late).toEqual(['turn', 'spawn', 'handshake', 'list', 'ready']);
    expect(shown(connection.state)).toBe('ready');
  });

  it('says first who we are, then that we are ready, then asks for the lists', async () => {
    const { server } = await ready();
    expect(server.wire.taken.map(({ method }) => method)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/list',
    ]);
    expect(server.wire.taken[0]!.params).toMatchObject({ clientInfo: { name: 'switchyard' } });
  });

  it('says how long it took, and what was agreed', async () => {
    const { connection, clock, server, started } = connected();
    server.silent('tools/list');
    await started();
    expect(connection.readyAfterMs).toBeUndefined();
    await clock.advance(250);
    server.wire.respond(server.wire.requests('tools/list')[0]!.id, { result: { tools: [] } });
    await settled();
    expect(connection.readyAfterMs).toBe(250);
    expect(connection.session?.agreement).toMatchObject({ serverInfo: { name: 'scripted' } });
  });

  it('does nothing to a connection that is under way', async () => {
    const { connection, server } = await ready();
    connection.start();
    await settled();
    expect(server.wires).toHaveLength(1);
  });

  it('that brings no agreement in time is given up', async () => {
    const { connection, clock, server, started } = connected({ timings: { start: 3_000 } });
    server.silent('initialize');
    await started();
    await clock.advance(2_999);
    expect(phaseOf(connection.state)).toBe('negotiating');
    await clock.advance(1);
    expect(connection.state).toMatchObject({ phase: 'waiting', cause: { code: 'START_TIMEOUT' } });
    expect(server.wire.gone).toBe(true);
  });

  it('is told what was seen instead of an agreement: a server that logs to stdout is the common case', async () => {
    const { connection, clock, server, started } = connected({ timings: { start: 3_000 } });
    server.silent('initialize');
    await started();
    server.wire.push('Starting server…');
    server.wire.push('{"no":"message"}');
    await settled();
    await clock.advance(3_000);
    expect(causeIn(connection.state)?.problem).toMatchObject({
      message: 'sample: no answer to initialize in 3 s',
      why: expect.stringMatching(
        /lines on stdout that are no MCP: 2, the first was "Starting server…"; it must log to stderr/,
      ),
    });
  });

  it('that does not even open in time is given up, and what opens later is not used', async () => {
    const { connection, clock, server, started } = connected({ timings: { start: 3_000 } });
    let open!: () => void;
    server.opening = () => new Promise((resolve) => (open = resolve));
    await started();
    await clock.advance(3_000);
    open();
    await settled();
    expect(connection.state).toMatchObject({ phase: 'waiting', cause: { code: 'START_TIMEOUT' } });
    expect(server.wire.taken).toEqual([]);
  });

  it('that the server refuses is tried again later', async () => {
    const { connection, server, started } = connected();
    server.on('initialize', () => ({ error: { code: -32603, message: 'not today' } }));
    await started();
    expect(connection.state).toMatchObject({
      phase: 'waiting',
      cause: { code: 'HANDSHAKE_REFUSED', problem: { message: expect.stringContaining('not today') } },
    });
  });

  it.each([
    [
      'damaged',
      '{"jsonrpc":"2.0","result":{"protocolVersion":"2025-11-25"},"error":{},"id":ID}',
      'UPSTREAM_PROTOCOL',
    ],
    ['too large', `{"jsonrpc":"2.0","id":ID,"result":{"x":"${'x'.repeat(9_000)}"}}`, 'MESSAGE_TOO_LARGE'],
  ])('whose answer is %s does not hang', async (what, text, code) => {
    const { connection, server, started } = connected();
    server.on('initialize', ({ id }, wire) => {
      const answer = text.replace('ID', String(id));
      if (what === 'damaged') wire.push(answer);
      else wire.pushOversize(answer);
      return undefined;
    });
    await started();
    expect(connection.state).toMatchObject({ cause: { code } });
  });

  it('whose first message is not taken is a loss', async () => {
    const { clock, connection, server, started } = connected();
    server.opening = () =>
      Promise.resolve().then(() => {
        server.wire.hand('unsent');
      });
    await started();
    await clock.advance(500);
    expect(connection.state).toMatchObject({ phase: 'waiting', cause: { code: 'UPSTREAM_EXITED' } });
  });

  it('whose first message is not taken is explained by the loss that follows', async () => {
    const { connection, server, started } = connected();
    server.opening = () =>
      Promise.resolve().then(() => {
        server.wire.hand('unsent');
      });
    await started();
    server.wire.lose({ cause: 'exited with code 3', exitCode: 3, stderr: 'no API key' });
    await settled();
    expect(connection.state).toMatchObject({
      phase: 'waiting',
      cause: {
        problem: { message: expect.stringContaining('code 3'), why: expect.stringContaining('no API key') },
      },
    });
  });
});

describe('a server that cannot be started', () => {
  const hopeless = new SwitchyardError('COMMAND_NOT_FOUND', { server: 'sample', command: 'nope' });

  it.each([
    [
      'building its wire',
      () => {
        throw hopeless;
      },
      undefined,
    ],
    ['opening its wire', undefined, () => Promise.reject(hopeless)],
  ])(
    'by an error that trying again cannot help, when %s, is tried once',
    async (_when, openWire, opening) => {
      let attempts = 0;
      const parts = connected({
        openWire: () => {
          attempts += 1;
          return openWire ? openWire() : parts.server.openWire();
        },
      });
      if (opening) parts.server.opening = opening;
      await parts.started();
      expect(parts.connection.state).toMatchObject({ phase: 'failed', cause: { code: 'COMMAND_NOT_FOUND' } });
      await parts.clock.advance(3_600_000);
      expect(attempts).toBe(1);
      expect(parts.call().outcomes).toMatchObject([{ code: 'UPSTREAM_FAILED', executed: 'no' }]);
    },
  );

  it('because a wire cannot be built just now is tried again', async () => {
    let attempts = 0;
    const { connection, clock, started } = connected({
      openWire: () => {
        attempts += 1;
        throw new SwitchyardError('UPSTREAM_EXITED', { server: 'sample', cause: 'is updating' });
      },
    });
    await started();
    expect(connection.state).toMatchObject({ phase: 'waiting', cause: { code: 'UPSTREAM_EXITED' } });
    await clock.advance(1_000);
    expect(attempts).toBe(2);
  });

  it('by a bug of ours fails with it, is reported once, and can be started by hand', async () => {
    let broken = true;
    const parts = connected({
      openWire: () => {
        if (broken) throw new TypeError('undefined is not a wire');
        return parts.server.openWire();
      },
    });
    await parts.started();
    expect(parts.connection.state).toMatchObject({ phase: 'failed', cause: { code: 'BUG' } });
    expect(parts.log.lines.filter((line) => line.includes('undefined is not a wire'))).toHaveLength(1);
    broken = false;
    await parts.started();
    expect(parts.connection.state.phase).toBe('ready');
  });
});

describe('after a loss', () => {
  it('of a run that was healthy the next begins at once, every time', async () => {
    const { connection, clock, server } = await ready();
    for (let run = 1; run <= 8; run += 1) {
      await clock.advance(TIMINGS.healthyRun);
      server.wire.lose();
      await clock.advance(0);
      expect([connection.state.phase, server.wires.length]).toEqual(['ready', run + 1]);
    }
    expect(connection.state.record.failures).toBe(0);
  });

  it('of a short run the next waits for a second', async () => {
    const { connection, clock, server, phases } = await ready();
    await clock.advance(TIMINGS.healthyRun - 1);
    server.wire.lose({ cause: 'exited with code 7', exitCode: 7, stderr: 'one\ntwo\nno disk\nleft\n' });
    await clock.advance(999);
    expect(server.wires).toHaveLength(1);
    expect(connection.state).toMatchObject({
      phase: 'waiting',
      cause: { problem: { why: expect.stringContaining('two | no disk | left') } },
    });
    await clock.advance(1);
    expect(phases).toEqual([
      'idle',
      'starting',
      'negotiating',
      'ready',
      'backoff',
      'starting',
      'negotiating',
      'ready',
    ]);
  });

  it('a server that exits at each start is tried five times in the first minute, then ever more rarely', async () => {
    const { connection, clock, server, started } = connected();
    const at: number[] = [];
    const begun = clock.now();
    server.opening = () => {
      at.push((clock.now() - begun) / 1_000);
      return Promise.reject(new SwitchyardError('UPSTREAM_EXITED', { server: 'sample', cause: 'exited' }));
    };
    await started();
    await clock.advance(60_000);
    expect(at).toEqual([0, 1, 3, 7, 15]);
    expect(phaseOf(connection.state)).toBe('crash_loop');
    await clock.advance(600_000);
    expect(at.slice(5)).toEqual([81, 213, 477]);
  });

  it('a minute of readiness clears the count', async () => {
    const { connection, clock, server } = await ready();
    server.wire.lose();
    await clock.advance(1_000);
    expect(connection.state).toMatchObject({ phase: 'ready', record: { failures: 1 } });
    await clock.advance(TIMINGS.settled - 1);
    expect(connection.state.record.failures).toBe(1);
    await clock.advance(1);
    expect(connection.state).toMatchObject({ phase: 'ready', record: { failures: 0 } });
  });

  it('while lists are read, what was cut short is not published', async () => {
    const { connection, clock, server, lists, started } = connected();
    server.silent('tools/list');
    await started();
    server.wire.lose();
    await settled();
    expect(lists).toEqual([]);
    expect(connection.readyAfterMs).toBeUndefined();
    await clock.advance(TIMINGS.list);
    expect(lists).toEqual([]);
  });
});

describe('what it leaves behind', () => {
  it('is no timer, once it is stopped', async () => {
    const { connection, clock, server, call } = await ready();
    server.silent('tools/call');
    call();
    await connection.stop();
    await settled();
    expect(connection.state.phase).toBe('stopped');
    expect(clock.pending).toBe(0);
  });

  it('is no timer of a start that was stopped', async () => {
    const { connection, clock, server, started } = connected();
    server.opening = never;
    await started();
    await connection.stop();
    expect(clock.pending).toBe(0);
    expect(server.wire.gone).toBe(true);
  });
});

function shown(state: ReturnType<typeof connected>['connection']['state']): string {
  return state.phase === 'connecting' ? state.stage : state.phase;
}

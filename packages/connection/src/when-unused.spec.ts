import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import type { ScriptedServer } from './spec-server.ts';
import { supervised } from './spec-upstream.ts';
import type { DesiredServer } from './desired-server.ts';

const IDLE_MS = 600_000;

/** A server with an `idleTimeout` that is ready. */
async function unused(wanted: Partial<DesiredServer> = {}, server: Partial<ScriptedServer> = {}) {
  const parts = supervised();
  Object.assign(parts.server('files'), server);
  await parts.apply(parts.desired('files', { idleMs: IDLE_MS, ...wanted }));
  return {
    ...parts,
    files: parts.server('files'),
    phase: () => parts.view('files').phase,
    events: () => parts.view('files').transitions.map(({ to, event }) => `${event} ${to}`),
  };
}

describe('a server that nobody uses', () => {
  it('closes after its idleTimeout and is idle, without a process and without a timer', async () => {
    const { clock, phase, events, files, view } = await unused();
    await clock.advance(IDLE_MS - 1);
    expect(phase()).toBe('ready');
    await clock.advance(1);
    expect([phase(), files.wire.gone, clock.pending]).toEqual(['idle', true, 0]);
    expect(events().slice(-2)).toEqual(['unused stopping', 'closed idle']);
    expect(view('files')).toMatchObject({ desired: 'idle', failures: 0 });
    expect(view('files').problem).toBeUndefined();
  });

  it('is not closed where nothing says so', async () => {
    const { clock, phase } = await unused({ idleMs: undefined });
    await clock.advance(100 * IDLE_MS);
    expect(phase()).toBe('ready');
  });

  it('keeps its lists, and starts with the next call', async () => {
    const { clock, call, phase, files, lists } = await unused();
    await clock.advance(IDLE_MS);
    const { outcomes } = call('files');
    expect(outcomes).toEqual([]);
    await settled();
    expect([outcomes[0]?.kind, phase(), files.wires.length]).toEqual(['result', 'ready', 2]);
    expect(lists).toHaveLength(2);
  });

  it('counts from the end of its last call', async () => {
    const { clock, call, phase, files } = await unused();
    files.silent('tools/call');
    await clock.advance(IDLE_MS - 10_000);
    call('files');
    await clock.advance(30_000);
    files.wire.respond(files.executions[0]!.id, { result: {} });
    await settled();
    await clock.advance(IDLE_MS - 1);
    expect(phase()).toBe('ready');
    await clock.advance(IDLE_MS);
    expect(phase()).toBe('idle');
  });

  it('is used by whoever subscribed to one of its resources', async () => {
    const capabilities = { resources: { subscribe: true } };
    const { clock, call, phase, supervisor, files } = await unused({}, { capabilities });
    files.on('resources/subscribe', () => ({ result: {} }));
    call('files', { method: 'resources/subscribe', name: 'a://b', audience: 'one' });
    await settled();
    await clock.advance(10 * IDLE_MS);
    expect(phase()).toBe('ready');
    supervisor.sessionEnded({ principal: 'local', audience: 'one' });
    await clock.advance(2 * IDLE_MS);
    expect(phase()).toBe('idle');
  });

  it('loses no call that comes while it closes: it begins again for it', async () => {
    const { clock, call, phase, files, events } = await unused({}, { holdsClose: true });
    await clock.advance(IDLE_MS);
    expect(phase()).toBe('stopping');
    const { outcomes } = call('files');
    files.holdsClose = false;
    files.wire.releaseClose();
    await settled();
    expect([outcomes[0]?.kind, phase(), files.mostAtOnce]).toEqual(['result', 'ready', 1]);
    expect(events().slice(-3)).toEqual(['wanted starting', 'advanced negotiating', 'opened ready']);
  });

  it('stays stopped when it is stopped while it closes, and starts when that is ordered', async () => {
    const { clock, phase, files, supervisor } = await unused({}, { holdsClose: true });
    await clock.advance(IDLE_MS);
    expect(phase()).toBe('stopping');
    const stopped = supervisor.stop('files');
    files.holdsClose = false;
    files.wire.releaseClose();
    await stopped;
    expect(phase()).toBe('stopped');
    supervisor.start('files');
    await settled();
    expect(phase()).toBe('ready');
  });

  it('leaves the connections of principals their own rule', async () => {
    const { clock, call, view } = await unused();
    call('files', { principal: 'anna' });
    await settled();
    await clock.advance(599_999);
    expect(view('files').connections.map(({ key }) => key)).toEqual(['primary', 'anna']);
    await clock.advance(10_000);
    expect(view('files').connections.map(({ key, phase }) => `${key} ${phase}`)).toEqual(['primary idle']);
  });
});

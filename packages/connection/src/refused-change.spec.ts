import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { settled } from './spec-clock.ts';
import { tool } from './spec-server.ts';
import { supervised } from './spec-upstream.ts';

const TWO = { digest: 'two', where: 'a:7' };
const THREE = { digest: 'three' };
const mistyped = () =>
  Promise.reject(new SwitchyardError('COMMAND_NOT_FOUND', { server: 'files', command: 'nodee' }));
const wrong = { code: 'SWY-E606', message: 'no', remedy: 'yes' };

/** A server that serves, and whose next starts find no command. */
async function changedToNothing(wanted = {}) {
  const all = supervised();
  await all.apply(all.desired('files'));
  all.server('files').opening = mistyped;
  await all.apply(all.desired('files', { ...TWO, ...wanted }));
  await settled();
  return { ...all, files: all.server('files') };
}

describe('a server that is changed to what cannot start', () => {
  it.each([
    ['for want of its command', {}, 'SWY-E201', 2],
    ['by a mistake in its entry', { problem: wrong }, 'SWY-E606', 1],
    [
      'by a mistake in an entry that would begin after it',
      { problem: wrong, reload: 'break-first' },
      'SWY-E606',
      1,
    ],
  ] as const)('serves on, and says so: %s', async (_why, wanted, code, wires) => {
    const { files, view, call, lists } = await changedToNothing(wanted);
    expect(files.wires.map(({ gone }) => gone)).toEqual([false, true].slice(0, wires));
    const { outcomes } = call('files');
    await settled();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result']);
    expect(view('files')).toMatchObject({ phase: 'degraded', problem: { code, where: 'a:7' }, where: 'a:7' });
    expect(view('files').conditions.at(-1)).toMatchObject({
      type: 'as_configured',
      status: 'false',
      reason: 'CannotStart',
    });
    expect(lists.every(([name]) => name === 'files')).toBe(true);
  });

  it('shows the attempt among its connections and in its history, once', async () => {
    const { view } = await changedToNothing();
    expect(view('files').connections.map(({ key, phase }) => [key, phase])).toEqual([
      ['primary', 'ready'],
      ['next:primary', 'failed'],
    ]);
    const { transitions } = view('files');
    expect(transitions.map(({ to, run }) => `${to} ${run}`)).toEqual([
      ...['starting 1', 'negotiating 1', 'ready 1'],
      ...['starting 2', 'stopping 2', 'failed 2'],
    ]);
    expect(transitions.at(-1)).toMatchObject({ code: 'SWY-E201' });
  });

  it('tells lists that change meanwhile', async () => {
    const { files, lists, clock } = await changedToNothing();
    files.on('tools/list', () => ({ result: { tools: [tool('other')] } }));
    files.wires[0]!.notify('notifications/tools/list_changed');
    await clock.advance(5_000);
    expect(JSON.stringify(lists.at(-1))).toContain('other');
  });

  it('is replaced when its entry is one that starts', async () => {
    const { apply, desired, files, call, view } = await changedToNothing();
    files.opening = () => Promise.resolve();
    await apply(desired('files', THREE));
    const { outcomes } = call('files');
    await settled();
    expect([outcomes[0]?.kind, files.wires.map(({ gone }) => gone)]).toEqual(['result', [true, true, false]]);
    expect(view('files').phase).toBe('ready');
    expect(view('files').problem).toBeUndefined();
    expect(view('files').conditions.map(({ type }) => type)).not.toContain('as_configured');
  });

  it('is as it was when its entry is what it was', async () => {
    const { apply, desired, files, view } = await changedToNothing();
    await apply(desired('files'));
    await settled();
    expect(files.wires.map(({ gone }) => gone)).toEqual([false, true]);
    expect(view('files')).toMatchObject({ phase: 'ready', restarts: 0 });
    expect(view('files').problem).toBeUndefined();
    expect(view('files').connections).toHaveLength(1);
  });

  it('is tried again when somebody starts it, and not by another reload of the same', async () => {
    const { apply, desired, files, supervisor, view } = await changedToNothing();
    await apply(desired('files', TWO));
    expect(files.wires).toHaveLength(2);
    supervisor.start('files');
    await settled();
    expect([files.wires.length, view('files').phase, files.wires[0]!.gone]).toEqual([3, 'degraded', false]);
    files.opening = () => Promise.resolve();
    supervisor.start('files');
    await settled();
    expect([view('files').phase, files.wires.map(({ gone }) => gone)]).toEqual([
      'ready',
      [true, true, true, false],
    ]);
  });

  it('is started again as it was when it is lost', async () => {
    const { files, view, clock } = await changedToNothing();
    files.opening = () => Promise.resolve();
    await clock.advance(60_000);
    files.wires[0]!.lose({ cause: 'exited with code 1' });
    await settled();
    await clock.advance(60_000);
    expect([files.wires.length, view('files').phase, view('files').problem?.code]).toEqual([
      3,
      'degraded',
      'SWY-E201',
    ]);
  });

  it('ends by order, and then is what its entry says', async () => {
    const { supervisor, files, view } = await changedToNothing();
    await supervisor.stop('files');
    expect([files.wires.map(({ gone }) => gone), view('files').phase]).toEqual([[true, true], 'stopped']);
    supervisor.start('files');
    await settled();
    expect(view('files')).toMatchObject({ phase: 'failed', problem: { code: 'SWY-E201' } });
  });

  it('is removed, or closed, with nothing left', async () => {
    const { apply, files, supervisor, clock } = await changedToNothing();
    await apply();
    expect([files.wires.map(({ gone }) => gone), supervisor.leaving, clock.pending]).toEqual([
      [true, true],
      [],
      0,
    ]);
    const other = await changedToNothing();
    await other.supervisor.close();
    expect([other.files.wires.map(({ gone }) => gone), other.clock.pending]).toEqual([[true, true], 0]);
  });
});

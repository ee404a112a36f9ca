import { describe, expect, it } from '@jest/globals';
import type { Clock, ServerPhase, ServerView } from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
import { whenSettled } from './when-settled.ts';

/** Servers by phase, a clock that strikes when told, and what became of the wait. */
function waiting(phases: Record<string, ServerPhase>, expected: readonly string[]) {
  const changes$ = new Subject<ServerView>();
  const list = (): readonly ServerView[] =>
    Object.entries(phases).map(([name, phase]) => ({ name, phase }) as ServerView);
  let strike: (() => void) | undefined;
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after(_ms, run) {
      strike = run;
      return () => (strike = undefined);
    },
  };
  const state = { settled: false };
  const wait = whenSettled({ list, changes$ }, new Set(expected), { clock, ms: 1 }).then(
    () => void (state.settled = true),
  );
  const turn = async (name: string, phase: ServerPhase): Promise<boolean> => {
    phases[name] = phase;
    changes$.next(list().find((server) => server.name === name)!);
    await Promise.resolve();
    return state.settled;
  };
  return {
    turn,
    wait,
    strike: () => strike?.(),
    isArmed: () => strike !== undefined,
    observed: () => changes$.observed,
  };
}

describe('servers that start by themselves', () => {
  it('have settled when each has come up or failed; the others do not matter', async () => {
    const { turn, wait, isArmed, observed } = waiting({ a: 'idle', b: 'starting', lazy: 'idle' }, ['a', 'b']);
    expect(await turn('b', 'backoff')).toBe(false);
    expect(await turn('a', 'starting')).toBe(false);
    expect(await turn('a', 'negotiating')).toBe(false);
    await turn('a', 'ready');
    await wait;
    expect([isArmed(), observed()]).toEqual([false, false]);
  });

  it('have settled at once where there are none', async () => {
    await waiting({ lazy: 'idle' }, []).wait;
  });

  it('have settled when they were closed for want of use meanwhile', async () => {
    const views = [{ name: 'a', phase: 'idle', desired: 'idle' } as ServerView];
    const servers = { list: () => views, changes$: new Subject<ServerView>() };
    const clock: Clock = { now: () => 0, date: () => 0, after: () => () => {} };
    await whenSettled(servers, new Set(['a']), { clock, ms: 1 });
  });

  it('are not waited for without end', async () => {
    const { wait, strike, observed } = waiting({ a: 'starting' }, ['a']);
    strike();
    await wait;
    expect(observed()).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@switchyard/plugin-api';
import { BehaviorSubject } from 'rxjs';
import { whenUnused } from './when-unused.ts';

/** A clock whose one timer the test can see, and let go off. */
function oneTimer() {
  let timer: { readonly ms: number; readonly run: () => void } | undefined;
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after(ms, run) {
      expect(timer).toBeUndefined();
      timer = { ms, run };
      return () => (timer = undefined);
    },
  };
  return { clock, due: () => timer?.ms, goOff: () => timer!.run() };
}

describe('a gateway that nobody uses', () => {
  it('has patience for the first client, then for the next', async () => {
    const clients$ = new BehaviorSubject(0);
    const { clock, due, goOff } = oneTimer();
    let over = false;
    const unused = whenUnused({ clients$ }, { firstMs: 30, idleMs: 5 }, clock).then(() => (over = true));
    expect(due()).toBe(30);
    clients$.next(0);
    expect(due()).toBe(30);
    clients$.next(1);
    expect(due()).toBeUndefined();
    clients$.next(2);
    clients$.next(1);
    expect(due()).toBeUndefined();
    clients$.next(0);
    expect([due(), over]).toEqual([5, false]);
    goOff();
    await unused;
  });

  it('is as patient at first as later', () => {
    const { clock, due } = oneTimer();
    void whenUnused({ clients$: new BehaviorSubject(0) }, { firstMs: 30, idleMs: 500 }, clock);
    expect(due()).toBe(500);
  });
});

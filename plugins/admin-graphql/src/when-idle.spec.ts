import { describe, expect, it } from '@jest/globals';
import type { Status } from '@switchyard/plugin-api';
import { whenIdle } from './when-idle.ts';

/** Moments that the test makes. */
function moments() {
  const timers = new Set<() => void>();
  const now = { ready: true, inFlight: 0 };
  let ran = 0;
  let looks = 0;
  let list!: () => void;
  const listed = new Promise<void>((resolve) => (list = resolve));
  const cancel = whenIdle(
    {
      clock: {
        now: () => 0,
        date: () => 0,
        after(_ms, run) {
          timers.add(run);
          return () => void timers.delete(run);
        },
      },
      status() {
        looks += 1;
        return { ready: now.ready } as Status;
      },
      ledger: () => ({ accepted: 0, answered: 0, cancelled: 0, inFlight: now.inFlight }),
      listed: () => listed,
    },
    () => (ran += 1),
  );
  return {
    now,
    list,
    cancel,
    timers,
    ran: () => ran,
    looks: () => looks,
    async look() {
      for (const run of [...timers]) {
        timers.delete(run);
        run();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('an idle moment', () => {
  it('comes when the doors are open, the servers are there and nobody calls; once', async () => {
    const given = moments();
    given.now.ready = false;
    await given.look();
    given.list();
    given.now.ready = true;
    given.now.inFlight = 1;
    await given.look();
    expect(given.ran()).toBe(0);
    given.now.inFlight = 0;
    await given.look();
    await given.look();
    expect(given.ran()).toBe(1);
    expect(given.timers.size).toBe(0);
  });

  it('is waited for without looking at all servers again and again', async () => {
    const given = moments();
    given.list();
    given.now.inFlight = 1;
    for (let look = 0; look < 5; look += 1) await given.look();
    given.now.inFlight = 0;
    await given.look();
    expect([given.ran(), given.looks()]).toEqual([1, 1]);
  });

  it('does not come once it was given up', async () => {
    const given = moments();
    await given.look();
    given.cancel();
    given.list();
    await given.look();
    expect({ ran: given.ran(), timers: given.timers.size }).toEqual({ ran: 0, timers: 0 });
  });
});

import type { Clock, Status } from '@switchyard/plugin-api';

/** What tells an idle moment. */
export interface Moments {
  readonly clock: Clock;
  readonly status: () => Status;
  readonly listed: () => Promise<void>;
}

/** How often to look, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Runs something once when the doors are open, the servers are there and no call is under way. Where calls never cease
 * it never runs.
 * @returns a function that gives it up.
 */
export function whenIdle({ clock, status, listed }: Moments, run: () => void): () => void {
  let phase: 'looking' | 'over' = 'looking';
  let cancelTimer = clock.after(LOOK_MS, look);

  function look(): void {
    // Before the doors are open nobody knows which servers there will be.
    if (status().ready) void listed().then(afterServers);
    else again();
  }

  function afterServers(): void {
    if (phase === 'over') return;
    if (status().ledger.inFlight > 0) return again();
    phase = 'over';
    run();
  }

  function again(): void {
    cancelTimer = clock.after(LOOK_MS, look);
  }

  return () => {
    phase = 'over';
    cancelTimer();
  };
}

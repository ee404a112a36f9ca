import type { Clock, LedgerBalance, Status } from '@switchyard/plugin-api';

/** What tells an idle moment. */
export interface Moments {
  readonly clock: Clock;
  readonly status: () => Status;
  /** Asked each second, which must not cost a look at every server. */
  readonly ledger: () => LedgerBalance;
  readonly listed: () => Promise<void>;
}

/** How often to look, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Runs something once when the doors are open, the servers are there and no call is under way. Where calls never cease
 * it never runs.
 * @returns a function that gives it up.
 */
export function whenIdle({ clock, status, ledger, listed }: Moments, run: () => void): () => void {
  let phase: 'early' | 'looking' | 'over' = 'early';
  let cancelTimer = clock.after(LOOK_MS, look);

  function look(): void {
    // Before the doors are open nobody knows which servers there will be.
    if (phase === 'early' && !status().ready) return again();
    phase = 'looking';
    void listed().then(afterServers);
  }

  function afterServers(): void {
    if (phase === 'over') return;
    if (ledger().inFlight > 0) return again();
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

import type { Clock } from '@switchyard/plugin-api';

/** How many wrong tokens one address may send, and how many addresses are remembered. */
export interface AttemptLimits {
  readonly maxFailures: number;
  readonly windowMs: number;
  readonly maxAddresses: number;
}

/** Ten a minute: nobody types faster, and a program that is told 401 ten times does not know the token. */
export const ATTEMPT_LIMITS: AttemptLimits = { maxFailures: 10, windowMs: 60_000, maxAddresses: 1_000 };

/** Wrong tokens by the address that they came from. */
export interface Attempts {
  /** For how many milliseconds tokens from there are not looked at; 0: they are. */
  blockedMs(address: string): number;
  /** A wrong one came. Returns whether it was one too many. */
  failed(address: string): boolean;
  readonly counts: {
    /** Addresses that are remembered. */
    addresses: number;
    /** Addresses that were forgotten before their minute was over, because there were too many. */
    forgotten: number;
  };
}

/**
 * Counts wrong tokens in a window that begins with the first of them. What is over its limit is blocked until the window
 * ends, and not longer for trying on: a program with an old token would never come back.
 */
export function createAttempts(clock: Clock, limits: AttemptLimits = ATTEMPT_LIMITS): Attempts {
  // In the order in which windows began, which is the order in which they end.
  const windows = new Map<string, { readonly endsAt: number; failures: number }>();
  const counts = { addresses: 0, forgotten: 0 };

  function makeRoom(now: number): void {
    for (const [address, { endsAt }] of windows) {
      const isOver = endsAt <= now;
      if (!isOver && windows.size < limits.maxAddresses) break;
      windows.delete(address);
      if (!isOver) counts.forgotten += 1;
    }
  }

  return {
    counts,
    blockedMs(address) {
      const window = windows.get(address);
      if (!window || window.failures < limits.maxFailures) return 0;
      return Math.max(0, window.endsAt - clock.now());
    },
    failed(address) {
      const now = clock.now();
      makeRoom(now);
      let window = windows.get(address);
      if (!window) {
        window = { endsAt: now + limits.windowMs, failures: 0 };
        windows.set(address, window);
      }
      window.failures += 1;
      counts.addresses = windows.size;
      return window.failures === limits.maxFailures;
    },
  };
}

import type { Supervisor } from '@switchyard/connection';
import { keepAlive, type Kernel } from '@switchyard/kernel';
import { store, type Clock, type Endpoint } from '@switchyard/plugin-api';
import type { HistoryKeeper } from './history/history-keeper.ts';
import { forgetInstance } from './instance-file.ts';

/** How long calls under way may go on when the gateway stops, in milliseconds. */
export const DRAIN_MS = 10_000;
/** How much longer the doors have: the end of the servers answers what is left, and that has to reach its clients. */
const FAREWELL_MS = 2_000;
/** How much longer a door may take to close before it is given up. */
const LATE_MS = 1_000;

/** What a gateway is made of while it runs. */
export interface Running {
  readonly doors: readonly Endpoint[];
  /** Undefined where the boot did not come so far. */
  readonly supervisor: Supervisor | undefined;
  readonly history: HistoryKeeper | undefined;
  readonly kernel: Kernel;
  readonly runId: string;
  readonly clock: Clock;
}

/** A stop that has begun. */
export interface Shutdown {
  /** What is not over yet, for people. */
  waitsFor(): readonly string[];
  /** Resolves to what went wrong on the way, when nothing remains. Never rejects. */
  readonly done: Promise<readonly unknown[]>;
}

/**
 * Undoes a running gateway: the doors refuse what is new, calls under way have `DRAIN_MS`, then the servers are ended,
 * which answers the rest. Takes every step, whatever became of the one before: what is left running is worse than what
 * was not tidied up.
 */
export function shutDown({ doors, supervisor, history, kernel, runId, clock }: Running): Shutdown {
  const open = new Set(doors);
  const failures: unknown[] = [];

  async function attempt(step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }

  async function run(): Promise<readonly unknown[]> {
    const letGo = keepAlive();
    const beganAt = clock.now();
    const closed = Promise.all(
      doors.map((door) => attempt(() => close(door).finally(() => open.delete(door)))),
    );
    await soonest(clock, DRAIN_MS, closed);
    // What is left of it is for calls that came by no door.
    const left = Math.max(0, beganAt + DRAIN_MS - clock.now());
    await attempt(() => supervisor?.close(left));
    await closed;
    await attempt(() => history?.close());
    await attempt(() => forgetInstance(kernel.find(store), runId));
    await attempt(() => kernel.close());
    letGo();
    return failures;
  }

  /** A door that does not close in its time is left to its plugin's scope. */
  async function close(door: Endpoint): Promise<void> {
    const graceMs = DRAIN_MS + FAREWELL_MS;
    const isClosed = door.close(graceMs).then(() => true);
    if ((await soonest(clock, graceMs + LATE_MS, isClosed)) !== true)
      throw new Error(`the endpoint "${door.kind}" did not close in its time`);
  }

  return {
    waitsFor: () => [
      ...[...open].map(({ kind }) => `the endpoint "${kind}"`),
      ...(supervisor?.leaving ?? []).map((name) => `the server ${name}`),
      ...(kernel.undoing === undefined ? [] : [`the plugin ${kernel.undoing}`]),
    ],
    done: run(),
  };
}

/** What `work` resolves to, or undefined if that takes longer than `ms` milliseconds. */
async function soonest<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  let cancelTimer = () => {};
  const late = new Promise<undefined>((resolve) => {
    cancelTimer = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancelTimer();
  }
}

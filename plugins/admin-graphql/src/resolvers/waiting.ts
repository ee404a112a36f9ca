import { SwitchyardError, type ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { badInput } from './bad-input.ts';
import { serverUnknown } from './find-server.ts';
import { AIMS, judge, type Order } from './order.ts';
import { userError, type UserError } from './user-error.ts';

/** How long anybody may wait for an order, in milliseconds. */
const LONGEST_MS = 600_000;
/** How many may wait at a time, all clients together: each holds a request, a subscription and a timer. */
export const MOST_WAITS = 64;

/** What all operations of one API share: how many wait. */
export class WaitingRoom {
  #waiting = 0;
  #refused = 0;

  /** Runs a wait, unless too many do. */
  async admit<T>(wait: () => Promise<T>): Promise<T | UserError> {
    if (this.#waiting >= MOST_WAITS) {
      this.#refused += 1;
      return userError(new SwitchyardError('WAITS_LIMIT', { limit: MOST_WAITS }), ['waitFor']);
    }
    this.#waiting += 1;
    try {
      return await wait();
    } finally {
      this.#waiting -= 1;
    }
  }

  get counts(): { readonly waiting: number; readonly refused: number } {
    return { waiting: this.#waiting, refused: this.#refused };
  }
}

/** @throws BAD_USER_INPUT */
export function checkedWait(ms: number): number {
  if (ms <= LONGEST_MS) return ms;
  throw badInput(`waitFor must be at most ${LONGEST_MS / 60_000} minutes`);
}

/** An order that was given. */
export interface GivenOrder {
  readonly order: Order;
  readonly name: string;
  /** The number of the server's latest transition before it. */
  readonly since: number;
  /** Rejects if it cannot be carried out. */
  readonly given: Promise<void>;
}

/** Waits for what an order aims at; resolves to why it was not reached, if it was not. */
export function reached(
  context: AdminContext,
  { order, name, since, given }: GivenOrder,
  ms: number,
): Promise<UserError | undefined> {
  const { servers, clock } = context;
  const present = () => servers.list().find((server) => server.name === name);
  const removed = () => userError(serverUnknown(context, name), ['server']);
  return new Promise((resolve, reject) => {
    const look = (view: ServerView) => {
      const verdict = judge(order, view, since);
      if (verdict.kind !== 'pending') finish(verdict.kind === 'failed' ? verdict.error : undefined);
    };
    const subscription = servers.changes$.subscribe((view) => {
      if (view.name === name) look(view);
    });
    const cancelTimer = clock.after(ms, () => {
      const view = present();
      finish(view ? timedOut(order, view, ms) : removed());
    });
    const finish = (error: UserError | undefined) => {
      subscription.unsubscribe();
      cancelTimer();
      resolve(error);
    };
    given.catch((error: unknown) => {
      if (!SwitchyardError.is(error)) reject(error as Error);
      finish(userError(SwitchyardError.from(error)));
    });
    const view = present();
    if (view) look(view);
    else finish(removed());
  });
}

function timedOut(order: Order, { name, phase }: ServerView, ms: number): UserError {
  const details = { server: name, aim: AIMS[order], seconds: ms / 1_000, phase };
  return userError(new SwitchyardError('WAIT_TIMED_OUT', details), ['waitFor']);
}

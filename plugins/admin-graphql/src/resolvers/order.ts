import { SwitchyardError, takesCalls, type ServerTransition, type ServerView } from '@switchyard/plugin-api';
import { userError, userErrorOf, type UserError } from './user-error.ts';

/** What can be ordered of a server and aims at a phase. */
export type Order = 'start' | 'stop' | 'restart';

/** What a view tells of an order that was given when the server's latest transition had the number `since`. */
export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'reached' }
  | { readonly kind: 'failed'; readonly error: UserError };

/** The phase that an order aims at. */
export const AIMS: Readonly<Record<Order, 'ready' | 'stopped'>> = {
  start: 'ready',
  restart: 'ready',
  stop: 'stopped',
};

/** Why an order cannot be given to a server; undefined if it can. Nothing runs of what is turned off, so it is stopped. */
export function refusal(order: Order | 'refresh', view: ServerView): UserError | undefined {
  if (order === 'stop') return undefined;
  if (view.phase === 'disabled') {
    return userError(new SwitchyardError('SERVER_DISABLED', { server: view.name }), ['server']);
  }
  // Its entry is wrong: no order makes it right.
  return hasNoLife(view) && view.problem ? { ...userErrorOf(view.problem), field: ['server'] } : undefined;
}

/** Whether an order is carried out, as far as a view tells. Pure. */
export function judge(order: Order, view: ServerView, since: number): Verdict {
  if (hasNoLife(view)) return { kind: 'reached' };
  const news = view.transitions.filter(({ seq }) => seq > since);
  const aim = AIMS[order];
  if (hasReached(order, view, news)) return { kind: 'reached' };
  const latest = news.at(-1);
  if (latest !== undefined && isOvertaken(aim, view)) {
    return { kind: 'failed', error: overtaken(view) };
  }
  if (aim === 'ready' && GIVEN_UP.has(view.phase) && (latest !== undefined || order === 'start')) {
    const error = view.problem ? userErrorOf(view.problem) : overtaken(view);
    return { kind: 'failed', error };
  }
  return { kind: 'pending' };
}

function hasReached(order: Order, { phase }: ServerView, news: readonly ServerTransition[]): boolean {
  switch (order) {
    case 'start':
      return takesCalls(phase) || news.some(({ to }) => takesCalls(to));
    case 'restart':
      return news.some(({ to }) => takesCalls(to));
    case 'stop':
      return phase === 'stopped' || news.some(({ to }) => to === 'stopped');
  }
}

function isOvertaken(aim: 'ready' | 'stopped', { desired }: ServerView): boolean {
  return aim === 'ready' ? desired === 'stopped' : desired === 'ready';
}

function overtaken({ name, desired }: ServerView): UserError {
  return userError(new SwitchyardError('ORDER_OVERTAKEN', { server: name, desired }));
}

function hasNoLife({ connections }: ServerView): boolean {
  return connections.length === 0;
}

const GIVEN_UP: ReadonlySet<string> = new Set(['failed', 'auth_required']);

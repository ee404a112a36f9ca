import type { ServerTransition, ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import type { Feed } from './feed.ts';
import { theServer } from './find-server.ts';
import { matchesServer, type ServerFilter } from './server.ts';

/** The arguments of `serverStateChanged`. */
export interface ServerEventArguments {
  readonly server?: string | null;
  readonly filter?: ServerFilter | null;
  readonly snapshot?: boolean | null;
}

/** What the event says, beside its place in the subscription. */
export interface ServerEvent {
  readonly seq: number;
  readonly server: ServerView;
  readonly transition: ServerTransition | undefined;
}

/** The present of each server, then each change of phase once. @throws SERVER_UNKNOWN */
export function serverEvents(
  { server, filter, snapshot }: ServerEventArguments,
  context: AdminContext,
): Feed<ServerEvent> {
  const only = server == null ? undefined : theServer(context, server).name;
  const concerns = (view: ServerView) => only === undefined || view.name === only;
  /** What this subscriber was told of each server, or would have been. */
  const told = new Map<string, { readonly seq: number; readonly phase: string }>();
  let seq = 0;

  /** What of a view is news. A view may come again, and may carry more than one new transition. */
  function eventsOf(view: ServerView): readonly ServerEvent[] {
    const before = told.get(view.name);
    const last = view.transitions.at(-1)?.seq ?? before?.seq ?? 0;
    told.set(view.name, { seq: last, phase: view.phase });
    const news = before ? view.transitions.filter((transition) => transition.seq > before.seq) : [];
    // A server that is new here, or was made anew by another configuration, has a present and no way to it.
    const isOther = !before || (news.length === 0 && before.phase !== view.phase);
    const moments: readonly (ServerTransition | undefined)[] = isOther ? [undefined] : news;
    return moments
      .filter((transition) => matchesServer(view, filter, transition?.to))
      .map((transition) => ({ seq: (seq += 1), server: view, transition }));
  }

  return {
    first: () => {
      const present = context.servers.list().filter(concerns).flatMap(eventsOf);
      if (snapshot !== false) return present;
      seq = 0;
      return [];
    },
    source: {
      subscribe: (next) =>
        context.servers.changes$.subscribe((view) => {
          if (concerns(view)) for (const event of eventsOf(view)) next(event);
        }),
    },
  };
}

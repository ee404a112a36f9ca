import type { AdminContext, Delivered } from '../admin-api.ts';
import { MAX_WAITING_EVENTS } from '../http/options.ts';
import { boundedEvents } from '../http/stream.ts';
import { catalogEvents, type CatalogEvent } from './catalog-events.ts';
import type { Feed } from './feed.ts';
import { logEvents, type LogEvent, type LogEventArguments } from './log-events.ts';
import { serverEvents, type ServerEvent } from './server-events.ts';

/** A subscription to a feed. */
function follow<T>(feed: Feed<T>, context: AdminContext) {
  return boundedEvents<T>(feed.source, {
    limit: MAX_WAITING_EVENTS,
    first: feed.first,
    onDropped: (count) => context.missed(count),
  });
}

export const eventResolvers = {
  Subscription: {
    serverStateChanged: {
      subscribe: (_root: unknown, given: Parameters<typeof serverEvents>[0], context: AdminContext) =>
        follow(serverEvents(given, context), context),
      resolve: ({ value, dropped }: Delivered<ServerEvent>) => ({ ...value, dropped }),
    },
    catalogChanged: {
      subscribe: (_root: unknown, given: Parameters<typeof catalogEvents>[0], context: AdminContext) =>
        follow(catalogEvents(given, context), context),
      resolve: ({ value, dropped }: Delivered<CatalogEvent>) => ({ ...value, dropped }),
    },
    logged: {
      subscribe: (_root: unknown, given: LogEventArguments, context: AdminContext) =>
        follow(logEvents(given, context), context),
      resolve: ({ value: { entry, gone }, dropped }: Delivered<LogEvent>) => ({
        seq: entry.seq,
        dropped: dropped + gone,
        entry,
      }),
    },
  },
  CatalogEvent: {
    server: ({ server }: CatalogEvent, _arguments: unknown, context: AdminContext) =>
      context.serverNamed(server),
    removed: ({ removed }: CatalogEvent, _arguments: unknown, context: AdminContext) =>
      removed.map((name) => context.redact(name)),
  },
};

import { LINE_LEVELS, type LineLevel, type LogEntry } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { serverOf } from './find-server.ts';
import { checkedCount } from './page.ts';

/** Which lines; what is absent does not matter. */
export interface LineFilter {
  readonly level?: LineLevel | null;
  readonly server?: string | null;
  readonly plugin?: string | null;
  readonly search?: string | null;
}

/** A test for lines. A server that is not configured (any more) is meant by its name. */
export function lineMatcher(context: AdminContext, filter: LineFilter): (line: LogEntry) => boolean {
  const { level, server, plugin, search } = filter;
  const least = LINE_LEVELS.indexOf(level ?? 'info');
  const name = server == null ? undefined : (serverOf(context, server)?.name ?? server);
  const words = search?.toLowerCase();
  return (line) =>
    LINE_LEVELS.indexOf(line.level) >= least &&
    (name === undefined || line.server === name) &&
    (plugin == null || line.plugin === plugin) &&
    (words === undefined || line.message.toLowerCase().includes(words));
}

export const logResolvers = {
  Query: {
    logs(
      _root: unknown,
      { last, ...filter }: LineFilter & { readonly last: number },
      context: AdminContext,
    ): readonly LogEntry[] {
      const count = checkedCount('last', last);
      return context.logs.recent().filter(lineMatcher(context, filter)).slice(-count);
    },
  },
};

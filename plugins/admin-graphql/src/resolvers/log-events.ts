import type { LogEntry } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import type { Feed } from './feed.ts';
import { lineMatcher, type LineFilter } from './logs.ts';

/** The arguments of `logged`. */
export interface LogEventArguments extends Omit<LineFilter, 'search'> {
  readonly afterSeq?: number | null;
  /** Milliseconds since 1970. */
  readonly afterAt?: number | null;
}

/** A line, and how many before it were not kept until somebody came back for them. */
export interface LogEvent {
  readonly entry: LogEntry;
  readonly gone: number;
}

/** The kept lines after one, if that was asked for, then each line. */
export function logEvents(
  { afterSeq, afterAt, ...filter }: LogEventArguments,
  context: AdminContext,
): Feed<LogEvent> {
  const matches = lineMatcher(context, filter);
  let gone = 0;
  const told = (entry: LogEntry): LogEvent => {
    const event = { entry, gone };
    gone = 0;
    return event;
  };
  return {
    first() {
      if (afterSeq == null) return [];
      const kept = context.logs.recent();
      // Lines count from 1 in each run of the gateway: the number of another run says nothing of these.
      const isOfThisRun =
        afterSeq <= (kept.at(-1)?.seq ?? 0) && (afterAt == null || afterAt >= context.status().startedAt);
      const last = isOfThisRun ? afterSeq : 0;
      gone = Math.max(0, (kept[0]?.seq ?? 0) - last - 1);
      return kept.filter((line) => line.seq > last && matches(line)).map(told);
    },
    source: {
      subscribe: (next) =>
        context.logs.lines$.subscribe((line) => {
          if (matches(line)) next(told(line));
        }),
    },
  };
}

import type { LineLevel, Log, LogFields } from '@switchyard/plugin-api';
import { logOf } from './log.ts';

type Line = readonly [level: LineLevel, message: string, fields: LogFields];

/** How many lines may come before the log is there. */
const MOST = 1_000;

/** A log, and when its lines are out. */
export interface LateLog extends Log {
  /** Resolves when nothing waits any more: whoever ends the process by force would lose its last words. */
  written(): Promise<void>;
}

/**
 * A log that is loaded when its first line comes: most starts have nothing to log, and none should take longer for what
 * it might have had. Lines that come meanwhile wait their turn; of those over the limit the last line tells how many.
 * @param otherwise the log if that one cannot be loaded: a file cannot be read where no descriptor is left, which is
 * when there is something to say
 */
export function lateLog(load: () => Promise<Log>, otherwise: Log): LateLog {
  let waiting: Line[] | undefined;
  let dropped = 0;
  let loaded: Log | undefined;
  let loading: Promise<void> | undefined;

  const begin = async (): Promise<void> => {
    const log = await load().catch((error: unknown) => {
      otherwise.error('the log could not be loaded, so this is another one', { error });
      return otherwise;
    });
    loaded = log;
    for (const [level, message, fields] of waiting?.splice(0) ?? []) log[level](message, fields);
    if (dropped > 0) log.warn('lines were not written: too many came before the log was there', { dropped });
  };
  const log = logOf((level, message, fields) => {
    if (loaded) return loaded[level](message, fields);
    if (!waiting) {
      waiting = [];
      loading = begin();
    }
    if (waiting.length < MOST) waiting.push([level, message, fields]);
    else dropped += 1;
  });
  return { ...log, written: async () => loading };
}

import type { Log } from '@switchyard/plugin-api';
import pino from 'pino';
import { logOf, type LogSink } from './log.ts';
import { printable } from './printable.ts';

/** What each line has by itself: a fact of the same name would be there twice, and one of the two lost. */
const OWN: ReadonlySet<string> = new Set(['level', 'time', 'message']);

/** JSON for programs: one object a line with `level`, `time`, `message`, and all facts beside them. */
export function jsonLog({ write, now }: LogSink): Log {
  const logger = pino(
    {
      level: 'trace',
      // Neither pid nor host: they are the same in each line, and known to whoever collects them.
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: (error: unknown) => (error instanceof Error ? error.message : error) },
    },
    // JSON escapes few of the characters that a terminal obeys.
    { write: (line) => write(printable(line.trimEnd())) },
  );
  return logOf((level, message, fields) => {
    const facts = Object.entries(fields).map(([key, value]) => [OWN.has(key) ? `${key}_` : key, value]);
    logger[level](Object.fromEntries(facts), message);
  });
}

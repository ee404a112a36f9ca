import type { LineLevel, Log, LogFields } from '@switchyard/plugin-api';
import { printable } from './printable.ts';

/** Where the lines of a log go. Which of them, and without secrets: that is the gateway's business, whose log it is. */
export interface LogSink {
  /** Takes one line, without its line break. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Writes one line of a log. */
export type WriteLine = (level: LineLevel, message: string, fields: LogFields) => void;

/** A log of lines that `write` takes. */
export function logOf(write: WriteLine, facts: LogFields = {}): Log {
  const at =
    (level: LineLevel): Log['info'] =>
    (message, fields) =>
      write(level, message, { ...facts, ...fields });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (more) => logOf(write, { ...facts, ...more }),
  };
}

/** Text for people: one line each, control characters made visible. */
export function textLog({ write, now }: LogSink): Log {
  return logOf((level, message, { plugin, server, ...rest }) => {
    const time = new Date(now()).toISOString().slice(11, 19);
    const from = [plugin, server].filter((name) => name !== undefined).map((name) => `[${String(name)}] `);
    const facts = Object.entries(rest).map(([key, value]) => ` ${key}=${shown(value)}`);
    write(printable(`${time} ${level.padEnd(5)} ${from.join('')}${message}${facts.join('')}`));
  });
}

/** Errors have nothing that JSON sees; their message is what a log is for. */
function shown(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

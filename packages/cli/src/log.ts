import type { Log, LogFields } from '@switchyard/plugin-api';
import { printable } from './printable.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** What is written of the log, and how. */
export interface LogOptions {
  /** The least level that is written. */
  readonly level: (typeof LEVELS)[number];
  /** One JSON object a line, for programs; else text for people. */
  readonly json: boolean;
  /** Takes one line, without its line break. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A log that writes lines. */
export function createLog(options: LogOptions, facts: LogFields = {}): Log {
  const { level, json, write, now } = options;
  const at =
    (name: Exclude<(typeof LEVELS)[number], 'trace'>): Log['info'] =>
    (message, fields) => {
      if (LEVELS.indexOf(name) < LEVELS.indexOf(level)) return;
      const all = { ...facts, ...fields };
      const time = new Date(now()).toISOString();
      write(
        json ? JSON.stringify({ time, level: name, message, ...plain(all) }) : text(time, name, message, all),
      );
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createLog(options, { ...facts, ...fields }),
  };
}

/** Errors have nothing that JSON sees; their message is what a log is for. */
function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  );
}

function text(time: string, level: string, message: string, fields: LogFields): string {
  const { plugin, server, ...rest } = plain(fields);
  const from = [plugin, server].filter((name) => name !== undefined).map((name) => `[${String(name)}] `);
  const facts = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return printable(`${time.slice(11, 19)} ${level.padEnd(5)} ${from.join('')}${message}${facts.join('')}`);
}

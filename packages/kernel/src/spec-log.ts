import type { Log, LogFields } from '@switchyard/plugin-api';

/** One line of a recorded log. */
export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export function recordingLog(
  lines: Line[] = [],
  bound: LogFields = {},
): Log & { readonly lines: readonly Line[] } {
  const write =
    (level: Line['level']) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields: { ...bound, ...fields } });
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => recordingLog(lines, { ...bound, ...fields }),
  };
}

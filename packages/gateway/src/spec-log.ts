import type { LineLevel, Log, LogFields } from '@switchyard/plugin-api';

/** One line that was written. */
export interface Line {
  readonly level: LineLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export function recordingLog(
  lines: Line[] = [],
  bound: LogFields = {},
): Log & { readonly lines: readonly Line[] } {
  const write =
    (level: LineLevel): Log['info'] =>
    (message, fields = {}) =>
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

import type { Log, LogFields } from '@switchyard/plugin-api';

/** A log that keeps its lines: level, message and fields. */
export function recordingLog(lines: string[] = []): Log & { readonly lines: readonly string[] } {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields, sayingErrors)}`);
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: () => recordingLog(lines),
  };
}

function sayingErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

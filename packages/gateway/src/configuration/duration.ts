const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of Node overflow at 24.8 days; nothing here is meant to wait longer than a day. */
const LONGEST_MS = 86_400_000;

/**
 * Milliseconds of a duration as a configuration writes it: `30000`, `"500ms"`, `"30s"`, `"5m"`, `"1h"`.
 * Else the reason why it is none.
 */
export function durationOf(value: number | string): number | { readonly reason: string } {
  const ms = typeof value === 'number' ? value : withUnit(value);
  if (typeof ms !== 'number') return ms;
  if (ms < 1 || ms > LONGEST_MS)
    return { reason: 'must be from 1 ms to 24 h; plain numbers are milliseconds' };
  return Math.round(ms);
}

function withUnit(text: string): number | { readonly reason: string } {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * UNITS[unit]!;
  if (/^\d+(\.\d+)?$/.test(text))
    return { reason: `"${text}" has no unit: write "${text}s", "${text}ms" or "${text}m"` };
  return { reason: 'is no duration: write milliseconds as a number, or "500ms", "30s", "5m", "1h"' };
}

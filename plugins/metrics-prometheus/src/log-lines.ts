import { LINE_LEVELS, type Host, type LineLevel, type Logs } from '@switchyard/plugin-api';

/** How many lines of each level were written, those that are kept from before included. Goes on counting. */
export function countLines(host: Pick<Host, 'observe'>, logs: Logs): Readonly<Record<LineLevel, number>> {
  const counts = Object.fromEntries(LINE_LEVELS.map((level) => [level, 0])) as Record<LineLevel, number>;
  for (const { level } of logs.recent()) counts[level] += 1;
  host.observe(logs.lines$, ({ level }) => {
    counts[level] += 1;
  });
  return counts;
}

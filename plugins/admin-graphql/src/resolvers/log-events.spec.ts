import { expect, it } from '@jest/globals';
import type { LogEntry } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { logEvents } from './log-events.ts';

const lineOf = (seq: number, level: LogEntry['level'] = 'info') =>
  ({ seq, level, message: `line ${seq}` }) as LogEntry;

it('counts lines that were not kept until somebody came back for them', () => {
  let write: (line: LogEntry) => void = () => {};
  const contextWith = (kept: readonly LogEntry[]) =>
    ({
      status: () => ({ startedAt: 1_000 }),
      logs: {
        recent: () => kept,
        lines$: { subscribe: (next: typeof write) => ((write = next), { unsubscribe() {} }) },
      },
    }) as unknown as AdminContext;
  const toldOf = (afterSeq: number | null, kept: readonly LogEntry[], afterAt?: number) => {
    const feed = logEvents({ level: 'info', afterSeq, afterAt: afterAt ?? null }, contextWith(kept));
    const told: [number, number][] = [];
    const take = ({ entry, gone }: { entry: LogEntry; gone: number }) => void told.push([entry.seq, gone]);
    feed.source.subscribe(take);
    for (const event of feed.first()) take(event);
    write(lineOf(20, 'debug'));
    write(lineOf(21));
    return told;
  };
  const kept = [lineOf(7), lineOf(8, 'debug'), lineOf(9)];
  expect(toldOf(null, kept)).toEqual([[21, 0]]);
  expect(toldOf(7, kept)).toEqual([
    [9, 0],
    [21, 0],
  ]);
  expect(toldOf(3, kept)).toEqual([
    [7, 3],
    [9, 0],
    [21, 0],
  ]);
  // The gateway was started anew since, as the time says, or the number alone.
  const anew = [
    [7, 6],
    [9, 0],
    [21, 0],
  ];
  expect(toldOf(8, kept, 999)).toEqual(anew);
  expect(toldOf(8, kept, 1_000)).toEqual([
    [9, 0],
    [21, 0],
  ]);
  expect(toldOf(10, kept)).toEqual(anew);
  // Told with whatever comes first.
  expect(toldOf(3, [lineOf(7, 'debug')])).toEqual([[21, 3]]);
});

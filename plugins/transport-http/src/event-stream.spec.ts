import { expect, it } from '@jest/globals';
import type { Clock } from '@switchyard/plugin-api';
import { EventStream, type EventStreamPlan } from './event-stream.ts';
import { SessionHeaders } from './session-headers.ts';
import type { AnswerReader, SocketPool } from './socket-pool.ts';

/** A stream whose attempts and timers are counted. */
function counted(plan: Partial<EventStreamPlan>) {
  const readers: AnswerReader[] = [];
  const timers: (() => void)[] = [];
  const pool = { request: (_request: unknown, reader: AnswerReader) => (readers.push(reader), () => {}) };
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after: (_ms, run) => (timers.push(run), () => {}),
  };
  const stream = new EventStream(
    {
      pool: pool as unknown as SocketPool,
      path: '/',
      headers: new SessionHeaders({}),
      maxMessageBytes: 100,
      clock,
      chance: () => 0.5,
    },
    {
      next: () => ({ kind: 'again', waitMs: 0 }),
      emit: () => {},
      stopped: () => {},
      ignored: () => {},
      ...plan,
    },
  );
  return { stream, readers, timers };
}

it.each([0, 100])('is not asked for again where it is closed by who hears of it (%d ms)', (waitMs) => {
  const { stream, readers, timers } = counted({
    next: () => ({ kind: 'again', waitMs }),
    again: () => stream.close(),
  });
  stream.open();
  readers[0]!.ended();
  expect([readers.length, timers.length, stream.isThere]).toEqual([1, 0, false]);
});

it('is not asked for where it was closed before its time came', () => {
  const { stream, readers, timers } = counted({});
  stream.open(100);
  stream.close();
  timers[0]!();
  expect(readers).toEqual([]);
});

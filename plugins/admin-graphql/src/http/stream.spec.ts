import { describe, expect, it } from '@jest/globals';
import { boundedEvents } from './stream.ts';

function scripted() {
  const subscribers = new Set<(value: number) => void>();
  return {
    subscribers,
    emit: (...values: number[]) => values.forEach((value) => subscribers.forEach((next) => next(value))),
    subscribe(next: (value: number) => void) {
      subscribers.add(next);
      return { unsubscribe: () => void subscribers.delete(next) };
    },
  };
}

const ignore = () => undefined;

describe('boundedEvents', () => {
  it('tells each event in order, and waits for those to come', async () => {
    const source = scripted();
    const events = boundedEvents(source, { limit: 10, onDropped: ignore });
    const waiting = events.next();
    source.emit(1, 2);
    expect(await waiting).toEqual({ done: false, value: { value: 1, dropped: 0 } });
    expect(await events.next()).toEqual({ done: false, value: { value: 2, dropped: 0 } });
  });

  it('begins with the present, and has all that came since', async () => {
    const source = scripted();
    const first = function* () {
      // A change while the present is being read belongs after it.
      source.emit(7);
      yield* [1, 2];
    };
    const events = boundedEvents(source, { limit: 10, first, onDropped: ignore });
    const read = [await events.next()];
    source.emit(8);
    read.push(await events.next(), await events.next(), await events.next());
    expect(read.map(({ value }) => value.value)).toEqual([1, 2, 7, 8]);
  });

  it('loses the oldest over its limit, and says how many with the next one', async () => {
    const source = scripted();
    const counted: number[] = [];
    const onDropped = (count: number) => counted.push(count);
    const events = boundedEvents(source, { limit: 3, first: () => [0, 0], onDropped });
    await events.next();
    source.emit(1, 2, 3, 4, 5);
    // The rest of the present is before what was lost.
    expect((await events.next()).value).toEqual({ value: 0, dropped: 0 });
    expect((await events.next()).value).toEqual({ value: 3, dropped: 2 });
    expect((await events.next()).value).toEqual({ value: 4, dropped: 0 });
    source.emit(6, 7, 8, 9);
    expect((await events.next()).value).toEqual({ value: 7, dropped: 2 });
    expect(counted).toEqual([1, 1, 1, 1]);
  });

  it('holds no source before the first read, and none after the end, even while somebody waits', async () => {
    const source = scripted();
    const events = boundedEvents(source, { limit: 3, onDropped: ignore });
    expect(source.subscribers.size).toBe(0);
    const waiting = events.next();
    expect(source.subscribers.size).toBe(1);
    await events.return!();
    expect(source.subscribers.size).toBe(0);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });

    const unread = boundedEvents(source, { limit: 3, onDropped: ignore });
    await unread.return!();
    expect(await unread.next()).toEqual({ done: true, value: undefined });
    expect(source.subscribers.size).toBe(0);
  });

  it('ends with what its present throws', async () => {
    const source = scripted();
    const first = () => {
      throw new Error('no present');
    };
    const events = boundedEvents(source, { limit: 3, first, onDropped: ignore });
    await expect(events.next()).rejects.toThrow('no present');
    expect(source.subscribers.size).toBe(0);
  });
});

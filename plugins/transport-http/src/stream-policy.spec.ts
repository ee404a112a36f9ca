import { describe, expect, it } from '@jest/globals';
import { type Attempts, nextOfRequest, nextOfSession, resumeMs } from './stream-policy.ts';

const before = (more: Partial<Attempts> = {}): Attempts => ({
  opened: 1,
  fruitless: 1,
  retryMs: undefined,
  hasEventId: false,
  chance: 1,
  ...more,
});
const refused = (status: number) => ({ kind: 'refused', status }) as const;
const ended = { kind: 'ended', fruitful: true } as const;
const broken = { kind: 'broken', reason: 'reset' } as const;
const unconnected = { kind: 'unconnected', reason: 'connection refused' } as const;

describe('the stream of a session', () => {
  it.each([200, 307, 400, 401, 403, 404, 405, 406, 409, 429, 500, 503])(
    'is none if the first answer is %d',
    (status) => {
      expect(nextOfSession(refused(status), before({ opened: 0 }))).toMatchObject({
        kind: 'stop',
        stop: { kind: 'none' },
      });
    },
  );

  it('was there, and the session is forgotten with 404', () => {
    const forgotten = { kind: 'stop', stop: { kind: 'forgotten', status: 404 } };
    expect(nextOfSession(refused(404), before())).toEqual(forgotten);
    expect(nextOfSession(refused(404), before({ hasEventId: true }))).toEqual(forgotten);
  });

  it('was there, and 400 may mean its event id, and then the session', () => {
    expect(nextOfSession(refused(400), before({ hasEventId: true }))).toEqual({
      kind: 'again',
      waitMs: 0,
      fromTheStart: true,
    });
    expect(nextOfSession(refused(400), before())).toMatchObject({ stop: { kind: 'forgotten' } });
  });

  it('was there, and is given up when the server has none any more', () => {
    for (const status of [401, 403, 405, 406])
      expect(nextOfSession(refused(status), before())).toMatchObject({ stop: { kind: 'none' } });
    for (const status of [409, 429, 500, 503]) {
      expect(nextOfSession(refused(status), before({ fruitless: 4 })).kind).toBe('again');
      expect(nextOfSession(refused(status), before({ fruitless: 5 })).kind).toBe('stop');
    }
  });

  it('is asked for ever more rarely, and never all at one time', () => {
    const waits = (chance: number) =>
      [0, 1, 2, 3, 8, 60]
        .map((fruitless) => nextOfSession(ended, before({ fruitless, chance })))
        .map((next) => next.kind === 'again' && next.waitMs);
    expect(waits(1)).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
    expect(waits(0)).toEqual([250, 500, 1000, 2000, 15_000, 15_000]);
  });

  it('is asked for when the server says', () => {
    const wait = (retryMs: number, fruitless: number) => nextOfSession(ended, before({ retryMs, fruitless }));
    expect(wait(3000, 0)).toMatchObject({ waitMs: 3000 });
    expect(wait(0, 0)).toMatchObject({ waitMs: 100 });
    expect(wait(1e12, 0)).toMatchObject({ waitMs: 30_000 });
    expect(wait(10, 3)).toMatchObject({ waitMs: 4000 });
  });

  it('tells that the server is away when it cannot be reached again and again', () => {
    expect(nextOfSession(unconnected, before({ fruitless: 4 })).kind).toBe('again');
    expect(nextOfSession(unconnected, before({ fruitless: 5 }))).toEqual({
      kind: 'stop',
      stop: { kind: 'unreachable', reason: 'connection refused' },
    });
    expect(nextOfSession(broken, before({ fruitless: 5 }))).toMatchObject({
      stop: { kind: 'none', cause: 'reset' },
    });
  });
});

describe('the stream of a request', () => {
  it('is asked for again after its end, as long as attempts succeed', () => {
    expect(nextOfRequest(ended, before())).toEqual({ kind: 'again', waitMs: 1000 });
    expect(nextOfRequest(ended, before({ fruitless: 60, retryMs: 20 }))).toEqual({
      kind: 'again',
      waitMs: 100,
    });
    expect(nextOfRequest(ended, before({ opened: 100 })).kind).toBe('stop');
  });

  it('is given up after some attempts, or at once where there is no hope', () => {
    for (const end of [unconnected, broken, refused(503), refused(409)]) {
      expect(nextOfRequest(end, before({ fruitless: 4 })).kind).toBe('again');
      expect(nextOfRequest(end, before({ fruitless: 5 }))).toMatchObject({ stop: { kind: 'none' } });
    }
    expect(nextOfRequest(refused(405), before())).toMatchObject({ stop: { kind: 'none', status: 405 } });
    expect(nextOfRequest(refused(404), before())).toMatchObject({ stop: { kind: 'forgotten' } });
  });

  it('waits 1 s, or what the server asks, within bounds', () => {
    expect([undefined, 0, 2500, 1e9].map(resumeMs)).toEqual([1000, 100, 2500, 30_000]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.ts';

const LIMITS = { maxRequestsPerTurn: 4, maxRequestsWaiting: 6, maxWaitingBytes: 1_000 };

function openTurns(limits: Partial<typeof LIMITS> = {}) {
  const counts = { turnsAwaited: 0, turnsRefused: 0 };
  const turns = new Turns({ ...LIMITS, ...limits }, counts);
  const begun: number[] = [];
  /** Notes when the request begins, or what it is told instead. */
  const ask = (request: number, bytes = 1): string | undefined => {
    const turn = turns.enter(bytes);
    if (typeof turn === 'string') return turn;
    if (turn === undefined) begun.push(request);
    else void turn.then(() => begun.push(request));
    return undefined;
  };
  return { counts, begun, ask, turns };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const upTo = (count: number) => Array.from({ length: count }, (_, request) => request);
const watchers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Immediate').length;

describe('requests that come in one turn of the event loop', () => {
  it('begin in order, so many in this one, and as many in each that follows', async () => {
    const { counts, begun, ask } = openTurns();
    for (const request of upTo(10)) expect(ask(request)).toBeUndefined();
    expect(begun).toEqual(upTo(4));
    expect(counts.turnsAwaited).toBe(6);
    await turn();
    expect(begun).toEqual(upTo(8));
    expect(counts.turnsAwaited).toBe(2);
    await turn();
    expect(begun).toEqual(upTo(10));
    expect(counts).toEqual({ turnsAwaited: 0, turnsRefused: 0 });
  });

  it('never pass those that wait already', async () => {
    const { begun, ask } = openTurns();
    for (const request of upTo(5)) ask(request);
    await turn();
    for (const request of [5, 6, 7, 8, 9]) ask(request);
    await turn();
    await turn();
    expect(begun).toEqual(upTo(10));
  });

  it('are refused at once where too many wait, and begin again when fewer do', async () => {
    const { counts, begun, ask } = openTurns();
    const told = upTo(12).map((request) => ask(request));
    expect(told.slice(0, 10)).toEqual(upTo(10).map(() => undefined));
    expect(told.slice(10)).toEqual(['too many', 'too many']);
    expect(counts).toEqual({ turnsAwaited: 6, turnsRefused: 2 });
    await turn();
    expect(ask(10)).toBeUndefined();
    await turn();
    await turn();
    expect(begun).toEqual(upTo(11));
  });

  it('are refused where the bodies of those that wait are too large; one waits whatever its size', async () => {
    const { counts, begun, ask } = openTurns();
    for (const request of upTo(4)) ask(request, 5_000);
    expect(ask(4, 5_000)).toBeUndefined();
    expect(ask(5, 1)).toBe('too much');
    await turn();
    expect(begun).toEqual(upTo(5));
    for (const request of [5, 6, 7]) ask(request, 1);
    expect([ask(8, 600), ask(9, 600)]).toEqual([undefined, 'too much']);
    expect(counts.turnsRefused).toBe(2);
  });

  it('are as few for a limit of one', async () => {
    const { begun, ask } = openTurns({ maxRequestsPerTurn: 1 });
    for (const request of upTo(3)) ask(request);
    expect(begun).toEqual([0]);
    await turn();
    expect(begun).toEqual([0, 1]);
    await turn();
    expect(begun).toEqual([0, 1, 2]);
  });
});

describe('connections that had their answer', () => {
  const connection = () => {
    const seen = { paused: 0, resumed: 0 };
    return { seen, pause: () => (seen.paused += 1), resume: () => (seen.resumed += 1) };
  };

  it('are read on where nobody waits', () => {
    const { turns } = openTurns();
    const one = connection();
    turns.rest(one);
    expect(one.seen).toEqual({ paused: 0, resumed: 0 });
  });

  it('rest while others wait, and all of them are read again, in order, when there is no crowd', async () => {
    const { ask, turns, begun } = openTurns();
    for (const request of upTo(5)) ask(request);
    const all = upTo(10).map(connection);
    for (const one of all) turns.rest(one);
    const resumed = () => all.map(({ seen }) => seen.resumed);
    expect(all.every(({ seen }) => seen.paused === 1)).toBe(true);
    await turn();
    expect(resumed()).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    await turn();
    await turn();
    expect(resumed()).toEqual(all.map(() => 1));
    expect(begun).toEqual(upTo(5));
  });

  it('are read again in a crowd that never ends', async () => {
    const { ask, turns } = openTurns({ maxRequestsWaiting: 100 });
    for (const request of upTo(60)) ask(request);
    const all = upTo(10).map(connection);
    for (const one of all) turns.rest(one);
    for (const round of upTo(10)) {
      for (const request of upTo(4)) ask(round + request);
      await turn();
    }
    expect(all.every(({ seen }) => seen.resumed === 1)).toBe(true);
  });
});

describe('requests that come one at a time', () => {
  it('wait for nothing, and the end of hardly any turn is watched', async () => {
    const { counts, begun, ask } = openTurns({ maxRequestsPerTurn: 48 });
    let watched = 0;
    for (const request of upTo(480)) {
      ask(request);
      watched += watchers();
      await turn();
    }
    expect(begun).toEqual(upTo(480));
    // Somebody else's may be among them.
    expect(watched).toBeLessThan(100);
    expect(counts).toEqual({ turnsAwaited: 0, turnsRefused: 0 });
  });
});

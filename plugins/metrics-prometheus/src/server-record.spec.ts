import { describe, expect, it } from '@jest/globals';
import type { ServerView } from '@switchyard/plugin-api';
import { followServer, newServerRecord } from './server-record.ts';
import { connectionOf, STARTED, transition, viewOf } from './spec-views.ts';

function recordAfter(...views: readonly Partial<ServerView>[]) {
  const record = newServerRecord('files');
  for (const view of views) followServer(record, viewOf('files', view));
  return record;
}

const reasons = (record: ReturnType<typeof newServerRecord>) =>
  [...record.transitions.values()].map(({ from, to, reason, count }) => `${from} ${to} ${reason} ${count}`);

describe('transitions', () => {
  it('count once, however often they are seen', () => {
    const once = recordAfter({ transitions: STARTED });
    const often = recordAfter(
      { transitions: STARTED.slice(0, 1) },
      { transitions: STARTED },
      { transitions: STARTED },
      { transitions: STARTED.slice(1) },
    );
    expect(reasons(once)).toEqual([
      'idle starting start 1',
      'starting negotiating advanced 1',
      'negotiating ready opened 1',
    ]);
    expect(reasons(often)).toEqual(reasons(once));
  });

  it('of earlier runs of the gateway do not count, nor what they were', () => {
    const earlier = STARTED.map((each) => ({ ...each, earlier: true as const }));
    const now = STARTED.map((each) => ({ ...each, seq: each.seq + 3 }));
    const before = recordAfter({ transitions: earlier, readyAfterMs: 700 });
    expect([reasons(before), before.lastReadyAt, before.startup.sum]).toEqual([[], 0, 0]);
    expect(reasons(recordAfter({ transitions: [...earlier, ...now] }))).toHaveLength(3);
  });

  it('say the code of what went wrong, where something did', () => {
    const { transitions } = recordAfter({
      transitions: [...STARTED, transition(9, 'ready', 'backoff', 'lost', { code: 'SWY-E206' })],
    });
    expect([...transitions.values()].at(-1)).toEqual({
      from: 'ready',
      to: 'backoff',
      reason: 'SWY-E206',
      count: 1,
    });
  });

  it('are bounded, whatever reasons come up, and none is lost', () => {
    const many = Array.from({ length: 90 }, (_, seq) =>
      transition(seq, 'starting', 'backoff', `event${seq}`),
    );
    const { transitions } = recordAfter({ transitions: many });
    expect(transitions.size).toBe(33);
    expect([...transitions.values()].reduce((sum, { count }) => sum + count, 0)).toBe(90);
  });
});

describe('restarts', () => {
  it('are starts after the first, by whom', () => {
    const { restarts } = recordAfter({
      transitions: [
        ...STARTED,
        transition(4, 'ready', 'backoff', 'lost'),
        transition(5, 'backoff', 'starting', 'due', { run: 2 }),
        transition(6, 'starting', 'crash_loop', 'lost', { run: 2 }),
        transition(7, 'crash_loop', 'starting', 'due', { run: 3 }),
        transition(8, 'starting', 'stopping', 'drain', { run: 3 }),
        transition(9, 'stopping', 'stopped', 'closed', { run: 3 }),
        transition(10, 'stopped', 'starting', 'start', { run: 4 }),
        transition(11, 'starting', 'stopping', 'drain', { run: 4 }),
        transition(12, 'stopping', 'starting', 'start', { run: 5 }),
        // Closed for want of use, and called again.
        transition(13, 'starting', 'idle', 'closed', { run: 5 }),
        transition(14, 'idle', 'starting', 'wanted', { run: 6 }),
      ],
    });
    expect(restarts).toEqual({ automatic: 2, ordered: 2 });
  });
});

describe('a start', () => {
  it('is timed when it made the server ready', () => {
    const record = recordAfter(
      { transitions: STARTED.slice(0, 2) },
      { transitions: STARTED, readyAfterMs: 700 },
      { transitions: STARTED, readyAfterMs: 700 },
    );
    expect(record.startup.sum).toBeCloseTo(0.7);
    expect(record.startup.counts).toEqual([0, 1, 0, 0, 0, 0]);
    expect(record.lastReadyAt).toBe(3_000);
  });

  it('is none where the server only answered again', () => {
    const { startup, lastReadyAt } = recordAfter({
      transitions: [
        ...STARTED,
        transition(4, 'ready', 'degraded', 'missed'),
        transition(5, 'degraded', 'ready', 'answered'),
      ],
      readyAfterMs: 700,
    });
    expect([startup.sum, lastReadyAt]).toEqual([0.7, 3_000]);
  });
});

describe('dropped messages', () => {
  const session = (startedAt: number | undefined): Pick<ServerView, 'connections'> => ({
    connections: [
      { key: 'primary', phase: 'ready', since: 0, inFlight: 0, attempt: 0, ...(startedAt && { startedAt }) },
    ],
  });

  it('never go down, however often the session changes', () => {
    const record = newServerRecord('files');
    const totals = (
      [
        [1, 0],
        [1, 3],
        [1, 5],
        [undefined, 0],
        [2, 2],
        [3, 2],
        [3, 4],
        // A session of the same millisecond.
        [3, 1],
      ] as const
    ).map(([startedAt, dropped]) => {
      followServer(record, viewOf('files', { dropped, ...session(startedAt) }));
      return record.dropped;
    });
    expect(totals).toEqual([0, 3, 5, 5, 7, 9, 11, 12]);
  });
});

describe('processor time', () => {
  it('is that of all runs and connections, and never falls', () => {
    const record = newServerRecord('files');
    const totals = (
      [
        [],
        [connectionOf('primary', 2)],
        [connectionOf('primary', 3), connectionOf('alice', 1)],
        // One has ended, the other was started anew.
        [connectionOf('primary', 1, 2)],
        [],
        [connectionOf('primary', 1, 3)],
        [connectionOf('primary', 1, 3)],
      ] as const
    ).map((connections) => {
      followServer(record, viewOf('files', { connections }));
      return record.cpuSeconds;
    });
    expect(totals).toEqual([undefined, 2, 4, 5, 5, 6, 6]);
  });
});

describe('the wire', () => {
  it('goes by OpenTelemetry’s name, or its own', () => {
    expect(recordAfter({ transport: 'http' }).transport).toBe('tcp');
    expect(recordAfter({ transport: 'websocket' }).transport).toBe('websocket');
    expect(recordAfter({ transport: undefined }).transport).toBe('');
  });

  it('keeps its version between sessions', () => {
    const record = newServerRecord('files');
    followServer(record, viewOf('files'));
    const { byMethod } = record;
    const lost: { protocolVersion?: string } & ServerView = { ...viewOf('files') };
    delete lost.protocolVersion;
    followServer(record, lost);
    expect(record.protocolVersion).toBe('2025-11-25');
    expect(record.byMethod).toBe(byMethod);
  });
});

import { describe, expect, it } from '@jest/globals';
import { conditionsOf, type ConditionFacts } from './conditions.ts';
import { connected } from './spec-connection.ts';
import type { State } from './state.ts';

const record = { run: 1, failures: 0, recent: [], slowWaits: 0 };
const cause = {
  code: 'UPSTREAM_EXITED' as const,
  retryable: true,
  problem: { code: 'SWY-E206', message: 'gone', remedy: 'look' },
};
const NONE: ConditionFacts = { process: false, lists: 'unread', probed: 'not yet' };
const RUNNING: ConditionFacts = { process: true, lists: 'unread', probed: 'not yet' };

/** Each state with what is known beside it, and what is then so: process, connected, negotiated, catalog, responsive. */
const TABLE: readonly [State, ConditionFacts, string][] = [
  [{ phase: 'idle', record }, NONE, 'false false false false unknown'],
  [{ phase: 'connecting', stage: 'turn', record }, NONE, 'unknown unknown unknown false unknown'],
  [{ phase: 'connecting', stage: 'spawn', record }, NONE, 'unknown unknown unknown false unknown'],
  [{ phase: 'connecting', stage: 'handshake', record }, RUNNING, 'true true unknown false unknown'],
  [{ phase: 'connecting', stage: 'list', record }, RUNNING, 'true true true false unknown'],
  [
    { phase: 'ready', since: 0, record },
    { process: true, lists: 'read', probed: 'answered' },
    'true true true true true',
  ],
  [
    { phase: 'ready', since: 0, record },
    { process: true, lists: 'failed', probed: 'missed' },
    'true true true false false',
  ],
  [
    { phase: 'draining', then: 'stopped', record },
    { process: true, lists: 'read', probed: 'answered' },
    'true true true true true',
  ],
  // The child may still live; nothing can be said through it, and its lists may be old by now.
  [
    { phase: 'closing', then: 'stopped', record },
    { process: true, lists: 'read', probed: 'answered' },
    'true false false false unknown',
  ],
  [{ phase: 'waiting', dueAt: 9, slow: false, cause, record }, NONE, 'false false false false unknown'],
  [{ phase: 'stopped', record }, NONE, 'false false false false unknown'],
];

describe('the conditions of a server', () => {
  it.each(TABLE)('%j, %j: %s', (state, facts, expected) => {
    expect(
      conditionsOf(state, facts)
        .map(({ status }) => status)
        .join(' '),
    ).toBe(expected);
  });

  it('speak of no process where servers of the kind have none', () => {
    const types = conditionsOf(
      { phase: 'idle', record },
      { process: undefined, lists: 'unread', probed: 'not yet' },
    );
    expect(types.map(({ type }) => type)).toEqual(['connected', 'negotiated', 'catalog_fresh', 'responsive']);
  });

  it('say since when they are so, and not since when the state is what it is', async () => {
    const { connection, clock, started, server } = connected();
    connection.start();
    await started();
    const since = () =>
      Object.fromEntries(connection.history.conditions.map((each) => [each.type, each.since]));
    const readyAt = clock.date();
    expect(connection.history.conditions.find(({ type }) => type === 'catalog_fresh')).toEqual({
      type: 'catalog_fresh',
      status: 'true',
      reason: 'Read',
      since: readyAt,
    });
    await clock.advance(5_000);
    void connection.drain();
    expect(since()).toMatchObject({ connected: clock.date() });
    expect(server.wires).toHaveLength(1);
  });
});

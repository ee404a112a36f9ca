import { describe, expect, it } from '@jest/globals';
import { conditionsOf, type ConditionFacts } from './conditions.ts';
import { connected } from './spec-connection.ts';
import type { State } from './state.ts';

const record = { run: 1, failures: 0, recent: [], slowWaits: 0 };
const NONE: ConditionFacts = { process: false, lists: 'unread' };
const RUNNING: ConditionFacts = { process: true, lists: 'unread' };

/** Each state with what is known beside it, and what is then so: process, connected, negotiated, catalog. */
const TABLE: readonly [State, ConditionFacts, string][] = [
  [{ phase: 'idle', record }, NONE, 'false false false false'],
  [{ phase: 'connecting', stage: 'spawn', record }, NONE, 'unknown unknown unknown false'],
  [{ phase: 'connecting', stage: 'handshake', record }, RUNNING, 'true true unknown false'],
  [{ phase: 'connecting', stage: 'list', record }, RUNNING, 'true true true false'],
  [{ phase: 'ready', since: 0, record }, { process: true, lists: 'read' }, 'true true true true'],
  [{ phase: 'ready', since: 0, record }, { process: true, lists: 'failed' }, 'true true true false'],
  [{ phase: 'draining', then: 'stopped', record }, { process: true, lists: 'read' }, 'true true true true'],
  // The child may still live; nothing can be said through it, and its lists may be old by now.
  [{ phase: 'closing', then: 'stopped', record }, { process: true, lists: 'read' }, 'true false false false'],
  [{ phase: 'waiting', dueAt: 9, slow: false, record }, NONE, 'false false false false'],
  [{ phase: 'stopped', record }, NONE, 'false false false false'],
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
    const types = conditionsOf({ phase: 'idle', record }, { process: undefined, lists: 'unread' });
    expect(types.map(({ type }) => type)).toEqual(['connected', 'negotiated', 'catalog_fresh']);
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

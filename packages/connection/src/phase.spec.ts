import { describe, expect, it } from '@jest/globals';
import type { ServerPhase } from '@switchyard/plugin-api';
import { phaseOf, problemOf } from './phase.ts';
import type { Cause, State } from './state.ts';

const record = { run: 1, failures: 0, recent: [], slowWaits: 0 };
const problem = { code: 'SWY-E206', message: 'gone', remedy: 'look' };
const cause: Cause = { code: 'UPSTREAM_EXITED', retryable: true, problem };

/** Each state, what people see of it, and whether they see a problem. */
const CASES: readonly (readonly [State, ServerPhase, boolean])[] = [
  [{ phase: 'idle', record }, 'idle', false],
  [{ phase: 'connecting', stage: 'turn', record }, 'starting', false],
  [{ phase: 'connecting', stage: 'spawn', record }, 'starting', false],
  [{ phase: 'connecting', stage: 'handshake', record }, 'negotiating', false],
  [{ phase: 'connecting', stage: 'list', record }, 'negotiating', false],
  [{ phase: 'ready', since: 0, record }, 'ready', false],
  [{ phase: 'draining', then: 'stopped', record }, 'stopping', false],
  [{ phase: 'ready', since: 0, silent: cause, record }, 'degraded', true],
  [{ phase: 'ready', since: 0, unread: cause, record }, 'degraded', true],
  [{ phase: 'draining', then: 'again', record }, 'stopping', false],
  [{ phase: 'closing', then: 'stopped', record }, 'stopping', false],
  [{ phase: 'closing', then: 'idle', record }, 'stopping', false],
  [{ phase: 'closing', then: 'again', by: 'wanted', record }, 'stopping', false],
  [{ phase: 'closing', then: 'failed', cause, record }, 'stopping', true],
  [{ phase: 'closing', then: 'waiting', cause, wait: { ms: 9, slow: false }, record }, 'backoff', true],
  [{ phase: 'closing', then: 'waiting', cause, wait: { ms: 9, slow: true }, record }, 'crash_loop', true],
  [{ phase: 'waiting', dueAt: 9, slow: false, cause, record }, 'backoff', true],
  [{ phase: 'waiting', dueAt: 9, slow: true, cause, record }, 'crash_loop', true],
  [{ phase: 'failed', cause, record }, 'failed', true],
  [{ phase: 'stopped', record }, 'stopped', false],
];

describe('what people see', () => {
  it.each(CASES)('%j is %s', (state, phase, hasProblem) => {
    expect(phaseOf(state)).toBe(phase);
    expect(problemOf(state)).toBe(hasProblem ? problem : undefined);
  });
});

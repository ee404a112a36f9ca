import type { Problem, ServerPhase } from '@switchyard/plugin-api';
import type { Cause, State } from './state.ts';

/** What people see of a state: derived here, kept nowhere. */
export function phaseOf(state: State): ServerPhase {
  switch (state.phase) {
    case 'idle':
      return 'idle';
    case 'connecting':
      return state.stage === 'turn' || state.stage === 'spawn' ? 'starting' : 'negotiating';
    case 'ready':
      return causeIn(state) ? 'degraded' : 'ready';
    case 'draining':
      return 'stopping';
    case 'closing':
      if (state.then !== 'waiting') return 'stopping';
      return state.wait.slow ? 'crash_loop' : 'backoff';
    case 'waiting':
      return state.slow ? 'crash_loop' : 'backoff';
    case 'failed':
      return 'failed';
    case 'stopped':
      return 'stopped';
  }
}

/** What is wrong now, if anything is, for people. */
export function problemOf(state: State): Problem | undefined {
  return causeIn(state)?.problem;
}

/** What is wrong now, if anything is. */
export function causeIn(state: State): Cause | undefined {
  switch (state.phase) {
    case 'waiting':
    case 'failed':
      return state.cause;
    case 'closing':
      return 'cause' in state ? state.cause : undefined;
    case 'ready':
      return state.silent ?? state.unread;
    case 'idle':
    case 'connecting':
    case 'draining':
    case 'stopped':
      return undefined;
  }
}

/** It ends by order: only a call of its owner's, or another order, begins it again. */
export function isEnding(state: State): boolean {
  return (
    state.phase === 'stopped' ||
    state.phase === 'draining' ||
    (state.phase === 'closing' && state.then === 'stopped')
  );
}

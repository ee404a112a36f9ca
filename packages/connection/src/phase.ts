import type { Problem, ServerPhase } from '@switchyard/plugin-api';
import type { Cause, State } from './state.ts';

/** What people see of a state: derived here, kept nowhere. */
export function phaseOf(state: State): ServerPhase {
  switch (state.phase) {
    case 'idle':
      return 'idle';
    case 'connecting':
      return state.stage === 'spawn' ? 'starting' : 'negotiating';
    case 'ready':
      return 'ready';
    case 'draining':
      return 'stopping';
    case 'closing':
      if (state.then !== 'waiting' || !state.cause) return 'stopping';
      return state.wait.slow ? 'crash_loop' : 'backoff';
    case 'waiting':
      // Nothing went wrong: it was told to start again, and does so now.
      if (!state.cause) return 'stopping';
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
      return state.then === 'stopped' ? undefined : state.cause;
    case 'idle':
    case 'connecting':
    case 'ready':
    case 'draining':
    case 'stopped':
      return undefined;
  }
}

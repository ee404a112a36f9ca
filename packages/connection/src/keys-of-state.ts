import type { State } from './state.ts';

/* What of a state an effect runs for: as long as it is the same, the effect goes on. Undefined: it does not run. */

/** The run, while its session may live. */
export function runOf(state: State): number | undefined {
  return state.phase === 'connecting' || state.phase === 'ready' || state.phase === 'draining'
    ? state.record.run
    : undefined;
}
export function closingOf(state: State): number | undefined {
  return state.phase === 'closing' ? state.record.run : undefined;
}
export function dueOf(state: State): number | undefined {
  return state.phase === 'waiting' ? state.dueAt : undefined;
}
/** Ready with failures still counted. */
export function unsettledOf(state: State): number | undefined {
  return state.phase === 'ready' && state.record.failures > 0 ? state.since : undefined;
}
export function readyRunOf(state: State): number | undefined {
  return state.phase === 'ready' ? state.record.run : undefined;
}
export function drainingOf(state: State): true | undefined {
  return state.phase === 'draining' || undefined;
}
export function itself(state: State): State {
  return state;
}

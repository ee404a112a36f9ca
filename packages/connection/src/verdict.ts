import { failed, SwitchyardError, type Call, type Outcome } from '@switchyard/plugin-api';
import { phaseOf, problemOf } from './phase.ts';
import type { State } from './state.ts';
import type { Timings } from './timings.ts';

/** What the gate decides about a call by the state it finds. */
export type Verdict = 'go' | 'hold' | 'refuse';

/** Whether a call may go now, is worth holding for what comes next, or cannot be carried. Pure. */
export function verdictOn(state: State, now: number, timings: Timings): Verdict {
  switch (state.phase) {
    case 'ready':
      return 'go';
    case 'idle':
    case 'connecting':
      return 'hold';
    case 'waiting':
      return state.dueAt - now <= timings.hold ? 'hold' : 'refuse';
    case 'closing':
      if (state.then === 'idle' || state.then === 'again') return 'hold';
      return state.then === 'waiting' && state.wait.ms <= timings.hold ? 'hold' : 'refuse';
    case 'draining':
    case 'failed':
    case 'stopped':
      return 'refuse';
  }
}

/**
 * Ends a call that this server will not get now. Nothing was sent, and the answer says so. Of the cause it names the
 * number alone: the sentence is for people who may see the paths in it (`switchyard status`).
 */
export function refusal(call: Call, server: string, state: State, now: number): Outcome {
  const context = { executed: 'no', phase: 'waiting', server } as const;
  if (state.phase === 'draining') return failed(call, new SwitchyardError('DRAINING', { server }), context);
  const number = problemOf(state)?.code;
  const details = { server, state: phaseOf(state) + (number === undefined ? '' : `, ${number}`) };
  if (needsSomebody(state)) return failed(call, new SwitchyardError('UPSTREAM_FAILED', details), context);
  const error = new SwitchyardError('UPSTREAM_UNAVAILABLE', details);
  if (state.phase !== 'waiting') return failed(call, error, context);
  return failed(call, error, { ...context, retryAfterMs: Math.max(0, Math.round(state.dueAt - now)) });
}

/** Whether it begins again only by hand. */
function needsSomebody(state: State): boolean {
  if (state.phase === 'closing') return state.then === 'failed';
  return state.phase === 'failed' || state.phase === 'stopped';
}

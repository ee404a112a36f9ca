import { failed, SwitchyardError, type Call, type Outcome } from '@switchyard/plugin-api';
import { phaseOf } from './phase.ts';
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
      return state.then === 'waiting' && state.wait.ms <= timings.hold ? 'hold' : 'refuse';
    case 'draining':
    case 'failed':
    case 'stopped':
      return 'refuse';
  }
}

/** Ends a call that this server will not get now. Nothing was sent, and the answer says so. */
export function refusal(call: Call, server: string, state: State, now: number): Outcome {
  const context = { executed: 'no', phase: 'waiting', server } as const;
  if (state.phase === 'draining') return failed(call, new SwitchyardError('DRAINING', { server }), context);
  const why =
    state.phase === 'failed' || state.phase === 'waiting' ? state.cause?.problem.message : undefined;
  const error = new SwitchyardError('UPSTREAM_UNAVAILABLE', { server, state: why ?? phaseOf(state) });
  if (state.phase !== 'waiting') return failed(call, error, context);
  return failed(call, error, { ...context, retryAfterMs: Math.max(0, Math.round(state.dueAt - now)) });
}

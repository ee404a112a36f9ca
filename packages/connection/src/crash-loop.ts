import { type Problem, SwitchyardError } from '@switchyard/plugin-api';
import { causeIn, phaseOf } from './phase.ts';
import type { State } from './state.ts';

/** What people are told of a server in a crash loop: that it is one, and what its last end was. Undefined: it is none. */
export function crashLoopProblem(server: string, state: State): Problem | undefined {
  if (phaseOf(state) !== 'crash_loop') return undefined;
  const { failures } = state.record;
  const { number, message, remedy } = new SwitchyardError('CRASH_LOOP', { server, failures });
  const last = causeIn(state)?.problem;
  const own = `${server}: `;
  const sentence = last?.message.startsWith(own) ? last.message.slice(own.length) : last?.message;
  const why = [sentence && `${sentence} (${last?.code})`, last?.why].filter(Boolean).join('; ');
  return { code: number, message, ...(why !== '' && { why }), remedy };
}

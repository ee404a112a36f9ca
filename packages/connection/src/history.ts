import type { ServerCondition, ServerPhase, ServerTransition } from '@switchyard/plugin-api';
import { conditionsOf, type ConditionFacts } from './conditions.ts';
import { causeIn, phaseOf } from './phase.ts';
import type { Event, State } from './state.ts';

/** How many changes of phase are kept for people. */
export const KEPT_TRANSITIONS = 100;

/** What a history needs to know beside the states. */
export interface HistoryContext {
  /** Milliseconds since 1970, and those of the states. */
  readonly clock: { date(): number; now(): number };
  /** The number of the next transition. */
  readonly nextSeq: () => number;
  /** What became of it before, oldest first. */
  readonly earlier?: readonly ServerTransition[] | undefined;
}

/**
 * What became of a connection: its latest transitions, and since when it is what it is. Lists are replaced, never
 * edited, so that views can hold them.
 */
export class History {
  readonly #context: HistoryContext;
  #phase: ServerPhase;
  #since: number;
  #transitions: readonly ServerTransition[];
  #conditions: readonly ServerCondition[];

  constructor(context: HistoryContext, state: State, facts: ConditionFacts) {
    this.#context = context;
    this.#transitions = context.earlier ?? [];
    this.#phase = phaseOf(state);
    this.#since = context.clock.date();
    this.#conditions = this.#conditionsAt(state, facts, []);
  }

  get since(): number {
    return this.#since;
  }
  /** The latest, oldest first. */
  get transitions(): readonly ServerTransition[] {
    return this.#transitions;
  }
  get conditions(): readonly ServerCondition[] {
    return this.#conditions;
  }

  /** Takes down what a state and the facts beside it mean. `event`: what led to the state, if it is a new one. */
  follow(state: State, facts: ConditionFacts, event?: Event['type']): void {
    this.#conditions = this.#conditionsAt(state, facts, this.#conditions);
    const phase = phaseOf(state);
    if (phase === this.#phase || event === undefined) return;
    const at = this.#context.clock.date();
    const why = causeIn(state);
    this.#transitions = [
      ...this.#transitions.slice(1 - KEPT_TRANSITIONS),
      {
        seq: this.#context.nextSeq(),
        from: this.#phase,
        to: phase,
        event,
        at,
        run: state.record.run,
        ...(why && { code: why.problem.code, cause: why.problem.message }),
        ...(why?.exitCode !== undefined && { exitCode: why.exitCode }),
        ...(why?.signal !== undefined && { signal: why.signal }),
        ...nextAttempt(state, this.#context.clock),
      },
    ];
    this.#phase = phase;
    this.#since = at;
  }

  /** Takes in what became of whatever it took the place of. */
  join(others: readonly ServerTransition[]): void {
    const bySeq = new Map([...others, ...this.#transitions].map((each) => [each.seq, each]));
    this.#transitions = [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-KEPT_TRANSITIONS);
  }

  #conditionsAt(
    state: State,
    facts: ConditionFacts,
    before: readonly ServerCondition[],
  ): readonly ServerCondition[] {
    const at = this.#context.clock.date();
    return conditionsOf(state, facts).map((condition) => {
      const known = before.find(({ type }) => type === condition.type);
      return { ...condition, since: known?.status === condition.status ? known.since : at };
    });
  }
}

/** When the next attempt is due, in milliseconds since 1970; only while waiting. */
export function retryAt(state: State, clock: HistoryContext['clock']): number | undefined {
  return state.phase === 'waiting' ? Math.round(clock.date() + state.dueAt - clock.now()) : undefined;
}

function nextAttempt(
  state: State,
  clock: HistoryContext['clock'],
): Pick<ServerTransition, 'attempt' | 'retryAt'> {
  if (state.phase === 'closing' && state.then === 'waiting') {
    // The wait begins when nothing is left of this run.
    return { attempt: state.record.failures, retryAt: Math.round(clock.date() + state.wait.ms) };
  }
  const due = retryAt(state, clock);
  return due === undefined ? {} : { attempt: state.record.failures, retryAt: due };
}

import type { Action, Script, Step } from './script.ts';

/** What is to be done at one message. */
export interface Due {
  readonly before: readonly Action[];
  readonly after: readonly Action[];
}

/** Counts the messages of one run, and says what is due at each of them. */
export interface DueSteps {
  readonly atStart: readonly Action[];
  /** To be asked once for each message, in order. */
  at(method: string): Due;
}

/** @param run the number of this run, from 1 */
export function dueSteps(script: Script, run: number): DueSteps {
  const steps: readonly Step[] = script.runs[Math.min(run, script.runs.length) - 1] ?? [];
  const counts = new Map<string, number>();
  return {
    atStart: steps.filter(({ at }) => at === 'start').flatMap((step) => step.do),
    at(method) {
      const count = (counts.get(method) ?? 0) + 1;
      counts.set(method, count);
      const due = steps.filter(({ at }) => isAt(at, method, count));
      return {
        before: due.filter(({ when }) => when === 'before').flatMap((step) => step.do),
        after: due.filter(({ when }) => when !== 'before').flatMap((step) => step.do),
      };
    },
  };
}

function isAt(at: Step['at'], method: string, count: number): boolean {
  return at !== 'start' && at.method === method && at.nth <= count && count <= (at.to ?? at.nth);
}

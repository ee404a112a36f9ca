import { describe, expect, it } from '@jest/globals';
import { dueSteps } from './due-steps.ts';
import type { Action, Step } from './script.ts';

const noise = (text: string): Action => ({ noise: text, lines: 1 });

describe('due steps', () => {
  const steps: readonly Step[] = [
    { at: 'start', do: [noise('start')] },
    { at: { method: 'ping', nth: 2, to: 3 }, do: [noise('a'), noise('b')] },
    { at: { method: 'ping', nth: 3 }, do: [noise('c')] },
    { at: { method: 'ping', nth: 3 }, when: 'before', do: [noise('d')] },
    { at: { method: 'tools/call', nth: 1 }, when: 'after', do: [noise('e')] },
  ];

  it('are those of all steps at a message, in order, each method counted for itself', () => {
    const due = dueSteps({ runs: [steps] }, 1);
    expect(due.atStart).toEqual([noise('start')]);
    const none = { before: [], after: [] };
    expect(due.at('ping')).toEqual(none);
    expect(due.at('tools/call')).toEqual({ before: [], after: [noise('e')] });
    expect(due.at('ping')).toEqual({ before: [], after: [noise('a'), noise('b')] });
    expect(due.at('ping')).toEqual({ before: [noise('d')], after: [noise('a'), noise('b'), noise('c')] });
    expect(due.at('ping')).toEqual(none);
    expect(due.at('tools/call')).toEqual(none);
  });

  it('are those of the last run in all further ones, and none where there are no runs', () => {
    const runs = [[], steps];
    expect([1, 2, 3, 9].map((run) => dueSteps({ runs }, run).atStart.length)).toEqual([0, 1, 1, 1]);
    expect(dueSteps({ runs: [] }, 1).atStart).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ServerPhase, ServerTransition, ServerView } from '@switchyard/plugin-api';
import { judge, refusal, type Order } from './order.ts';

type Given = Pick<ServerView, 'phase' | 'desired'> & { readonly news?: readonly ServerPhase[] };

/** A server that had 5 changes of phase before the order. */
function viewOf({ phase, desired, news = [] }: Given): ServerView {
  const to = (phase: ServerPhase, index: number) => ({ seq: 6 + index, to: phase }) as ServerTransition;
  return {
    name: 'files',
    phase,
    desired,
    connections: [{ key: 'primary' }],
    transitions: [{ seq: 5, to: 'ready' }, ...news.map(to)],
    ...(phase === 'failed' && { problem: { code: 'SWY-E201', message: 'not found', remedy: 'look' } }),
  } as unknown as ServerView;
}

const kindOf = (order: Order, given: Given) => {
  const verdict = judge(order, viewOf(given), 5);
  return verdict.kind === 'failed' ? verdict.error.code : verdict.kind;
};

describe('an order', () => {
  it.each<[Order, Given, string]>([
    ['start', { phase: 'ready', desired: 'ready' }, 'reached'],
    ['start', { phase: 'degraded', desired: 'ready' }, 'reached'],
    ['start', { phase: 'starting', desired: 'ready', news: ['starting'] }, 'pending'],
    ['start', { phase: 'backoff', desired: 'ready', news: ['starting', 'ready', 'backoff'] }, 'reached'],
    ['start', { phase: 'crash_loop', desired: 'ready', news: ['starting', 'crash_loop'] }, 'pending'],
    ['start', { phase: 'failed', desired: 'ready', news: ['starting', 'failed'] }, 'COMMAND_NOT_FOUND'],
    ['start', { phase: 'failed', desired: 'ready' }, 'COMMAND_NOT_FOUND'],
    ['start', { phase: 'stopping', desired: 'stopped', news: ['stopping'] }, 'ORDER_OVERTAKEN'],
    ['start', { phase: 'stopping', desired: 'stopped' }, 'pending'],
    ['restart', { phase: 'ready', desired: 'ready' }, 'pending'],
    ['restart', { phase: 'stopping', desired: 'ready', news: ['stopping'] }, 'pending'],
    ['restart', { phase: 'ready', desired: 'ready', news: ['stopping', 'starting', 'ready'] }, 'reached'],
    ['restart', { phase: 'failed', desired: 'ready' }, 'pending'],
    ['restart', { phase: 'failed', desired: 'ready', news: ['starting', 'failed'] }, 'COMMAND_NOT_FOUND'],
    ['stop', { phase: 'stopped', desired: 'stopped' }, 'reached'],
    ['stop', { phase: 'stopping', desired: 'stopped', news: ['stopping'] }, 'pending'],
    ['stop', { phase: 'starting', desired: 'ready', news: ['stopping', 'stopped', 'starting'] }, 'reached'],
    ['stop', { phase: 'backoff', desired: 'ready', news: ['stopping', 'backoff'] }, 'ORDER_OVERTAKEN'],
  ])('to %s a server that is %j is %s', (order, given, kind) => {
    expect(kindOf(order, given)).toBe(kind);
  });

  it('is refused where nothing can come of it', () => {
    const noLife = { connections: [], transitions: [] };
    const disabled = { ...viewOf({ phase: 'disabled', desired: 'disabled' }), ...noLife };
    const wrong = { ...viewOf({ phase: 'failed', desired: 'ready' }), ...noLife };
    expect(refusal('start', disabled)).toMatchObject({ code: 'SERVER_DISABLED', field: ['server'] });
    expect(refusal('refresh', wrong)).toMatchObject({ code: 'COMMAND_NOT_FOUND', field: ['server'] });
    for (const view of [disabled, wrong]) {
      expect(refusal('stop', view)).toBeUndefined();
      expect(judge('stop', view, 0)).toEqual({ kind: 'reached' });
    }
  });
});

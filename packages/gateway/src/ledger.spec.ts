import { describe, expect, it } from '@jest/globals';
import type { Execute, Sink } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { Ledger } from './ledger.ts';
import { callFor, recorder, RESULT } from './spec-calls.ts';

/** A pipeline behind the ledger whose calls end when the test says so. */
function openPipeline() {
  const ledger = new Ledger();
  const sinks: Sink[] = [];
  const behind: Execute = (_call, sink) => {
    sinks.push(sink);
    return {
      cancel: (reason) => sink({ kind: 'outcome', outcome: { kind: 'cancelled', reason } }),
      reply: () => 'unknown',
    };
  };
  return { ledger, sinks, execute: ledger.count(behind) };
}

describe('Ledger', () => {
  it('counts a call once, as what became of it', () => {
    const { ledger, sinks, execute } = openPipeline();
    const { sink } = recorder();
    execute(callFor('a'), sink);
    const cancelled = execute(callFor('b'), sink);
    execute(callFor('c'), sink);
    sinks[0]!({ kind: 'outcome', outcome: RESULT });
    cancelled.cancel('enough');
    expect(ledger.balance).toEqual({ accepted: 3, answered: 1, cancelled: 1, inFlight: 1 });
  });

  it('lets one outcome through, and nothing after it', () => {
    const { ledger, sinks, execute } = openPipeline();
    const { sink, events } = recorder();
    execute(callFor('a'), sink);
    sinks[0]!({ kind: 'outcome', outcome: RESULT });
    sinks[0]!({ kind: 'outcome', outcome: RESULT });
    sinks[0]!({ kind: 'progress', params: { bytes: Buffer.from('{}') } });
    expect(events).toEqual([{ kind: 'outcome', outcome: RESULT }]);
    expect(ledger.balance).toMatchObject({ answered: 1, inFlight: 0 });
  });

  it('always balances: accepted = answered + cancelled + in flight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.constantFrom('begin', 'answer', 'cancel')), { maxLength: 100 }),
        (steps) => {
          const { ledger, sinks, execute } = openPipeline();
          const exchanges: ReturnType<Execute>[] = [];
          for (const [which, what] of steps) {
            if (what === 'begin') exchanges.push(execute(callFor('x'), () => {}));
            else if (what === 'answer') sinks[which]?.({ kind: 'outcome', outcome: RESULT });
            else exchanges[which]?.cancel('enough');
            const { accepted, answered, cancelled, inFlight } = ledger.balance;
            expect(accepted).toBe(answered + cancelled + inFlight);
          }
        },
      ),
    );
  });
});

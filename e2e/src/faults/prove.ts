import { expect, it } from '@jest/globals';
import { figure } from '../harness/figure.ts';
import { bareClient } from './bare-client.ts';
import { openBench } from './bench.ts';
import { FAULTS, type FaultId } from './catalogue.ts';
import type { Fault } from './fault.ts';
import { record, WITH_BARE_CLIENT } from './record.ts';

/** Times of other machines, and of this one while it does other things; memory that is free and not yet given back. */
const GENEROUS = { ms: 10, MB: 4, starts: 1 } as const;
/** The most that anybody may wait for the event loop, whatever a server does. */
const LOOP_DELAY_MS = 100;

/**
 * One test a fault. After each: every call is answered once and the ledger even, what is said of `executed` is what the
 * server wrote down, no process is left, the neighbour had all its answers from its first process, no error went
 * unhandled, and the event loop was never held for long. Where times are measured, they are written down for
 * `docs/faults.md`, and the bare client meets the same server.
 */
export function prove(faults: Partial<Readonly<Record<FaultId, Fault>>>): void {
  record('catalogue', FAULTS);
  for (const [id, fault] of Object.entries(faults) as [FaultId, Fault][]) {
    it(`${id} ${FAULTS[id].test}`, async () => {
      const bench = await openBench(fault);
      const { says, measures = [] } = await fault.prove(bench);
      const common = await bench.settle();
      const loopDelay = {
        what: 'event loop held',
        value: common.loopDelayMs,
        unit: 'ms',
        limit: LOOP_DELAY_MS,
      } as const;
      for (const { what, value, unit, limit } of [...measures, loopDelay]) {
        figure(`${id} ${what}`, value, unit);
        expect({ what, isWithin: value <= limit * GENEROUS[unit] }).toEqual({
          what,
          isWithin: true,
        });
      }
      record(id, { says, measures: [...measures, loopDelay], neighbour: common.neighbour });
    });

    const { bare } = fault;
    if (!WITH_BARE_CLIENT || bare === undefined) continue;
    it(`${id} with the bare client of the SDK`, async () => {
      record(`${id}.bare`, await bareClient(fault.server, bare));
    });
  }
}

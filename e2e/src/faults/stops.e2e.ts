import { describe, expect } from '@jest/globals';
import { dataOf } from '../harness/graphql.ts';
import type { Gateway } from '../harness/gateway.ts';
import { survivorsOf } from '../harness/survivors.ts';
import type { Bench } from './bench.ts';
import { FAULTY } from './fault.ts';
import { expectFailed, expectResults, passed, timed } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, failsAlways } from './scripted.ts';

const STOPPED_MS = 4_500;
const SWEPT_MS = 10_000;
const SUSPENDED_MS = 30_000;
const TIMEOUT_MS = 1_500;
const FEW = 10;

describe('a server that does not end', () => {
  prove({
    F16: {
      server: (place) => failsAlways(place, [{ at: 'start', do: [{ ignore: 'stop' }] }]),
      bare: { calls: 1 },
      async prove({ gateway, faulty }) {
        const { pid } = await faulty();
        const [, stoppedMs] = await timed(stop(gateway));
        expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
        return {
          says: 'its process is gone when it is said to be stopped',
          measures: [{ what: 'stopped', value: stoppedMs, unit: 'ms', limit: STOPPED_MS }],
        };
      },
    },

    F17: {
      server: (place) => {
        const { command, args = [] } = failsAlways(place, [{ at: 'start', do: [{ ignore: 'stop' }] }]);
        return { command: 'sh', args: ['-c', '"$0" "$@"; true', command, ...args] };
      },
      bare: { calls: 1 },
      prove: ({ gateway }) => stopAndCount(gateway, 2),
    },

    F18: {
      server: (place) =>
        failsAlways(place, [{ at: atCall(1), do: [{ grandchildren: 1, session: true, stubborn: true }] }]),
      bare: { calls: 1 },
      async prove({ gateway, call }) {
        expectResults([await call()]);
        return stopAndCount(gateway, 2);
      },
    },

    F26: {
      server: (place) => failsAlways(place, [], { timeout: place.lasting(TIMEOUT_MS) }),
      bare: {
        calls: FEW,
        signals: [
          { afterMs: 0, signal: 'SIGSTOP' },
          { afterMs: 6_000, signal: 'SIGCONT' },
        ],
      },
      async prove({ place, calls, call, faulty }) {
        const { pid } = await faulty();
        process.kill(pid!, 'SIGSTOP');
        const suspendedAt = Date.now();
        const says = expectFailed(await calls(FEW), { code: 'SWY-E704', executed: 'unknown' });
        await passed(SUSPENDED_MS / place.scale, suspendedAt);
        wake(pid!);
        // A liveness check may have ended it by then, and a new run be on its way: it was ready before, too.
        const after = expectResults([await answered({ call })]);
        const { restarts, dropped } = await faulty();
        expect(restarts === 0 ? dropped : FEW).toBeGreaterThanOrEqual(FEW);
        return {
          says: `${says}; ${restarts === 0 ? `${dropped} late answers dropped` : 'it is started again'}, then ${after}`,
        };
      },
    },
  });
});

/** A server that wakes may have more to read than fits into the time of one call. */
async function answered({ call }: Pick<Bench, 'call'>) {
  for (;;) {
    const answer = await call();
    if (answer.result) return answer;
  }
}

async function stop(gateway: Gateway): Promise<void> {
  const order = `mutation ($server: ID!) {
    stopServer(input: { server: $server, waitFor: "60s" }) { server { phase } userErrors { code } }
  }`;
  expect(await dataOf(gateway, order, { server: FAULTY })).toMatchObject({
    stopServer: { server: { phase: 'STOPPED' }, userErrors: [] },
  });
}

/** Stops the server, of which so many processes are there. */
async function stopAndCount(gateway: Gateway, count: number) {
  const left = () => survivorsOf(gateway.runId).filter((line) => !line.includes('recorder.mjs'));
  expect(left()).toHaveLength(count);
  const [, ms] = await timed(async () => {
    await stop(gateway);
    while (left().length > 0) await passed(20);
  });
  return {
    says: `${count} of ${count} processes gone`,
    measures: [{ what: 'stopped, and nothing left', value: ms, unit: 'ms', limit: SWEPT_MS }],
  } as const;
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was ended meanwhile.
  }
}

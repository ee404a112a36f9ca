import { readFile } from 'node:fs/promises';
import { describe, expect } from '@jest/globals';
import { within } from '../harness/within.ts';
import { isGone, passed, expectFailed, expectResults, readyTimes, timed, told } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, failsOnce } from './scripted.ts';

const ANSWERED_MS = 500;
const FEW = 10;
const MB = 1_000_000;
/** More than the queue of a server's stdin takes. */
const LARGE_CALLS = 20;
/** How long one may take, whatever else the machine does. */
const CALL_MS = 60_000;
/** One is with the system, and three wait. */
const REFUSED_CALLS = LARGE_CALLS - 4;
/** How long the processor time of the gateway is looked at. */
const LOOK_MS = 2_000;
const TICKS_A_SECOND = 100;

describe('a server whose pipes break, or fill', () => {
  prove({
    F12: {
      server: (place) =>
        failsOnce(place, [
          { at: atCall(1, FEW - 1), do: [{ answer: 'none' }] },
          { at: atCall(FEW), do: [{ close: 'stdout' }] },
        ]),
      bare: { calls: FEW },
      async prove({ gateway, calls, call, faulty }) {
        const { pid } = await faulty();
        const [answers, answeredMs] = await timed(calls(FEW));
        const says = expectFailed(answers, {
          code: 'SWY-E705',
          executed: 'unknown',
          says: 'closed its stdout',
        });
        await readyTimes(gateway, 2);
        expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
        expectResults([await call()]);
        return {
          says: `${says}; it is ended, then started again`,
          measures: [
            { what: 'last call sent to last answer', value: answeredMs, unit: 'ms', limit: ANSWERED_MS },
          ],
        };
      },
    },

    F13: {
      server: (place) => failsOnce(place, [{ at: atCall(1), do: [{ answer: 'now' }, { close: 'stdin' }] }]),
      bare: { calls: 2 },
      // Calls are held for five seconds; a server takes its time to start, however short that is.
      hurry: 1,
      async prove({ gateway, calls, call, faulty }) {
        const { pid } = await faulty();
        expectResults([await call()]);
        // What is written before would be in the pipe, and in doubt.
        await isGone(`/proc/${pid}/fd/0`);
        const says = expectResults(await calls(FEW));
        const { message } = await told(gateway, 'SWY-E206');
        expect(message).toContain('closed its stdin');
        expect(await faulty()).toMatchObject({ restarts: 1 });
        return { says: `${says}, at its next run: nothing of them was taken by the first` };
      },
    },

    F14: {
      // Calls wait for the end of the server, and not for theirs.
      server: (place) =>
        failsOnce(place, [{ at: atCall(1), do: [{ answer: 'now' }, { stop: 'reading' }] }], {
          timeout: place.lasting(CALL_MS),
        }),
      bare: { calls: LARGE_CALLS, argumentBytes: MB },
      async prove({ gateway, calls, call, faulty }) {
        const { pid } = await faulty();
        expectResults([await call()]);
        const text = 'x'.repeat(MB);
        // Refused while the server is there, or answered when it is gone.
        let refused = 0;
        let settledAt = NaN;
        let enough = () => {};
        const manyRefused = new Promise<void>((resolve) => (enough = resolve));
        const answers = Array.from({ length: LARGE_CALLS }, async () => {
          const answer = await call('echo', { text });
          if (answer.error?.data?.['code'] === 'SWY-E705') settledAt = performance.now();
          if ((refused += 1) === REFUSED_CALLS) enough();
          return answer;
        });
        await within(60_000, 'refusal of what does not fit', manyRefused);
        process.kill(pid!, 'SIGKILL');
        const killedAt = performance.now();
        const all = await Promise.all(answers);
        const settledMs = settledAt - killedAt;
        const codes = all.map(({ error }) => error?.data?.['code'] ?? 'carried out by the next run');
        const count = (code: string) => codes.filter((each) => each === code).length;
        // One message is with the system, of which nobody knows how much arrived.
        expect({ codes, lost: count('SWY-E705') }).toEqual({ codes, lost: 1 });
        expect(count('SWY-E709')).toBe(REFUSED_CALLS);
        await readyTimes(gateway, 2);
        expectResults(await calls(1));
        return {
          says: [...new Set(codes)].map((code) => `${count(String(code))} ${code}`).join(', '),
          measures: [
            {
              what: 'end of the server to the answer of the call that it may have',
              value: settledMs,
              unit: 'ms',
              limit: 1_000,
            },
          ],
        };
      },
    },

    F19: {
      server: (place) =>
        failsOnce(place, [{ at: atCall(1), do: [{ answer: 'now' }, { stderr: 'forever' }] }]),
      bare: { calls: 2, stderr: 'pipe' },
      async prove({ gateway, calls, faulty }) {
        const before = await processorSeconds(gateway.pid);
        expectResults(await calls(1));
        await passed(LOOK_MS);
        const used = (await processorSeconds(gateway.pid)) - before;
        const says = expectResults(await calls(FEW));
        expect(await faulty()).toMatchObject({ phase: 'ready', restarts: 0 });
        return {
          says: `${says}; the gateway uses ${Math.round((100 * used) / (LOOK_MS / 1_000))} % of one processor meanwhile`,
        };
      },
    },
  });
});

async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

import { describe, expect } from '@jest/globals';
import { askDirectly } from '../harness/direct-peer.ts';
import { linesOf } from '../harness/lines-of.ts';
import { survivorsOf } from '../harness/survivors.ts';
import { expectFailed, expectResults, passed, readyTimes, timed, told } from './outcomes.ts';
import { prove } from './prove.ts';
import { atCall, failsOnce, scripted, startsFile } from './scripted.ts';

const ANSWERED_MS = 500;
/** Beyond the server's own start. */
const READY_MS = 250;
/** A run of ten seconds is a healthy one. */
const HEALTHY_MS = 10_000;
/** Under the limit of the gate, so that all are with the server. */
const AT_ONCE = 50;
/** An exit is waited for, for a quarter of a second after the end of stdout: a busy machine may need most of that. */
const HURRY_OF_EXITS = 2;
const FEW = 10;

describe('a server that exits', () => {
  prove({
    F01: {
      server: (place) =>
        failsOnce(place, [
          { at: atCall(1, AT_ONCE - 1), do: [{ answer: 'none' }] },
          { at: atCall(AT_ONCE), do: [{ stderr: 128 }, { exit: 7 }] },
        ]),
      bare: { calls: AT_ONCE },
      hurry: HURRY_OF_EXITS,
      async prove({ place, gateway, calls, call, faulty }) {
        const bareAt = performance.now();
        await (await askDirectly(scripted(place, [[]], {}, 'alone'))).request('tools/list');
        const bareMs = performance.now() - bareAt;
        const { since } = await faulty();
        await passed(HEALTHY_MS / place.scale + 100, since);

        const beganAt = performance.now();
        const [answers, answeredMs] = await timed(calls(AT_ONCE));
        const says = expectFailed(answers, {
          code: 'SWY-E705',
          executed: 'unknown',
          says: 'exited with code 7',
        });
        await readyTimes(gateway, 2);
        const readyMs = performance.now() - beganAt;
        expectResults([await call()]);
        const view = await faulty();
        // A healthy run is not held against it.
        expect(view).toMatchObject({ phase: 'ready', restarts: 1, failures: 0 });
        const lost = view.transitions.find(({ exitCode }) => exitCode !== undefined);
        expect(lost).toMatchObject({ exitCode: 7, code: 'SWY-E206' });
        expect((await told(gateway, 'SWY-E206')).why).toContain('stderr of a scripted server');
        return {
          says: `${says}, "exited with code 7"; the server is started again at once`,
          measures: [
            { what: 'last call sent to last answer', value: answeredMs, unit: 'ms', limit: ANSWERED_MS },
            {
              what: 'ready again, beyond the bare start',
              value: Math.max(0, readyMs - bareMs),
              unit: 'ms',
              limit: READY_MS,
            },
          ],
        };
      },
    },

    F02: {
      // Its first run is one that ends, so that its tools are known.
      server: (place) => {
        const first = scripted(place, [[{ at: atCall(1), do: [{ answer: 'now' }, { exit: 1 }] }]]);
        // A shell, since five starts have to fit into a minute that is a tenth as long.
        const ends = 'test ! -s "$0" && exec "$@"; printf x >> "$0"; echo "not again" >&2; exit 1';
        const args = ['-c', ends, startsFile(place), first.command, ...(first.args ?? [])];
        return { ...first, command: '/bin/sh', args };
      },
      async prove({ place, gateway, calls, call, faulty }) {
        const beganAt = Date.now();
        expectResults([await call()]);
        const { why } = await told(gateway, 'SWY-E210');
        expect(why).toContain('not again');
        const says = expectFailed(await calls(FEW), { code: 'SWY-E702', executed: 'no' });
        const times = [];
        for (let n = 0; n < FEW; n += 1) times.push((await timed(call()))[1]);
        await passed(60_000 / place.scale, beganAt);
        const { transitions } = await faulty();
        const inTime = transitions.filter(({ at }) => at - beganAt < 60_000 / place.scale);
        // The first one is from before.
        const starts = inTime.filter(({ to }) => to === 'starting').length;
        expect((await linesOf(startsFile(place))).join('').length).toBeGreaterThanOrEqual(starts);
        expect(inTime.filter(({ to }) => to === 'crash_loop')).toHaveLength(1);
        return {
          says: `${starts} starts, then a crash loop that is told once, with its last words; ${says}`,
          measures: [
            { what: 'starts in the first 60 s', value: starts, unit: 'starts', limit: 6 },
            { what: 'refusal of a call, median', value: median(times), unit: 'ms', limit: 5 },
          ],
        };
      },
    },

    F15: {
      server: (place) =>
        failsOnce(place, [
          { at: atCall(1, FEW - 1), do: [{ answer: 'none' }] },
          { at: atCall(FEW), do: [{ grandchildren: 1, stdout: true }, { exit: 7 }] },
        ]),
      bare: { calls: FEW },
      hurry: HURRY_OF_EXITS,
      async prove({ gateway, calls, call }) {
        const [answers, answeredMs] = await timed(calls(FEW));
        const says = expectFailed(answers, {
          code: 'SWY-E705',
          executed: 'unknown',
          says: 'exited with code 7',
        });
        // Nothing is left of it before it is started again.
        await readyTimes(gateway, 2);
        expect(survivorsOf(gateway.runId).filter((line) => line.includes('sleep'))).toEqual([]);
        expectResults([await call()]);
        return {
          says: `${says}; the grandchild is gone before the server is started again`,
          measures: [
            { what: 'last call sent to last answer', value: answeredMs, unit: 'ms', limit: ANSWERED_MS },
          ],
        };
      },
    },
  });
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

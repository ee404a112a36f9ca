import { verdictOf } from './slope.mjs';

/**
 * What has to be shown before a release, and how it is read from what the runs kept. A line whose run was not made has
 * no figure; a line without a `run` has none that could be made.
 *
 * `read` gets the result of the run, and returns { measured, isMet }; `isMet` undefined: the figure does not decide.
 */
const zero = (count) => ({ measured: String(count), isMet: count === 0 });
const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value).toString());
const percent = (share) => `${(share * 100).toFixed(share > 0.99 ? 3 : 1)} %`;
const atMost = (value, bound, unit, digits = 1) => ({
  measured: `${value.toFixed(digits)}${unit}`,
  isMet: value <= bound,
});

const million = ['unanswered', 'duplicate', 'foreign', 'corrupt', 'dishonest', 'orphans'].map((what) => ({
  what: `a million messages: ${what}`,
  wanted: '0',
  run: 'million',
  read: (result) => zero(result[what]),
}));

const ends = [
  {
    what: 'a million messages with seeded faults',
    wanted: '≥ 1,000,000',
    run: 'million',
    read: ({ messages, seed, seconds, calls, answers, faults: { restarts, cut, reset, blackhole } }) => ({
      measured: `${messages.toLocaleString('en')} in ${Math.round(seconds)} s, seed ${seed}; ${answers.result.toLocaleString('en')} of ${calls.toLocaleString('en')} calls have a result; ${restarts} restarts of servers, ${cut + reset + blackhole} lost connections`,
      isMet: messages >= 1_000_000,
    }),
  },
  ...million,
  {
    what: 'its ledger: accepted = answered + cancelled, as many as the clients counted',
    wanted: 'exact',
    run: 'million',
    read: ({ ledger: { isEven, isCounted } }) => ({
      measured: isEven && isCounted ? 'exact' : 'not exact',
      isMet: isEven && isCounted,
    }),
  },
  {
    what: 'simulator: 10,000 seeds of 300 steps, the invariants after each step',
    wanted: '0 broken',
    run: 'simulator',
    read: ({ seeds, steps, calls, virtualHours, looks, broken, seconds }) => ({
      measured: `${broken} broken in ${seeds.toLocaleString('en')} seeds of ${steps} steps: ${calls.toLocaleString('en')} calls in ${Math.round(virtualHours).toLocaleString('en')} h of virtual time, ${looks.toLocaleString('en')} looks at promises, in ${Math.round(seconds)} s`,
      isMet: broken === 0 && seeds >= 10_000 && steps >= 300,
    }),
  },
];

const faults = [
  {
    what: 'faults of servers and of the host, each within its limits',
    wanted: 'all',
    run: 'faults',
    read: ({ rows, over }) => ({ measured: `${rows - over} of ${rows}`, isMet: over === 0 }),
  },
  {
    what: 'planted bugs',
    wanted: 'all caught',
    run: 'planted-bugs',
    read: ({ caught, planted }) => ({ measured: `${caught} of ${planted}`, isMet: caught === planted }),
  },
  {
    what: '[bad input](bad-input.md), each row with a clear error',
    wanted: '100 %',
    run: 'shown',
    read: ({ badInput: { rows, shown, lacks } }) => ({
      measured: `${shown} of ${rows} rows; ${lacks.length} have no test`,
      isMet: shown === rows,
    }),
  },
  {
    what: '[threats](threats.md) B1 to B25, each with its test',
    wanted: 'all held',
    run: 'shown',
    read: ({ threats: { all, held, inPart, notBuilt } }) => ({
      measured: `${held} held, ${inPart} in part, ${notBuilt} not built yet`,
      isMet: held === all,
    }),
  },
];

const load = [
  {
    id: 'L3',
    what: '10,000 calls over ten servers that end twice: lies',
    wanted: '0, exact',
    run: 'calls',
    read: ({ violations, exact }) => ({
      measured: `${violations}, ledger ${exact ? 'exact' : 'not exact'}`,
      isMet: violations === 0 && exact,
    }),
  },
  {
    id: 'L3',
    what: 'the same: time',
    wanted: '≤ 10 s',
    run: 'calls',
    read: ({ seconds }) => atMost(seconds, 10, ' s'),
  },
  {
    id: 'L4',
    what: '200 servers on stdio ready',
    wanted: '≤ 5,000 ms',
    run: 'connections many',
    read: ({ rows }) => {
      const { readyMs } = rows.find(({ count }) => count === 200);
      return { measured: `${ms(readyMs)} ms`, isMet: readyMs <= 5_000 };
    },
  },
  {
    id: 'L4',
    what: 'memory and descriptors of each',
    wanted: '≤ 400 KB, ≤ 3, R² ≥ 0.98',
    run: 'connections many',
    read: ({ memory, descriptors }) => ({
      measured: `${Math.round(memory.slope)} KB, ${descriptors.slope.toFixed(2)}, R² ${memory.r2.toFixed(4)}`,
      isMet: memory.slope <= 400 && descriptors.slope <= 3.05 && memory.r2 >= 0.98,
    }),
  },
  {
    id: 'L5',
    what: '1,000 servers at URLs ready',
    wanted: '≤ 15 s, ≤ 150 KB each',
    run: 'connections urls',
    read: ({ count, readyMs, kbEach }) => ({
      measured: `${count.toLocaleString('en')} in ${(readyMs / 1_000).toFixed(1)} s, ${Math.round(kbEach)} KB each`,
      isMet: count >= 1_000 && readyMs <= 15_000 && kbEach <= 150,
    }),
  },
  {
    id: 'L6',
    what: '5,000 idle sessions beside 500 calls a second',
    wanted: '≤ 60 KB each, p99 ≤ 10 ms',
    run: 'connections sessions',
    read: ({ count, rate, kbEach, p99, faults }) => ({
      measured: `${count.toLocaleString('en')}: ${kbEach.toFixed(1)} KB each; p99 ${ms(p99)} ms at ${rate} calls a second`,
      isMet: count >= 5_000 && kbEach <= 60 && p99 <= 10 && faults === 0,
    }),
  },
  {
    id: 'L2',
    what: 'all interceptors: small calls at 32 at a time, of those without',
    wanted: '≥ 90 %',
    run: 'interceptors',
    read: ({ share, without, with: on }) => ({
      measured: `${percent(share)} (${Math.round(on)} and ${Math.round(without)} calls/s)`,
      isMet: share >= 0.9,
    }),
  },
  ...['slow-server', 'gateway'].flatMap((name) => overload(name)),
  {
    id: 'L7',
    what: '5,000 sessions that come and vanish',
    wanted: 'back to base',
    run: 'overload-vanishing',
    read: ({ sessions, moreMb, unequal, isBack }) => ({
      measured: `${sessions.toLocaleString('en')} sessions: heap ${moreMb.toFixed(1)} MB more, ${unequal.length === 0 ? 'all else equal' : `not equal: ${unequal.join(', ')}`}`,
      isMet: isBack,
    }),
  },
  {
    id: 'L8',
    what: 'one of ten servers hangs or floods: p99 of the others',
    wanted: '25 % or 2 ms more',
    run: 'connections neighbours',
    read: (rows) => {
      const worst = rows
        .map(({ what, beside, inside }) => ({
          what,
          more: inside - beside,
          allowed: Math.max(beside / 4, 2),
        }))
        .reduce((a, b) => (a.more - a.allowed >= b.more - b.allowed ? a : b));
      return {
        measured: `${worst.more.toFixed(1)} ms more (${worst.what}; ${worst.allowed.toFixed(1)} allowed)`,
        isMet: worst.more <= worst.allowed,
      };
    },
  },
  {
    id: 'L9',
    what: 'soak, heap after collection, after its warm-up',
    wanted: '≤ 1 MB/h (95 %)',
    run: 'soak',
    read: ({ minutes, heapMbAnHour: { slope, from, to } }) => ({
      measured: `${slope.toFixed(1)} MB/h, 95 % from ${from.toFixed(1)} to ${to.toFixed(1)}, of ${minutes} minutes`,
      isMet: { met: true, missed: false }[verdictOf({ from, to })],
    }),
  },
  {
    id: 'L9',
    what: 'soak: descriptors, timers, handles, listeners, children when all have gone',
    wanted: 'no more than before',
    run: 'soak',
    read: ({ unequal, before, after }) => ({
      measured:
        unequal.length === 0
          ? 'as before'
          : unequal.map((what) => `${what} ${before[what]} → ${after[what]}`).join(', '),
      isMet: unequal.every((what) => after[what] < before[what]),
    }),
  },
  {
    id: 'L9',
    what: 'soak: resident memory when all have gone',
    wanted: '≤ 5 % more',
    run: 'soak',
    read: ({ before, after, rssAddedShare }) => ({
      measured: `${before.rssMb.toFixed(0)} → ${after.rssMb.toFixed(0)} MB`,
      isMet: rssAddedShare <= 0.05,
    }),
  },
  {
    id: 'L10',
    what: '1,000 crashes with grandchildren, and SIGKILL of the gateway: processes left',
    wanted: '0',
    run: 'connections cycles',
    read: ({ survivors }) => zero(survivors),
  },
  {
    id: 'L10',
    what: '500 reloads under load that change one of 50 servers, from save to applied',
    wanted: '0 failed calls, 0 others touched, ≤ 200 ms at p95',
    run: 'reloads',
    read: ({ reloads, saveToAppliedMs: { p50, p95, most }, othersTouched, unreplaced, calls }) => ({
      measured: `${reloads}: ${calls.failed} of ${calls.answered + calls.failed} calls failed, ${othersTouched} touched; ${p50} ms p50, ${p95} p95, ${most} at most`,
      isMet: reloads >= 500 && calls.failed + othersTouched + unreplaced === 0 && p95 <= 200,
    }),
  },
  {
    id: 'L11',
    what: 'the event loop, held by any of the faults',
    wanted: '≤ 100 ms',
    run: 'faults',
    read: ({ heldMs }) => ({
      measured: `${ms(Math.max(...heldMs))} ms at most, over 100 in ${heldMs.filter((each) => each > 100).length} of ${heldMs.length}`,
      isMet: heldMs.length > 0 && Math.max(...heldMs) <= 100,
    }),
  },
  {
    id: 'L12',
    what: 'cold start without servers, to /readyz',
    wanted: '≤ 300 ms',
    run: 'cold-start',
    read: ({ starts, ready, node }) => ({
      measured: `${ms(ready.median)} ms, median of ${starts} (${ms(ready.most)} at most; Node alone ${ms(node.median)})`,
      // Where Node itself starts slowly the machine is busy, and says nothing of us.
      isMet: ready.median <= 300 ? true : node.median > 100 ? undefined : false,
    }),
  },
  {
    what: 'ten servers killed about once a minute: connected, for all causes',
    wanted: '≥ 99 %',
    run: 'connections uptime',
    read: ({ connected }) => ({ measured: percent(connected), isMet: connected >= 0.99 }),
  },
  {
    what: 'the same, for what the gateway adds',
    wanted: '≥ 99.9 %',
    run: 'connections uptime',
    read: ({ ofTheGateway }) => ({ measured: percent(ofTheGateway), isMet: ofTheGateway >= 0.999 }),
  },
  {
    what: 'calls that may be tried again, during an outage: load on the server',
    wanted: '≤ 1.2 × offered, and 3',
    run: 'outage',
    read: ({ cases }) => ({
      measured: cases
        .map(
          ({ title, share, reached, offered }) =>
            `${share.toFixed(3)} × (${title}: ${reached.toLocaleString('en')} of ${offered.toLocaleString('en')})`,
        )
        .join(', '),
      isMet: cases.every(({ isMet }) => isMet),
    }),
  },
];

function overload(name) {
  const run = `overload-${name}`;
  const what = name === 'slow-server' ? 'a slow server offered 3 ×' : 'the gateway itself offered 3 ×';
  return [
    {
      id: 'L7',
      what: `${what}: goodput, of the peak`,
      wanted: '≥ 80 %',
      run,
      read: ({ share, goodput, offeredTimes }) => {
        const measured = `${Math.round(share * 100)} % (${Math.round(goodput)}/s, offered ${offeredTimes.toFixed(1)} ×)`;
        // Less than three times was no such overload, unless even that was too much.
        return { measured, isMet: share < 0.8 ? false : offeredTimes >= 2.7 ? true : undefined };
      },
    },
    {
      id: 'L7',
      what: `${what}: refusals`,
      wanted: '≤ 5 ms at p99',
      run,
      read: ({ refused }) => {
        if (refused.count === 0) return { measured: 'none', isMet: undefined };
        return { measured: `${ms(refused.p50)} ms p50, ${ms(refused.p99)} ms p99`, isMet: refused.p99 <= 5 };
      },
    },
    {
      id: 'L7',
      what: `${what}: recovered`,
      wanted: '≤ 2 s',
      run,
      read: ({ recoveryMs }) => ({ measured: `${ms(recoveryMs)} ms`, isMet: recoveryMs <= 2_000 }),
    },
  ];
}

export const GROUPS = {
  'Nobody is lied to': ends,
  'Faults, and whether they would be seen': faults,
  'Load and time': load,
};

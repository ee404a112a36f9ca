import { failureOf, failureOfSeed, type Failure } from './failure-of.ts';
import { tableOf } from './coverage.ts';
import type { Scenario } from './scenario.ts';
import { scenarioOf } from './schedule.ts';
import { ensureSettles } from './settle.ts';
import { shrink } from './shrink.ts';

/** A scenario that broke a promise once; it is run again before all others. */
export interface Regression {
  readonly invariant: string;
  readonly sentence: string;
  readonly commit: string;
  readonly scenario: Scenario;
}

/** What a worker is told to do, as JSON in its first argument. */
type Job =
  | { readonly do: 'trace'; readonly scenario?: Scenario; readonly seed?: number; readonly steps: number }
  | {
      readonly do: 'seeds';
      readonly from: number;
      readonly to: number;
      /** It takes every so manieth seed: workers share a range evenly. */
      readonly stride: number;
      readonly steps: number;
      readonly seconds: number;
      readonly regressions: readonly Regression[];
      /** What is found is told with all its steps. */
      readonly asItIs?: boolean;
    };

/** What it answers, as JSON on its standard output. */
export interface WorkDone {
  readonly seeds: number;
  readonly steps: number;
  readonly virtualMs: number;
  readonly calls: number;
  readonly failure?: Failure & { readonly seed: number; readonly shrunk: Scenario };
  readonly counts: readonly (readonly [string, number])[];
}

/** For making a scenario smaller. */
const SHRINK_MS = 10_000;

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
// A stack for each error that a call ends with would cost as much as the call.
Error.stackTraceLimit = job.do === 'trace' ? 20 : 0;

let unheard: unknown;
process.on('unhandledRejection', (error) => {
  unheard ??= error;
});

setImmediate(() => {
  ensureSettles();
  if (job.do === 'trace') trace(job);
  else work(job);
});

function trace({ scenario, seed = 0, steps }: Extract<Job, { do: 'trace' }>): void {
  const counts = new Map<string, number>();
  const came = failureOf(scenario ?? scenarioOf(seed, steps), { counts, trace: (line) => console.log(line) });
  console.log(`\n${tableOf(counts)}\n`);
  if ('failure' in came)
    console.log(`✗ ${came.failure.invariant} at step ${came.failure.step}: ${came.failure.sentence}`);
  process.exitCode = 'failure' in came ? 1 : 0;
}

function work({
  from,
  to,
  stride,
  steps,
  seconds,
  regressions,
  asItIs,
}: Extract<Job, { do: 'seeds' }>): void {
  const counts = new Map<string, number>();
  const until = performance.now() + seconds * 1_000;
  const sums = { seeds: 0, steps: 0, virtualMs: 0, calls: 0 };
  const again = regressions.map(({ scenario }) => scenario);
  let seed = from;

  const done = (failure?: WorkDone['failure']): void => {
    const answer: WorkDone = { ...sums, counts: [...counts], ...(failure && { failure }) };
    process.stdout.write(JSON.stringify(answer));
  };
  // A turn of the event loop for each: what a gateway leaves to be freed is freed.
  const next = (): void => {
    const regression = again.shift();
    if (!regression && (seed >= to || performance.now() >= until)) return done();
    const scenario = regression ?? scenarioOf(seed, steps);
    if (!regression) seed += stride;
    const came = failureOfSeed(scenario, counts);
    if ('kept' in came && unheard === undefined) {
      sums.seeds += regression ? 0 : 1;
      sums.steps += came.kept.steps;
      sums.virtualMs += came.kept.virtualMs;
      sums.calls += came.kept.calls;
      setImmediate(next);
      return;
    }
    const failure =
      'failure' in came
        ? came.failure
        : ({
            invariant: 'fault',
            step: -1,
            sentence: `nobody heard a rejection: ${String(unheard)}`,
          } as const);
    done({ ...failure, seed: scenario.seed, shrunk: asItIs ? scenario : smallest(scenario, failure) });
  };
  next();
}

function smallest(scenario: Scenario, { invariant, step }: Failure): Scenario {
  const until = performance.now() + SHRINK_MS;
  const cut = step >= 0 ? { ...scenario, steps: scenario.steps.slice(0, step + 1) } : scenario;
  const fails = (smaller: Scenario): boolean => {
    const came = failureOf(smaller, { counts: new Map() });
    return 'failure' in came && came.failure.invariant === invariant;
  };
  return fails(cut) ? shrink(cut, fails, () => performance.now() < until) : scenario;
}

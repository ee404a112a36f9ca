import {
  failed,
  ownErrorOf,
  SwitchyardError,
  type BreakerView,
  type Call,
  type Clock,
  type Log,
  type Outcome,
  type Problem,
  type Random,
  type ServerAspectView,
  type ServerPolicy,
  type Servers,
} from '@switchyard/plugin-api';
import { Breaker, type BreakerState } from './breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import { verdictOn } from './verdict-on.ts';

/** How many calls to one server may wait for their next attempt. */
export const MAX_WAITING = 256;
/** How often changes of one breaker are told, at most: one that flaps must not drown everything else. */
export const TOLD_EVERY_MS = 1_000;
/** How long whoever comes during the trials is told to wait. */
const TRIALS_MS = 1_000;

/** What a guard works with. */
export interface GuardContext {
  readonly server: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly probe: Servers['probe'];
  /** What `aspect` says changed. */
  readonly changed: () => void;
}

/** All that is remembered of the calls to one server: its breaker, its budget of retries, and what it says of both. */
export class ServerGuard {
  readonly #context: GuardContext;
  readonly #breaker: Breaker;
  readonly budget = new RetryBudget();
  policy: ServerPolicy;
  /** Calls that wait for their next attempt. */
  waiting = 0;
  readonly counts = { retries: 0, shed: 0, moves: { closed: 0, open: 0, half_open: 0 } };
  #lastError: Problem | undefined;
  #toldAt = -Infinity;
  #cancelTold: (() => void) | undefined;
  #cancelProbe: () => void = () => {};
  #isClosed = false;

  constructor(policy: ServerPolicy, context: GuardContext) {
    this.policy = policy;
    this.#context = context;
    this.#breaker = new Breaker(policy.breaker, context.random, context.clock.now());
  }

  get state(): BreakerState {
    return this.#breaker.state;
  }

  /** Whether there is a breaker. */
  get isGuarded(): boolean {
    return this.#breaker.policy !== false;
  }

  /** What a call that may go is told by (`told`); undefined: it may not. */
  admit(): number | undefined {
    return this.#breaker.admit();
  }

  /** What a call came to that was admitted. Answers cost nothing: nobody looks at the clock for them. */
  told(epoch: number, outcome: Outcome, startedAt: number): void {
    const verdict = outcome.kind === 'result' ? 'answered' : verdictOn(outcome);
    const isFailure = verdict === 'failed' || verdict === 'lost';
    if (isFailure) this.#lastError = problemOf(outcome) ?? this.#lastError;
    const now =
      verdict === 'answered' && this.state.phase === 'closed' ? startedAt : this.#context.clock.now();
    if (this.#breaker.told(epoch, verdict, startedAt, now)) this.#moved();
  }

  /** Whether one more call may wait for its next attempt. */
  mayWait(): boolean {
    return this.waiting < MAX_WAITING;
  }

  /** Ends a call that is not sent. */
  refusal(call: Call): Outcome {
    const { server } = this.#context;
    this.counts.shed += 1;
    const { failed: count, of } = this.#breaker.opened;
    const error = new SwitchyardError('CIRCUIT_OPEN', {
      server,
      reason:
        this.state.phase === 'half_open'
          ? 'it is being tried out'
          : `${count} of the last ${of} calls failed`,
    });
    return failed(call, error, {
      executed: 'no',
      phase: 'admission',
      server,
      retryAfterMs: this.#retryAfterMs(),
    });
  }

  /** Lets calls through again, whatever was; with other numbers, where they changed. */
  reset(policy = this.policy): void {
    this.policy = policy;
    this.#lastError = undefined;
    if (this.#breaker.reset(this.#context.clock.now(), policy.breaker)) this.#moved();
    else this.#context.changed();
  }

  /** What people and programs see of it; undefined where no breaker is wanted. */
  aspect(): ServerAspectView | undefined {
    if (!this.isGuarded) return undefined;
    const { phase, since } = this.state;
    return {
      condition: {
        type: 'breaker_closed',
        status: phase === 'closed' ? 'true' : 'false',
        reason: { closed: 'Closed', open: 'Open', half_open: 'HalfOpen' }[phase],
        since: this.#dateOf(since),
      },
      breaker: this.#view(),
      ...(phase !== 'closed' && { problem: this.#problem() }),
    };
  }

  /** Nobody is told anything, or asked, from now on: what its last calls come to changes nothing outside. */
  close(): void {
    this.#isClosed = true;
    this.#cancelProbe();
    this.#cancelTold?.();
  }

  #view(): BreakerView {
    const { state, streak, policy } = this.#breaker;
    return {
      phase: state.phase,
      failures: streak,
      threshold: policy === false ? 0 : policy.failures,
      ...(state.phase !== 'closed' && { openedAt: this.#dateOf(state.openedAt) }),
      ...(state.phase === 'open' && { nextProbeAt: this.#dateOf(state.probeAt) }),
      ...(this.#lastError && { lastError: this.#lastError }),
    };
  }

  #problem(): Problem {
    const { server } = this.#context;
    const { failed: count, of } = this.#breaker.opened;
    const error = new SwitchyardError('CIRCUIT_OPEN', {
      server,
      reason: `${count} of the last ${of} calls failed`,
    });
    const isOpen = this.state.phase === 'open';
    return {
      code: error.number,
      message: error.message,
      ...(this.#lastError && { why: `the last one: ${this.#lastError.message}` }),
      remedy: isOpen
        ? 'it is asked by itself whether it answers; to try at once: resetBreaker of the admin API'
        : 'it answers again: a few calls are let through, and if they succeed, all are',
    };
  }

  #moved(): void {
    const { state } = this;
    this.counts.moves[state.phase] += 1;
    this.#cancelProbe();
    this.#cancelProbe = () => {};
    if (this.#isClosed) return;
    if (state.phase === 'open') this.#probeAt(state.probeAt);
    this.#tell();
  }

  /** At once, or when a second has passed since the last time; then it says how things are, and not how they were. */
  #tell(): void {
    if (this.#cancelTold) return;
    const { clock } = this.#context;
    const wait = this.#toldAt + TOLD_EVERY_MS - clock.now();
    if (wait > 0) {
      this.#cancelTold = clock.after(wait, () => {
        this.#cancelTold = undefined;
        this.#tell();
      });
      return;
    }
    this.#toldAt = clock.now();
    const { phase } = this.state;
    const fields = { server: this.#context.server, breaker: phase, lastError: this.#lastError?.message };
    if (phase === 'open') this.#context.log.warn('calls are held back: the breaker is open', fields);
    else this.#context.log.info(`the breaker is ${phase.replace('_', ' ')}`, fields);
    this.#context.changed();
  }

  #probeAt(at: number): void {
    const { clock, probe, server } = this.#context;
    this.#cancelProbe = clock.after(Math.max(0, at - clock.now()), () => {
      const asked = this.state;
      const heard = (answers: boolean) => {
        // It was closed or reset meanwhile.
        if (this.#isClosed || this.state !== asked) return;
        if (this.#breaker.probed(answers, clock.now())) return this.#moved();
        if (this.state.phase === 'open') this.#probeAt(this.state.probeAt);
      };
      probe(server).then(heard, () => heard(false));
    });
  }

  #retryAfterMs(): number {
    const { state } = this;
    if (state.phase !== 'open') return TRIALS_MS;
    return Math.max(1, Math.round(state.probeAt - this.#context.clock.now()));
  }

  /** Milliseconds since 1970 of a moment of the clock. */
  #dateOf(moment: number): number {
    const { clock } = this.#context;
    return Math.round(clock.date() + moment - clock.now());
  }
}

/** What a failure says, as a problem. */
function problemOf(outcome: Outcome): Problem | undefined {
  const error = ownErrorOf(outcome);
  if (error === undefined) return undefined;
  return { code: error.number, message: error.message, remedy: error.remedy };
}

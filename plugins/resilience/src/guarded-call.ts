import type { Call, Exchange, ExchangeEvent, Execute, Outcome, Sink } from '@switchyard/plugin-api';
import type { Guards } from './guards.ts';
import { backoffMs, mayRetry, type EndedAttempt } from './may-retry.ts';
import type { ServerGuard } from './server-guard.ts';

/** A call on its way to its server, sent again where that is safe: for its client it is one call. */
export class GuardedCall implements Exchange {
  readonly #guards: Guards;
  readonly #guard: ServerGuard;
  readonly #call: Call;
  readonly #sink: Sink;
  readonly #next: Execute;
  readonly #startedAt: number;
  #epoch: number;
  /** Of the latest attempt. */
  #attemptedAt: number;
  #retries = 0;
  #reached: EndedAttempt['reached'] = 'nothing';
  #inner: Exchange | undefined;
  /** What an earlier attempt came to that may have been executed. */
  #unknown: Outcome | undefined;
  /** Only while it waits for its next attempt. */
  #cancelWait: (() => void) | undefined;

  /** @param epoch what the guard let it through with */
  constructor(guards: Guards, guard: ServerGuard, epoch: number, call: Call, sink: Sink, next: Execute) {
    this.#guards = guards;
    this.#guard = guard;
    this.#epoch = epoch;
    this.#call = call;
    this.#sink = sink;
    this.#next = next;
    this.#startedAt = guards.clock.now();
    this.#attemptedAt = this.#startedAt;
    guard.budget.earn();
    this.#send(call);
  }

  cancel(reason: string): void {
    if (!this.#cancelWait) return this.#inner?.cancel(reason);
    this.#stopWaiting();
    this.#inner = undefined;
    this.#sink({ kind: 'outcome', outcome: { kind: 'cancelled', reason } });
  }

  reply(askId: string, answer: Parameters<Exchange['reply']>[1]): 'taken' | 'unknown' {
    return this.#inner?.reply(askId, answer) ?? 'unknown';
  }

  #send(call: Call): void {
    this.#inner = this.#next(call, (event) => this.#heard(event));
  }

  #heard(event: ExchangeEvent): void {
    switch (event.kind) {
      case 'outcome':
        return this.#ended(event.outcome, event);
      case 'progress':
        if (this.#reached === 'nothing') this.#reached = 'progress';
        break;
      case 'ask':
        this.#reached = 'question';
        break;
      case 'log':
      case 'withdrawn':
        break;
    }
    this.#sink(event);
  }

  #ended(outcome: Outcome, event: ExchangeEvent): void {
    this.#guard.told(this.#epoch, outcome, this.#attemptedAt);
    if (outcome.kind === 'result') return this.#sink(event);
    if (outcome.kind === 'error' && outcome.executed === 'unknown') this.#unknown = outcome;
    const wait = this.#waitAfter(outcome);
    if (wait === undefined) return this.#sink({ kind: 'outcome', outcome: this.#honest(outcome) });
    this.#guard.waiting += 1;
    const cancelTimer = this.#guards.clock.after(wait, () => {
      this.#stopWaiting();
      this.#again(outcome);
    });
    this.#cancelWait = cancelTimer;
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#guard.waiting -= 1;
  }

  /** How long to wait before it is sent again; undefined: it is not. */
  #waitAfter(outcome: Outcome): number | undefined {
    const guard = this.#guard;
    const { method, name = '' } = this.#call;
    const isRetrySafe = method === 'tools/call' && guard.policy.retrySafe(name);
    const ended = { method, isRetrySafe, outcome, retries: this.#retries, reached: this.#reached };
    const retry = mayRetry(ended);
    if (!retry || this.#guards.isShort) return undefined;
    const wait = Math.max(retry.afterMs, backoffMs(this.#retries, this.#guards.random.next()));
    // The time that the server is given counts over all attempts.
    if (wait >= this.#timeLeft()) return undefined;
    // One that is open would refuse it: its client is better told now.
    if (guard.state.phase === 'open') return undefined;
    return guard.mayWait() && guard.budget.take() ? wait : undefined;
  }

  #again(outcome: Outcome): void {
    const epoch = this.#guards.isShort ? undefined : this.#guard.admit();
    if (epoch === undefined) return this.#sink({ kind: 'outcome', outcome: this.#honest(outcome) });
    this.#epoch = epoch;
    this.#retries += 1;
    this.#guard.counts.retries += 1;
    this.#attemptedAt = this.#guards.clock.now();
    this.#send({ ...this.#call, timeoutMs: Math.max(1, this.#timeLeft()) });
  }

  #timeLeft(): number {
    const given = Math.min(this.#guard.policy.timeoutMs, this.#call.timeoutMs ?? Infinity);
    return this.#startedAt + given - this.#guards.clock.now();
  }

  /** A later attempt that was not executed says nothing of the one before it. */
  #honest(outcome: Outcome): Outcome {
    const before = this.#unknown;
    if (!before || outcome.kind !== 'error' || outcome.executed !== 'no') return outcome;
    return outcome.from === 'gateway' ? before : { ...outcome, executed: 'unknown' };
  }
}

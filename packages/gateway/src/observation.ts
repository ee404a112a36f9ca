import type { Clock, Execute, Log, Observer } from '@switchyard/plugin-api';

/** How often an observer may throw before it is left out. */
const ERROR_BUDGET = 10;

/**
 * Tells observers of calls and frames, each in a guard: an observer that keeps throwing is left out. Where nobody
 * listens, there is no layer and no callback at all.
 */
export class Observation {
  readonly #observers: Set<Observer>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #errors = new Map<Observer, number>();

  constructor(observers: readonly Observer[], clock: Clock, log: Log) {
    this.#observers = new Set(observers);
    this.#clock = clock;
    this.#log = log;
  }

  /** The layer around a client's call. */
  readonly calls = (next: Execute): Execute => {
    if (![...this.#observers].some(({ callStarted, callEnded }) => callStarted ?? callEnded)) return next;
    return (call, sink) => {
      const startedAt = this.#clock.now();
      this.#tell((observer) => observer.callStarted?.(call));
      return next(call, (event) => {
        sink(event);
        if (event.kind !== 'outcome') return;
        const ms = this.#clock.now() - startedAt;
        this.#tell((observer) => observer.callEnded?.(call, event.outcome, ms));
      });
    };
  };

  /** The layer around an attempt at one server. */
  readonly attempts = (next: Execute): Execute => {
    if (![...this.#observers].some(({ attemptEnded }) => attemptEnded)) return next;
    return (call, sink) => {
      const startedAt = this.#clock.now();
      return next(call, (event) => {
        if (event.kind === 'outcome') {
          const ms = this.#clock.now() - startedAt;
          this.#tell((observer) => observer.attemptEnded?.(call, event.outcome, ms));
        }
        sink(event);
      });
    };
  };

  /** For frames; undefined where nobody listens. */
  get frames(): Observer['frame'] {
    if (![...this.#observers].some(({ frame }) => frame)) return undefined;
    return (frame) => this.#tell((observer) => observer.frame?.(frame));
  }

  #tell(tell: (observer: Observer) => void): void {
    for (const observer of this.#observers) {
      try {
        tell(observer);
      } catch (error) {
        const errors = (this.#errors.get(observer) ?? 0) + 1;
        this.#errors.set(observer, errors);
        this.#log.warn(`the observer ${observer.name} failed`, { error, errors });
        if (errors >= ERROR_BUDGET) this.#observers.delete(observer);
      }
    }
  }
}

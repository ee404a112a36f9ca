import {
  SwitchyardError,
  type Clock,
  type LastReload,
  type Log,
  type Reload,
  type ReloadPlan,
  type ReloadProblem,
  type ReloadResult,
  type ReloadState,
} from '@switchyard/plugin-api';
import { causeOf } from '@switchyard/connection';
import { Subject, type Observable } from 'rxjs';
import type { Configuration } from '../configuration/index.ts';
import { maskProblem } from '../redaction/mask-view.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { changesNothing, planReload } from './plan.ts';

/** Orders that wait for those before them; more are refused. */
const MOST_WAITING = 32;

/** What a reloader works with. */
export interface ReloaderParts {
  /** The file as it is now. @throws SwitchyardError */
  readonly load: () => Promise<Configuration>;
  /** What a text would be as the file. @throws SwitchyardError */
  readonly parse: (text: string) => Configuration;
  readonly current: () => Configuration;
  /** Makes it the configuration in force, at once and as a whole. */
  readonly apply: (next: Configuration) => void;
  /** Why there can be no reload now. */
  readonly refusal: () => string | undefined;
  readonly redact: Redactor;
  readonly clock: Pick<Clock, 'date'>;
  readonly log: Log;
}

/** Reloads, one after the other: each reads the file when its turn has come, so that the latest content wins. */
export class Reloader implements Reload {
  readonly #parts: ReloaderParts;
  readonly #results = new Subject<ReloadResult>();
  readonly #counts = { applied: 0, unchanged: 0, refused: 0 };
  #lastSuccessAt: number;
  #last: LastReload | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#lastSuccessAt = parts.clock.date();
  }

  /** What became of each reload that was no dry run. Never errors. */
  get results$(): Observable<ReloadResult> {
    return this.#results.asObservable();
  }

  /** The latest; undefined before the first. */
  get last(): LastReload | undefined {
    return this.#last;
  }

  get state(): ReloadState {
    return {
      successful: this.#last?.ok ?? true,
      lastSuccessAt: this.#lastSuccessAt,
      counts: { ...this.#counts },
    };
  }

  async plan(text?: string): Promise<ReloadPlan> {
    const { load, parse, current } = this.#parts;
    if (text === undefined) this.#assertPossible();
    const next = text === undefined ? await load() : parse(text);
    return planReload(current(), next);
  }

  apply(
    options: { readonly dryRun?: boolean; readonly expectedRevision?: string } = {},
  ): Promise<ReloadResult> {
    if (this.#waiting >= MOST_WAITING) {
      const error = new SwitchyardError(
        'RELOAD_REFUSED',
        { reason: `${MOST_WAITING} reloads are waiting already` },
        { remedy: 'wait until they are done: each reads the file as it is then' },
      );
      return Promise.resolve(this.#told({ ok: false, problem: this.#problemOf(error) }, options.dryRun));
    }
    this.#waiting += 1;
    const result = this.#turn.then(async () => {
      this.#waiting -= 1;
      return this.#told(await this.#reload(options), options.dryRun);
    });
    this.#turn = result;
    return result;
  }

  async #reload({
    dryRun = false,
    expectedRevision,
  }: Parameters<Reload['apply']>[0] & object): Promise<ReloadResult> {
    const { load, current, apply } = this.#parts;
    let plan: ReloadPlan | undefined;
    try {
      this.#assertPossible();
      const next = await load();
      // Asked again: it may have begun to stop while the file was read.
      this.#assertPossible();
      plan = planReload(current(), next);
      if (expectedRevision !== undefined && expectedRevision !== plan.from) {
        throw new SwitchyardError('REVISION_CHANGED', { current: plan.from, expected: expectedRevision });
      }
      if (plan.restartNeeded.length > 0) {
        throw new SwitchyardError('RESTART_NEEDED', { keys: plan.restartNeeded.join(', ') });
      }
      if (dryRun) return { ok: true, applied: false, plan };
      const applied = !changesNothing(plan);
      // Also where nothing changes but lines and comments: places that are shown are those of the file.
      if (applied || plan.from !== plan.to) apply(next);
      return { ok: true, applied, plan };
    } catch (error) {
      return { ok: false, problem: this.#problemOf(error), ...(plan && { plan }) };
    }
  }

  /** Keeps and tells what became of a reload. */
  #told(result: ReloadResult, dryRun = false): ReloadResult {
    if (dryRun) return result;
    const { clock, log, current } = this.#parts;
    const at = clock.date();
    const { revision } = current();
    if (result.ok) {
      const { plan, applied } = result;
      this.#counts[applied ? 'applied' : 'unchanged'] += 1;
      this.#lastSuccessAt = at;
      this.#last = { at, ok: true, revision };
      if (applied) log.info('configuration reloaded', { revision, ...summaryOf(plan) });
    } else {
      const { problem } = result;
      this.#counts.refused += 1;
      this.#last = { at, ok: false, revision, problem };
      const { code, message, where, why, remedy } = problem;
      log.error('configuration not reloaded', { revision, code, problem: message, where, why, remedy });
    }
    this.#results.next(result);
    return result;
  }

  #assertPossible(): void {
    const reason = this.#parts.refusal();
    if (reason !== undefined) throw new SwitchyardError('RELOAD_REFUSED', { reason });
  }

  #problemOf(error: unknown): ReloadProblem {
    const { redact } = this.#parts;
    const { excerpt } = SwitchyardError.from(error);
    const { problem } = causeOf(error);
    return {
      ...maskProblem(problem, redact),
      ...(excerpt !== undefined && { excerpt: redact(excerpt) }),
    };
  }
}

function summaryOf({ servers, other, unchanged }: ReloadPlan): Readonly<Record<string, unknown>> {
  return {
    servers: servers.map(({ server, change, how }) => `${server}: ${change}, ${how}`).slice(0, 20),
    ...(servers.length > 20 && { more: servers.length - 20 }),
    other: other.slice(0, 20),
    unchanged,
  };
}

import { SwitchyardError, type Owned } from '@switchyard/plugin-api';
import { LATE, limitOf, within, type Limit, type Patience } from './limit.ts';
import { reasonOf } from './reason-of.ts';

/** What a scope holds, for people; a child scope is listed with what it holds itself. */
export interface Held {
  readonly label: string;
  readonly holds?: readonly Held[];
}

type Entry =
  | { readonly kind: 'owned'; readonly label: string; readonly owned: Owned; release(): unknown }
  | { readonly kind: 'child'; readonly label: string; readonly owned: Scope };

/** Remembers what is to be undone, and undoes it newest first, one after another, whatever fails on the way. */
export class Scope implements AsyncDisposable {
  readonly label: string;
  readonly #patience: Patience | undefined;
  readonly #parent: Scope | undefined;
  readonly #entries: Entry[] = [];
  readonly #closing = new AbortController();
  #closed = false;
  #undoing: Entry | undefined;
  #undone: Promise<readonly SwitchyardError[]> | undefined;

  /** @param patience how long `close` waits, in all. Without it: as long as the parent does, or for ever. */
  constructor(label: string, patience?: Patience, parent?: Scope) {
    this.label = label;
    this.#patience = patience;
    this.#parent = parent;
  }

  /** Aborts when the scope begins to close. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** How many things it holds, not counting those of its children. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Takes charge of undoing `owned`, and returns it. A scope that is closing still takes more, and undoes it next.
   * @param label what reports call it; by default its name or that of its class.
   * @throws SCOPE_CLOSED from a closed scope, which has begun to undo `owned` at once, so that nothing is left behind.
   */
  own<T extends Owned>(owned: T, label: string = labelOf(owned)): T {
    const release = releaseOf(owned);
    if (this.#closed) {
      // Whoever owns something this late gets the error; a failure to undo it has nobody left to be told.
      void (async () => release())().catch(() => {});
      this.ensureOpen();
    }
    this.#entries.push({ kind: 'owned', label, owned, release });
    return owned;
  }

  /** Lets go of something without undoing it, because it ended by itself. */
  disown(owned: Owned): void {
    const index = this.#entries.findLastIndex((entry) => entry.owned === owned);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  /** A scope that closes with this one at the latest, in its turn. */
  child(label: string, patience?: Patience): Scope {
    this.ensureOpen();
    const child = new Scope(label, patience, this);
    this.#entries.push({ kind: 'child', label, owned: child });
    return child;
  }

  /** What is being undone at the moment, for people: `metrics-prometheus: timer`. */
  get undoing(): string | undefined {
    const entry = this.#undoing;
    const within = entry?.kind === 'child' ? entry.owned.undoing : undefined;
    return within === undefined ? entry?.label : `${entry!.label}: ${within}`;
  }

  /** @throws SCOPE_CLOSED */
  ensureOpen(): void {
    if (this.#closed) throw new SwitchyardError('SCOPE_CLOSED', { scope: this.label });
  }

  /** What it holds now, oldest first. */
  holds(): readonly Held[] {
    return this.#entries.map((entry) =>
      entry.kind === 'child' ? { label: entry.label, holds: entry.owned.holds() } : { label: entry.label },
    );
  }

  /**
   * Undoes everything. Resolves when all is done, or when the patience is over: what is still running then is
   * reported and left, and the rest is undone without being waited for. Later calls tell the same again.
   * @throws AggregateError of one PLUGIN_TEARDOWN_FAILED for each thing that could not be undone, in the order of undoing.
   */
  async close(): Promise<void> {
    const failures = await this.#undo(undefined);
    if (failures.length === 0) return;
    throw new AggregateError(
      failures,
      `closing ${this.label}: ${failures.map((each) => each.message).join('; ')}`,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #undo(inherited: Limit | undefined): Promise<readonly SwitchyardError[]> {
    return (this.#undone ??= this.#undoAll(inherited));
  }

  async #undoAll(inherited: Limit | undefined): Promise<readonly SwitchyardError[]> {
    this.#closing.abort();
    const own = this.#patience && limitOf(this.#patience);
    const failures: SwitchyardError[] = [];
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      this.#undoing = entry;
      failures.push(...(await this.#undoOne(entry, own ?? inherited)));
    }
    this.#undoing = undefined;
    own?.end();
    this.#closed = true;
    // Last: a parent that closes meanwhile must find it and wait.
    this.#parent?.disown(this);
    return failures;
  }

  async #undoOne(entry: Entry, limit: Limit | undefined): Promise<readonly SwitchyardError[]> {
    // A child keeps to a limit by itself, and names what it could not undo better than its parent could.
    if (entry.kind === 'child') return entry.owned.#undo(limit);
    try {
      const done = await within(entry.release(), limit);
      return done === LATE
        ? [this.#failure(entry, `it did not end within ${(limit?.ms ?? 0) / 1000} s`)]
        : [];
    } catch (error) {
      return [this.#failure(entry, reasonOf(error), error)];
    }
  }

  #failure(entry: Entry, reason: string, cause?: unknown): SwitchyardError {
    return new SwitchyardError(
      'PLUGIN_TEARDOWN_FAILED',
      { plugin: this.label, what: entry.label, reason },
      cause === undefined ? {} : { cause },
    );
  }
}

function releaseOf(owned: Owned): () => unknown {
  // From plain JavaScript anything may come: better refused here than found out at the end.
  if (typeof owned === 'function' || (typeof owned === 'object' && (owned as unknown) !== null)) {
    if (Symbol.asyncDispose in owned) return () => owned[Symbol.asyncDispose]();
    if (Symbol.dispose in owned) return () => owned[Symbol.dispose]();
    if (typeof owned === 'function') return owned;
  }
  throw new TypeError('only a function, or what has Symbol.dispose or Symbol.asyncDispose, can be owned');
}

function labelOf(owned: Owned): string {
  if (typeof owned === 'function') return owned.name || 'function';
  return owned?.constructor?.name ?? 'object';
}

import { SwitchyardError, type CatalogKind } from '@switchyard/plugin-api';
import type { Agreement } from '@switchyard/protocol';
import type { ConnectionContext } from './connection-context.ts';
import { readLists, type Reading } from './list-reader.ts';
import { ListRefresh } from './list-refresh.ts';
import { phaseOf } from './phase.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';

/** What the lists need to know of their connection. */
export interface ListsParts {
  readonly state: () => State;
  /** The session of the present run; undefined between runs. */
  readonly session: () => Session | undefined;
  /** What `status` says changed. `failing`: why some of them fail each time they are read. */
  readonly read: (failing: string | undefined) => void;
}

/** The lists of one connection: read in each run, when the server says that they changed, and by order. */
export class Lists {
  readonly #context: ConnectionContext;
  readonly #parts: ListsParts;
  readonly #refresh: ListRefresh;
  #areRead = false;
  #failing: string | undefined;
  /** The latest reading. */
  #reading: Promise<unknown> = Promise.resolve();
  /** A reading that was ordered and has not begun. */
  #ordered: Promise<void> | undefined;

  constructor(context: ConnectionContext, parts: ListsParts) {
    this.#context = context;
    this.#parts = parts;
    this.#refresh = new ListRefresh(context, (kinds) => this.#readChanged(kinds));
  }

  /** Of the present run. */
  get status(): 'read' | 'failed' | 'unread' {
    return this.#refresh.isFailing ? 'failed' : this.#areRead ? 'read' : 'unread';
  }

  /** A run begins: what was read before may be old. */
  runBegan(): void {
    this.#areRead = false;
    this.#failing = undefined;
  }

  /** A run is over: the next one reads all lists anyway. */
  runEnded(): void {
    this.#refresh.forget();
  }

  /** The server says that these changed. */
  changed(kinds: readonly CatalogKind[]): void {
    this.#refresh.changed(kinds);
  }

  /** Reads all lists of a session that has just agreed. @throws SwitchyardError if the session is lost. */
  readFirst(session: Session, agreement: Agreement): Promise<unknown> {
    return this.#read(session, agreement, this.#kindsOf(agreement));
  }

  /**
   * Reads all lists anew, after a reading that is under way. Orders that come before it begins share it: a server that is
   * slow to answer would collect them without end.
   * @throws UPSTREAM_UNAVAILABLE if it is not ready, or is lost meanwhile; LISTS_UNREAD
   */
  refresh(): Promise<void> {
    this.#ordered ??= this.#reading
      .catch(() => {})
      .then(() => {
        this.#ordered = undefined;
        return this.#readAgain();
      });
    this.#reading = this.#ordered;
    return this.#ordered;
  }

  async #readAgain(): Promise<void> {
    const { server } = this.#context;
    const session = this.#readySession();
    const agreement = session?.agreement;
    const read = session && agreement && (await this.#readNow(session, agreement, this.#kindsOf(agreement)));
    if (!read) {
      const state = phaseOf(this.#parts.state());
      throw new SwitchyardError('UPSTREAM_UNAVAILABLE', { server, state });
    }
    if (read.failed.length === 0) return;
    throw new SwitchyardError('LISTS_UNREAD', { server, reasons: reasonsOf(read) });
  }

  #readChanged(changed: readonly CatalogKind[]): void {
    const session = this.#readySession();
    const agreement = session?.agreement;
    if (!session || !agreement) return;
    // A server may speak of lists that it has not: their absence is no problem.
    const kinds = this.#kindsOf(agreement).filter((kind) => changed.includes(kind));
    if (kinds.length === 0) return;
    this.#read(session, agreement, kinds).catch((error: unknown) =>
      this.#context.log.error('changed lists were not taken', { error }),
    );
  }

  #read(session: Session, agreement: Agreement, kinds: readonly CatalogKind[]): Promise<unknown> {
    this.#reading = this.#readNow(session, agreement, kinds);
    return this.#reading;
  }

  /** Undefined: nobody needs the lists, or the session was lost meanwhile. */
  async #readNow(
    session: Session,
    agreement: Agreement,
    kinds: readonly CatalogKind[],
  ): Promise<Reading | undefined> {
    const { onLists } = this.#context;
    if (!onLists) return undefined;
    this.#refresh.begun();
    const reading = await readLists(session, this.#context, kinds, agreement).finally(() =>
      this.#refresh.ended(),
    );
    // Lists of a session that was lost meanwhile are cut short: what is remembered is truer.
    if (this.#parts.session() !== session || this.#parts.state().phase === 'closing') return undefined;
    this.#refresh.outcome(kinds, reading.failed);
    this.#areRead = true;
    if (!this.#refresh.keepsFailing) this.#failing = undefined;
    else if (reading.failed.length > 0) this.#failing = reasonsOf(reading);
    this.#parts.read(this.#failing);
    onLists(reading.lists);
    return reading;
  }

  #kindsOf({ capabilities }: Agreement): readonly CatalogKind[] {
    return this.#context.era.upstream.lists(capabilities);
  }

  #readySession(): Session | undefined {
    return this.#parts.state().phase === 'ready' ? this.#parts.session() : undefined;
  }
}

function reasonsOf({ failed, lists: { problems } }: Reading): string {
  return failed.map((kind) => `${kind}: ${problems?.[kind]}`).join('; ');
}

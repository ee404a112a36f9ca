import { type Client, SwitchyardError } from '@switchyard/plugin-api';
import type { ResponseParts } from './event-stream.ts';
import { Session } from './session.ts';

/** All sessions of the endpoint. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly session: Session; stopTimer: () => void }>();
  readonly #parts: ResponseParts;
  readonly #idleMs: number;
  readonly #max: number;
  readonly #ended: (session: Session) => void;

  constructor(
    parts: ResponseParts,
    limits: { readonly sessionIdleMs: number; readonly maxSessions: number },
    ended: (session: Session) => void,
  ) {
    this.#parts = parts;
    this.#idleMs = limits.sessionIdleMs;
    this.#max = limits.maxSessions;
    this.#ended = ended;
  }

  /** @throws SESSION_LIMIT */
  begin(principal: string, client: Client): Session {
    if (this.#sessions.size >= this.#max) {
      this.#parts.counts.sessionsRefused += 1;
      throw new SwitchyardError('SESSION_LIMIT', { limit: this.#max });
    }
    const session = new Session(principal, client, this.#parts);
    this.#sessions.set(session.id, { session, stopTimer: this.#watch(session, this.#idleMs) });
    this.#parts.counts.sessions = this.#sessions.size;
    return session;
  }

  /**
   * The session of this id, if it is this principal's.
   * @throws SESSION_MISSING without an id; SESSION_UNKNOWN for one that is not, is no more, or is somebody else's.
   */
  find(id: string | string[] | undefined, principal: string): Session {
    if (id === undefined) throw new SwitchyardError('SESSION_MISSING');
    const session = typeof id === 'string' ? this.#sessions.get(id)?.session : undefined;
    if (session?.principal !== principal) throw new SwitchyardError('SESSION_UNKNOWN');
    session.touch();
    return session;
  }

  end(session: Session, reason: string): void {
    this.#sessions.get(session.id)?.stopTimer();
    this.#sessions.delete(session.id);
    this.#parts.counts.sessions = this.#sessions.size;
    session.end(reason);
    this.#ended(session);
  }

  *[Symbol.iterator](): IterableIterator<Session> {
    for (const { session } of this.#sessions.values()) yield session;
  }

  /** Stops to watch for idle sessions. */
  close(): void {
    for (const { stopTimer } of this.#sessions.values()) stopTimer();
  }

  /** One timer a session, set anew for what is left each time it goes off: a request costs no timer. */
  #watch(session: Session, ms: number): () => void {
    const { clock, counts } = this.#parts;
    return clock.after(ms, () => {
      const left = session.busy ? this.#idleMs : session.lastUsed + this.#idleMs - clock.now();
      if (left > 0) {
        this.#sessions.get(session.id)!.stopTimer = this.#watch(session, left);
        return;
      }
      counts.sessionsExpired += 1;
      this.end(session, 'the session expired');
    });
  }
}

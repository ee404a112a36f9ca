import { type Client, SwitchyardError } from '@switchyard/plugin-api';
import type { ResponseParts } from './event-stream.ts';
import type { EndpointOptions } from './options.ts';
import { Session } from './session.ts';

/** All sessions of the endpoint. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly session: Session; stopTimer: () => void }>();
  readonly #parts: ResponseParts;
  readonly #limits: Pick<EndpointOptions, 'sessionIdleMs' | 'sessionReadyMs' | 'maxSessions'>;
  readonly #ended: (session: Session) => void;

  constructor(
    parts: ResponseParts,
    limits: Pick<EndpointOptions, 'sessionIdleMs' | 'sessionReadyMs' | 'maxSessions'>,
    ended: (session: Session) => void,
  ) {
    this.#parts = parts;
    this.#limits = limits;
    this.#ended = ended;
  }

  /**
   * Where there are too many, another one ends.
   * @throws SESSION_LIMIT if all of them have something under way.
   */
  begin(principal: string, client: Client): Session {
    const { maxSessions, sessionIdleMs, sessionReadyMs } = this.#limits;
    if (this.#sessions.size >= maxSessions) this.#makeRoom();
    const session = new Session(principal, client, this.#parts);
    this.#sessions.set(session.id, {
      session,
      stopTimer: this.#watch(session, Math.min(sessionIdleMs, sessionReadyMs)),
    });
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

  /** Ends the longest idle session of the principal that has most, of those without anything under way. */
  #makeRoom(): void {
    const owned = new Map<string, number>();
    for (const { principal } of this) owned.set(principal, (owned.get(principal) ?? 0) + 1);
    let chosen: Session | undefined;
    for (const session of this) {
      if (session.busy) continue;
      const more = chosen && owned.get(session.principal)! - owned.get(chosen.principal)!;
      if (!chosen || more! > 0 || (more === 0 && session.lastUsed < chosen.lastUsed)) chosen = session;
    }
    if (!chosen) {
      this.#parts.counts.sessionsRefused += 1;
      throw new SwitchyardError('SESSION_LIMIT', { limit: this.#limits.maxSessions });
    }
    this.#parts.counts.sessionsDisplaced += 1;
    this.end(chosen, 'the session made room for a new one');
  }

  /** One timer a session, set anew for what is left each time it goes off: a request costs no timer. */
  #watch(session: Session, ms: number): () => void {
    const { clock, counts } = this.#parts;
    return clock.after(ms, () => {
      const left = this.#left(session);
      if (left > 0) {
        this.#sessions.get(session.id)!.stopTimer = this.#watch(session, left);
        return;
      }
      if (session.ready) counts.sessionsExpired += 1;
      else counts.sessionsUnready += 1;
      this.end(session, 'the session expired');
    });
  }

  /** For how long at least a session may stay, in milliseconds. */
  #left({ ready, busy, beganAt, lastUsed }: Session): number {
    const { sessionIdleMs, sessionReadyMs } = this.#limits;
    const now = this.#parts.clock.now();
    const idle = busy ? sessionIdleMs : lastUsed + sessionIdleMs - now;
    if (ready) return idle;
    return Math.min(idle, busy ? sessionReadyMs : beganAt + sessionReadyMs - now);
  }
}

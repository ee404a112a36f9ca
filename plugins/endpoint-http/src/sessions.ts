import type { SessionParts } from '@switchyard/client-session';
import { type Client, SwitchyardError } from '@switchyard/plugin-api';
import type { EndpointOptions } from './options.ts';
import type { ResponseParts } from './response-parts.ts';
import { Session } from './session.ts';

/** All sessions of the endpoint. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly session: Session; stopTimer: () => void }>();
  readonly #parts: ResponseParts;
  readonly #talk: SessionParts;
  readonly #limits: Pick<EndpointOptions, 'sessionIdleMs' | 'sessionReadyMs' | 'maxSessions'>;

  constructor(
    parts: ResponseParts,
    talk: SessionParts,
    limits: Pick<EndpointOptions, 'sessionIdleMs' | 'sessionReadyMs' | 'maxSessions'>,
  ) {
    this.#parts = parts;
    this.#talk = talk;
    this.#limits = limits;
  }

  /**
   * Where there are too many, another one ends.
   * @throws SESSION_LIMIT if all of them have something under way.
   */
  begin(principal: string, client: Client): Session {
    const { maxSessions, sessionIdleMs, sessionReadyMs } = this.#limits;
    if (this.#sessions.size >= maxSessions) this.#makeRoom();
    const session = new Session(principal, client, this.#parts, this.#talk);
    this.#sessions.set(session.id, {
      session,
      stopTimer: this.#watch(session, Math.min(sessionIdleMs, sessionReadyMs)),
    });
    this.#count();
    return session;
  }

  /**
   * The session of this id, if it is this principal's.
   * @throws SESSION_MISSING without an id; SESSION_UNKNOWN for one that is not, is no more, or is somebody else's.
   */
  find(id: string | string[] | undefined, principal: string): Session {
    if (id === undefined) throw new SwitchyardError('SESSION_MISSING');
    const session = typeof id === 'string' ? this.#sessions.get(id)?.session : undefined;
    if (session?.talk.principal !== principal) throw new SwitchyardError('SESSION_UNKNOWN');
    session.touch();
    return session;
  }

  end(session: Session, reason: string): void {
    this.#sessions.get(session.id)?.stopTimer();
    this.#sessions.delete(session.id);
    session.end(reason);
    this.#count();
  }

  *[Symbol.iterator](): IterableIterator<Session> {
    for (const { session } of this.#sessions.values()) yield session;
  }

  /** Stops to watch for idle sessions. */
  close(): void {
    for (const { stopTimer } of this.#sessions.values()) stopTimer();
  }

  #count(): void {
    this.#parts.counts.sessions = this.#sessions.size;
    this.#talk.door.connected(this.#sessions.size);
  }

  /** Ends the longest idle session of the principal that has most, of those without anything under way. */
  #makeRoom(): void {
    const owned = new Map<string, number>();
    for (const { talk } of this) owned.set(talk.principal, (owned.get(talk.principal) ?? 0) + 1);
    let chosen: Session | undefined;
    for (const session of this) {
      if (session.busy) continue;
      const more = chosen && owned.get(session.talk.principal)! - owned.get(chosen.talk.principal)!;
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
      if (session.talk.ready) counts.sessionsExpired += 1;
      else counts.sessionsUnready += 1;
      this.end(session, 'the session expired');
    });
  }

  /** For how long at least a session may stay, in milliseconds. */
  #left({ talk, busy, beganAt, lastUsed }: Session): number {
    const { sessionIdleMs, sessionReadyMs } = this.#limits;
    const now = this.#parts.clock.now();
    const idle = busy ? sessionIdleMs : lastUsed + sessionIdleMs - now;
    if (talk.ready) return idle;
    return Math.min(idle, busy ? sessionReadyMs : beganAt + sessionReadyMs - now);
  }
}

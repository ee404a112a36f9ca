import type { Call, Exchange, Execute, LogLevel, Sink } from '@switchyard/plugin-api';
import type { Era } from '@switchyard/protocol';
import type { Session } from './session.ts';
import { Subscriptions } from './subscriptions.ts';

/** How long a server may take to answer a log level. */
const ANSWER_MS = 10_000;

/** The level of a server that nobody told one, as far as one can know. */
const USUAL: LogLevel = 'info';

/** What the interests work with. */
interface InterestsContext {
  readonly server: string;
  readonly era: Era;
  /** The least severe log message that a client of this connection wants. */
  readonly logLevel: () => LogLevel | undefined;
}

/** What the clients of one connection want to hear outside of calls: told to the server, and again after a new start. */
export class Interests {
  readonly subscriptions: Subscriptions;
  readonly #context: InterestsContext;
  /** The session that may be spoken to now. */
  readonly #session: () => Session | undefined;
  #toldLevel: LogLevel | undefined;

  constructor(context: InterestsContext, session: () => Session | undefined) {
    this.#context = context;
    this.#session = session;
    this.subscriptions = new Subscriptions(context, session);
  }

  /** Carries out `resources/subscribe` or `resources/unsubscribe`; `carry` is the way to the server. */
  execute(call: Call, sink: Sink, carry: Execute): Exchange {
    return this.subscriptions.execute(call, sink, carry);
  }

  /** A client session ended. */
  sessionEnded(audience: string): void {
    this.subscriptions.forget(audience);
    this.logLevelChanged();
  }

  /** Tells the server the level that its clients want now, if it is another one than it knows. */
  logLevelChanged(): void {
    const { era, logLevel } = this.#context;
    const session = this.#session();
    // Who wanted more is gone: the server goes back to what is usual.
    const level = logLevel() ?? (this.#toldLevel === undefined ? undefined : USUAL);
    if (!session || level === undefined || level === this.#toldLevel) return;
    if (!session.agreement?.capabilities['logging'] || !era.upstream.setLevel(level, 0)) return;
    this.#toldLevel = level;
    session
      .request((id) => era.upstream.setLevel(level, id)!, ANSWER_MS)
      .catch(() => {
        if (this.#toldLevel === level) this.#toldLevel = undefined;
      });
  }

  /** Takes over what the clients of another connection want; its server is told with the next `renew`. */
  adopt(other: Interests): void {
    this.subscriptions.adopt(other.subscriptions);
  }

  /** The server began anew and knows of nothing. */
  renew(): void {
    this.#toldLevel = undefined;
    this.logLevelChanged();
    void this.subscriptions.renew();
  }
}

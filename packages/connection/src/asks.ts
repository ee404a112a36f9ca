import { payloadOf, type Call, type Clock, type RpcId } from '@switchyard/plugin-api';
import type { Era, FromServer, Message } from '@switchyard/protocol';
import type { ServerCall } from './server-call.ts';
import type { Timings } from './timings.ts';

type Ask = Extract<FromServer, { kind: 'ask' }>;

/** A method that a server asked for and whose question nobody was given, with what people can do about it. */
export interface RefusedAsk {
  readonly method: string;
  readonly reason: string;
  readonly cure: string;
}

/** What the choice of a call works with. */
export interface AsksContext {
  readonly era: Era;
  readonly clock: Clock;
  readonly timings: Timings;
  /** The connection is one client session's own: whatever its server asks, it asks that client. */
  readonly ownSession?: boolean;
}

/** The session, as its server's questions see it. */
interface Asked {
  /** Calls that are not answered, oldest first. */
  calls(): Iterable<ServerCall>;
  call(id: RpcId): ServerCall | undefined;
  reply(message: Message): void;
  refused(ask: RefusedAsk): void;
}

/** How many questions wait for a call that may carry them, and how long. */
const WAITING = 16;
const WAITING_MS = 5_000;
/** How many calls that were given up are remembered. */
const ABANDONED = 256;
/** How much of a server's word for what it asks is kept and shown. */
const SHOWN = 100;

/**
 * Finds whom a server's question is for (docs/architecture.md, sharing): the call on whose stream it came; where no
 * stream tells, the newest call whose client may be asked, if all calls are of one audience. No guess beyond that:
 * a question in the wrong hands would show one client's data to another.
 */
export class Asks {
  readonly #context: AsksContext;
  readonly #session: Asked;
  /** Calls that were given up and not answered, by our ids. */
  readonly #abandoned = new Map<RpcId, { readonly audience: string; readonly until: number }>();
  /** Which call each open question was given to. */
  readonly #given = new Map<RpcId, ServerCall>();
  /** Questions on a session's own connection that came before its first call. */
  readonly #waiting = new Map<RpcId, { readonly ask: Ask; readonly cancelTimer: () => void }>();

  constructor(context: AsksContext, session: Asked) {
    this.#context = context;
    this.#session = session;
  }

  received(ask: Ask, relatesTo: RpcId | undefined): void {
    const chosen = this.#choose(ask, relatesTo);
    if (typeof chosen !== 'string') this.#give(ask, chosen);
    else if (this.#mayWait(relatesTo)) this.#hold(ask);
    else this.#refuse(ask, chosen);
  }

  withdrawn(id: RpcId): void {
    this.#waiting.get(id)?.cancelTimer();
    this.#waiting.delete(id);
    this.#given.get(id)?.withdraw(id);
    this.#given.delete(id);
  }

  /** A call was given up before its answer: its server may go on with it, and still ask. */
  gaveUp(id: RpcId, { audience }: Pick<Call, 'audience'>): void {
    const { clock, timings } = this.#context;
    this.#abandoned.set(id, { audience, until: clock.now() + timings.callTotal });
    for (const oldest of this.#abandoned.keys()) {
      if (this.#abandoned.size <= ABANDONED) break;
      this.#abandoned.delete(oldest);
    }
  }

  /** An answer came that nobody waits for. */
  late(id: RpcId): void {
    this.#abandoned.delete(id);
  }

  /** A call was sent: what waits may be for it. */
  called(): void {
    if (this.#waiting.size === 0) return;
    for (const [id, { ask, cancelTimer }] of [...this.#waiting]) {
      const chosen = this.#choose(ask, undefined);
      if (typeof chosen === 'string') continue;
      cancelTimer();
      this.#waiting.delete(id);
      this.#give(ask, chosen);
    }
  }

  /** A question has its answer. */
  answered(id: RpcId): void {
    this.#given.delete(id);
  }

  /** The session is over: nobody is to be told. */
  close(): void {
    for (const { cancelTimer } of this.#waiting.values()) cancelTimer();
    this.#waiting.clear();
    this.#given.clear();
  }

  /** The call that carries it, or a reason why there is none. */
  #choose({ method, params }: Ask, relatesTo: RpcId | undefined): ServerCall | string {
    const mayBeAsked = ({ call }: ServerCall) =>
      call.canBeAsked && this.#context.era.upstream.mayAsk(method, params, call.client.capabilities);
    if (relatesTo !== undefined) {
      const carrier = this.#session.call(relatesTo);
      if (!carrier) return NO_CALL;
      return mayBeAsked(carrier) ? carrier : NOT_ABLE;
    }
    // Of all calls, also of those whose clients cannot be asked: it may well mean one of them.
    const audiences = this.#abandonedAudiences();
    const able: ServerCall[] = [];
    let any = false;
    for (const call of this.#session.calls()) {
      any = true;
      audiences.add(call.call.audience);
      if (mayBeAsked(call)) able.push(call);
    }
    if (!any) return NO_CALL;
    if (audiences.size > 1) return SEVERAL;
    return able.at(-1) ?? NOT_ABLE;
  }

  #abandonedAudiences(): Set<string> {
    const now = this.#context.clock.now();
    for (const [id, { until }] of this.#abandoned) if (until <= now) this.#abandoned.delete(id);
    return new Set([...this.#abandoned.values()].map(({ audience }) => audience));
  }

  #give(ask: Ask, call: ServerCall): void {
    // Before, because the client may answer at once.
    this.#given.set(ask.id, call);
    if (call.ask(ask.id, ask.method, ask.params) === 'asked') return;
    this.#given.delete(ask.id);
    this.#refuse(ask, TOO_MANY);
  }

  #mayWait(relatesTo: RpcId | undefined): boolean {
    return relatesTo === undefined && this.#context.ownSession === true && this.#waiting.size < WAITING;
  }

  #hold(ask: Ask): void {
    const cancelTimer = this.#context.clock.after(WAITING_MS, () => {
      this.#waiting.delete(ask.id);
      this.#refuse(ask, NO_CALL);
    });
    this.#waiting.set(ask.id, { ask, cancelTimer });
  }

  #refuse({ id, method: asked }: Ask, reason: string): void {
    const method = asked.slice(0, SHOWN);
    // Whichever of them it was about, it has begun.
    for (const call of this.#session.calls()) call.noteAsked();
    this.#session.refused({ method, reason, cure: CURES[reason] ?? OTHERS_WORK });
    const error = payloadOf({ code: METHOD_NOT_FOUND, message: `${method} is not answered here: ${reason}` });
    this.#session.reply(this.#context.era.upstream.reply(id, { error }));
  }
}

const METHOD_NOT_FOUND = -32601;

const NO_CALL = 'no call was under way';
const NOT_ABLE = 'the client that called cannot be asked this';
const SEVERAL = 'several clients were calling, and it does not say which of them it means';
const TOO_MANY = 'the call has too many questions open';

const OTHERS_WORK = 'the others work';
const OWN_CONNECTION =
  'set "sharing": "session" in its entry, so that each client has a connection of its own';
const CURES: Readonly<Record<string, string>> = {
  [NO_CALL]: OWN_CONNECTION,
  [SEVERAL]: OWN_CONNECTION,
  [NOT_ABLE]: 'use them with a client that supports it',
};

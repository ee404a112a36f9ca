import { SwitchyardError, type ErrorCode, type RpcId } from '@switchyard/plugin-api';
import type { Message } from '@switchyard/protocol';
import { Observable } from 'rxjs';
import { cause } from './cause.ts';
import type { Session, SessionContext } from './session.ts';
import type { Happening } from './state.ts';

/** What the last probe of the present run told. */
export type Probed = 'not yet' | 'answered' | 'missed';

/** A request that ends so was not answered by anybody; all other ends of it come from somebody who lives. */
const SILENT: ReadonlySet<ErrorCode> = new Set(['CALL_TIMEOUT', 'UPSTREAM_EXITED', 'UPSTREAM_UNREACHABLE']);

/**
 * Whether a server still lives that says nothing (2025-11-25, utilities, ping). One timer looks now and then at when
 * something was last heard; only of a server that was silent since, and owes no answer, it asks for one. A server that
 * is busy with a call is never asked: many can do one thing at a time.
 *
 * A server that is somewhere else is asked only after a call to it timed out or was lost. It has no process of ours that
 * could hang for ever, each of its requests has its own connection and fails by itself, and every gateway that asked it
 * twice a minute for nothing would cost it and keep it from sleeping.
 */
export class Liveness {
  readonly #context: SessionContext;
  /** What `status` says changed. */
  readonly #changed: () => void;
  #probed: Probed = 'not yet';
  /** Of this server, in all its runs: undefined until one was answered, or was not and something else was. */
  #answersPings: boolean | undefined;

  constructor(context: SessionContext, changed: () => void) {
    this.#context = context;
    this.#changed = changed;
  }

  get probed(): Probed {
    return this.#probed;
  }

  /** Whether it answers a request of ours now. A message is an answer; an HTTP status in the place of one is none. */
  async ask(session: Session): Promise<boolean> {
    const { era, timings } = this.#context;
    const answers = (build: (id: RpcId) => Message): Promise<boolean> =>
      session.request(build, timings.probeTimeout).then(
        () => true,
        () => false,
      );
    const hasPing = era.upstream.ping(0) !== undefined;
    if (hasPing && this.#answersPings !== false && (await answers((id) => era.upstream.ping(id)!)))
      return true;
    const [kind] = era.upstream.lists(session.agreement?.capabilities ?? {});
    return kind ? answers((id) => era.upstream.list(kind, undefined, id)) : !hasPing;
  }

  /** Watches a session for as long as it is ready. */
  watch(session: Session, run: number): Observable<Happening> {
    return new Observable((subscriber) => {
      const { clock, random, timings } = this.#context;
      let heard = session.heard;
      let cancelTimer: () => void = () => {};
      const again = () => {
        // Servers that started together should not all be woken at one moment.
        cancelTimer = clock.after(timings.probe * (0.75 + random.next() / 2), look);
      };
      const look = () => {
        const wasSilent = session.heard === heard;
        heard = session.heard;
        if (!wasSilent || !session.owesNothing || !this.#isWorthAsking(session)) return again();
        void this.#probe(session).then((missed) => {
          if (subscriber.closed) return;
          heard = session.heard;
          if (missed === undefined) this.#tell('answered');
          else {
            this.#tell('missed');
            session.onceHeard(() => {
              this.#tell('answered');
              subscriber.next({ type: 'answered', run });
            });
            subscriber.next({ type: 'missed', run, cause: missed });
          }
          // The second miss ends the run, and nobody would cancel this timer any more.
          if (!subscriber.closed) again();
        });
      };
      this.#tell('not yet');
      again();
      return () => {
        cancelTimer();
        session.onceHeard(undefined);
      };
    });
  }

  #isWorthAsking(session: Session): boolean {
    return (!this.#context.timings.remote && this.#answersPings !== false) || session.isDoubtful;
  }

  /** Undefined: it lives. */
  async #probe(session: Session): Promise<ReturnType<typeof cause> | undefined> {
    const { era, server, timings } = this.#context;
    let method = '';
    const answers = async (build: (id: RpcId) => Message): Promise<boolean> => {
      const { heard } = session;
      const named = (id: RpcId) => {
        const message = build(id);
        method = message.method ?? '';
        return message;
      };
      try {
        await session.request(named, timings.probeTimeout);
        return true;
      } catch (error) {
        return session.heard !== heard || !SILENT.has(SwitchyardError.from(error).code);
      }
    };
    if (this.#answersPings !== false && (await answers((id) => era.upstream.ping(id)!))) {
      this.#answersPings = true;
      return undefined;
    }
    // Servers written by hand drop what they do not know. One that still tells its lists must not be ended for that.
    const [kind] = era.upstream.lists(session.agreement?.capabilities ?? {});
    if (
      this.#answersPings !== true &&
      kind &&
      (await answers((id) => era.upstream.list(kind, undefined, id)))
    ) {
      this.#answersPings = false;
      return undefined;
    }
    return cause('UPSTREAM_UNRESPONSIVE', { server, method, seconds: timings.probeTimeout / 1_000 });
  }

  #tell(probed: Probed): void {
    if (this.#probed === probed) return;
    this.#probed = probed;
    this.#changed();
  }
}

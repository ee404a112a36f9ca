import {
  answer,
  failed,
  payloadOf,
  SwitchyardError,
  type Call,
  type Exchange,
  type Execute,
  type Outcome,
  type Sink,
} from '@switchyard/plugin-api';
import type { Era } from '@switchyard/protocol';
import type { Session } from './session.ts';

/** How many subscriptions one connection keeps, over all its clients. */
const LIMIT = 10_000;

/** How long the server may take to answer a subscription that is renewed or ended for somebody. */
const ANSWER_MS = 10_000;

const DONE: Outcome = { kind: 'result', result: payloadOf({}) };

/** What the counting works with. */
interface SubscriptionsContext {
  readonly server: string;
  readonly era: Era;
}

/**
 * Who wants to hear of which resource (2025-11-25, resources, subscriptions), counted: the server is asked when the
 * first of them comes, told when the last one leaves, and asked again after a new start.
 */
export class Subscriptions {
  readonly #context: SubscriptionsContext;
  /** The subscribers' audiences by URI. */
  readonly #audiences = new Map<string, Set<string>>();
  /** URIs that the server has confirmed, in whatever run. */
  readonly #known = new Set<string>();
  /** Those of them that it has confirmed in this run. */
  readonly #confirmed = new Set<string>();
  #count = 0;

  constructor(context: SubscriptionsContext) {
    this.#context = context;
  }

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  has(uri: string, audience: string): boolean {
    return this.#audiences.get(uri)?.has(audience) === true;
  }

  /** Carries out `resources/subscribe` or `resources/unsubscribe`; `carry` is the way to the server. */
  execute(call: Call, sink: Sink, carry: Execute): Exchange {
    const uri = call.name ?? '';
    return call.method === 'resources/subscribe'
      ? this.#subscribe(uri, call, sink, carry)
      : this.#unsubscribe(uri, call, sink, carry);
  }

  /** A client session ended: its subscriptions with it. */
  forget(audience: string, session: Session | undefined): void {
    for (const uri of [...this.#audiences.keys()]) {
      if (!this.#remove(uri, audience) || this.#audiences.has(uri)) continue;
      if (this.#forgetUri(uri)) this.#tell(session, 'unsubscribe', uri);
    }
  }

  /** The server began anew and knows of nothing. */
  renew(session: Session): void {
    this.#confirmed.clear();
    // Others were never confirmed: the calls that ask for them are still on their way.
    for (const uri of this.#known) this.#tell(session, 'subscribe', uri);
  }

  #subscribe(uri: string, call: Call, sink: Sink, carry: Execute): Exchange {
    if (!this.has(uri, call.audience) && this.#count >= LIMIT) {
      const { server } = this.#context;
      const error = new SwitchyardError('SUBSCRIPTIONS_LIMIT', { server, limit: LIMIT });
      return answer(sink, failed(call, error, { executed: 'no', phase: 'waiting', server }));
    }
    // Before the server knows: what it says at once must not be lost.
    const isNew = this.#add(uri, call.audience);
    if (this.#confirmed.has(uri)) return answer(sink, DONE);
    return carry(call, (event) => {
      if (event.kind === 'outcome') {
        if (event.outcome.kind === 'result') this.#confirm(uri);
        else if (isNew) this.#remove(uri, call.audience);
      }
      sink(event);
    });
  }

  #unsubscribe(uri: string, call: Call, sink: Sink, carry: Execute): Exchange {
    this.#remove(uri, call.audience);
    if (this.#audiences.has(uri)) return answer(sink, DONE);
    this.#forgetUri(uri);
    return carry(call, sink);
  }

  #tell(session: Session | undefined, order: 'subscribe' | 'unsubscribe', uri: string): void {
    const { upstream } = this.#context.era;
    if (!session || !upstream[order](uri, 0)) return;
    void session
      .request((id) => upstream[order](uri, id)!, ANSWER_MS)
      .then(
        ({ result }) => {
          if (result && order === 'subscribe') this.#confirm(uri);
        },
        // It is asked again with the next subscriber, or after the next start.
        () => {},
      );
  }

  #confirm(uri: string): void {
    if (!this.#audiences.has(uri)) return;
    this.#known.add(uri);
    this.#confirmed.add(uri);
  }

  /** Whether the server knows of it in this run. */
  #forgetUri(uri: string): boolean {
    this.#known.delete(uri);
    return this.#confirmed.delete(uri);
  }

  #add(uri: string, audience: string): boolean {
    const audiences = this.#audiences.get(uri) ?? new Set();
    if (audiences.has(audience)) return false;
    this.#audiences.set(uri, audiences.add(audience));
    this.#count += 1;
    return true;
  }

  /** Whether there was one. */
  #remove(uri: string, audience: string): boolean {
    const audiences = this.#audiences.get(uri);
    if (!audiences?.delete(audience)) return false;
    this.#count -= 1;
    if (audiences.size === 0) this.#audiences.delete(uri);
    return true;
  }
}

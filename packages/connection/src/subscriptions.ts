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

/** How many subscriptions one connection keeps, over all its clients, and how many of them for one. */
const LIMIT = 10_000;
const LIMIT_EACH = 1_000;
/** Longer URIs are not subscribed to: they are kept as long as their session lives. */
const LONGEST = 8_192;

/** How many subscriptions are renewed at a time: calls want to be sent too. */
const AT_ONCE = 16;

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
  /** The session that may be spoken to now. */
  readonly #session: () => Session | undefined;
  /** How many each client has. */
  readonly #each = new Map<string, number>();
  /** The subscribers' audiences by URI. */
  readonly #audiences = new Map<string, Set<string>>();
  /** URIs that the server has confirmed, in whatever run. */
  readonly #known = new Set<string>();
  /** Those of them that it has confirmed in this run. */
  readonly #confirmed = new Set<string>();
  #count = 0;

  constructor(context: SubscriptionsContext, session: () => Session | undefined) {
    this.#context = context;
    this.#session = session;
  }

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  /** Who is to hear that a resource changed: it may be part of the one that was subscribed to. */
  audiencesOf(uri: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const [subscribed, audiences] of this.#audiences) {
      if (!isWithin(uri, subscribed)) continue;
      for (const audience of audiences) found.add(audience);
    }
    return found;
  }

  /** Carries out `resources/subscribe` or `resources/unsubscribe`; `carry` is the way to the server. */
  execute(call: Call, sink: Sink, carry: Execute): Exchange {
    const uri = call.name ?? '';
    return call.method === 'resources/subscribe'
      ? this.#subscribe(uri, call, sink, carry)
      : this.#unsubscribe(uri, call, sink, carry);
  }

  /** A client session ended: its subscriptions with it. */
  forget(audience: string): void {
    for (const uri of [...this.#audiences.keys()]) {
      if (!this.#remove(uri, audience) || this.#audiences.has(uri)) continue;
      if (this.#forgetUri(uri)) void this.#tell('unsubscribe', uri);
    }
  }

  /** Takes over those of another connection: the server is asked for them with the next `renew`. */
  adopt(other: Subscriptions): void {
    for (const [uri, audiences] of other.#audiences) {
      for (const audience of audiences) this.#add(uri, audience);
      if (other.#known.has(uri)) this.#known.add(uri);
    }
  }

  /** The server began anew and knows of nothing. */
  async renew(): Promise<void> {
    this.#confirmed.clear();
    const session = this.#session();
    // Others were never confirmed: the calls that ask for them are still on their way.
    const known = [...this.#known];
    for (let at = 0; at < known.length && this.#session() === session; at += AT_ONCE) {
      await Promise.all(known.slice(at, at + AT_ONCE).map((uri) => this.#tell('subscribe', uri)));
    }
  }

  #subscribe(uri: string, call: Call, sink: Sink, carry: Execute): Exchange {
    const { server } = this.#context;
    if (uri.length > LONGEST) {
      const reason = `the URI has more than ${LONGEST} characters`;
      const error = new SwitchyardError('INVALID_PARAMS', { reason });
      return answer(sink, failed(call, error, { executed: 'no', phase: 'waiting', server }));
    }
    const limit = this.#limitFor(uri, call.audience);
    if (limit !== undefined) {
      const error = new SwitchyardError('SUBSCRIPTIONS_LIMIT', { server, limit });
      return answer(sink, failed(call, error, { executed: 'no', phase: 'waiting', server }));
    }
    // Before the server knows: what it says at once must not be lost.
    const isNew = this.#add(uri, call.audience);
    if (this.#confirmed.has(uri)) return answer(sink, DONE);
    return carry(call, (event) => {
      if (event.kind === 'outcome') {
        if (event.outcome.kind === 'result') this.#confirm(uri);
        else if (isNew) this.#gaveUp(uri, call.audience, event.outcome);
      }
      sink(event);
    });
  }

  #unsubscribe(uri: string, call: Call, sink: Sink, carry: Execute): Exchange {
    this.#remove(uri, call.audience);
    if (this.#audiences.has(uri)) return answer(sink, DONE);
    this.#forgetUri(uri);
    return carry(call, (event) => {
      // Who came meanwhile may have been overtaken on the way by this order.
      if (event.kind === 'outcome' && this.#audiences.has(uri)) void this.#tell('subscribe', uri);
      sink(event);
    });
  }

  /** A subscription that was not confirmed; the server may have it all the same. */
  #gaveUp(uri: string, audience: string, outcome: Outcome): void {
    this.#remove(uri, audience);
    const inDoubt =
      outcome.kind === 'cancelled' || (outcome.kind === 'error' && outcome.executed === 'unknown');
    if (inDoubt && !this.#audiences.has(uri)) void this.#tell('unsubscribe', uri);
  }

  async #tell(order: 'subscribe' | 'unsubscribe', uri: string): Promise<void> {
    const { upstream } = this.#context.era;
    const session = this.#session();
    if (!session || !upstream[order](uri, 0)) return;
    try {
      const { result } = await session.request((id) => upstream[order](uri, id)!, ANSWER_MS);
      if (result && order === 'subscribe') this.#confirm(uri);
    } catch {
      // It is asked again with the next subscriber, or after the next start.
    }
  }

  /** The limit that one more would be over. */
  #limitFor(uri: string, audience: string): number | undefined {
    if (this.#audiences.get(uri)?.has(audience)) return undefined;
    if (this.#count >= LIMIT) return LIMIT;
    return (this.#each.get(audience) ?? 0) >= LIMIT_EACH ? LIMIT_EACH : undefined;
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
    this.#each.set(audience, (this.#each.get(audience) ?? 0) + 1);
    return true;
  }

  /** Whether there was one. */
  #remove(uri: string, audience: string): boolean {
    const audiences = this.#audiences.get(uri);
    if (!audiences?.delete(audience)) return false;
    this.#count -= 1;
    const left = this.#each.get(audience)! - 1;
    if (left === 0) this.#each.delete(audience);
    else this.#each.set(audience, left);
    if (audiences.size === 0) this.#audiences.delete(uri);
    return true;
  }
}

/** Whether a URI is another one or a part of it (2025-11-25, resources, subscriptions: it may be a sub-resource). */
function isWithin(uri: string, whole: string): boolean {
  if (!uri.startsWith(whole)) return false;
  return uri.length === whole.length || whole.endsWith('/') || '/?#'.includes(uri[whole.length]!);
}

import {
  type Client,
  type Door,
  type DoorSession,
  type Notice,
  payloadOf,
  type RpcId,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { type DownstreamEra, type Frame, type Segments, stringIn } from '@switchyard/protocol';
import { type CallMessage, CallUnderWay } from './call-under-way.ts';
import { errorMessage } from './error-message.ts';
import { BATCHING_VERSION, invalidParams, invalidRequest, type Remark, type Request } from './incoming.ts';
import { InFlight } from './in-flight.ts';
import type { SessionCounts, SessionLimits } from './limits.ts';
import { LogFilter } from './log-filter.ts';
import type { Outlet, Reply, Topic } from './reply.ts';

/** What all sessions of a door have in common. */
export interface SessionParts {
  readonly door: Door;
  readonly era: DownstreamEra;
  readonly limits: SessionLimits;
  readonly counts: SessionCounts;
}

/** The lists whose changes a client hears of. */
export type ListKind = 'tools' | 'prompts' | 'resources';

const EMPTY = payloadOf({});
const LOG: Topic = { kind: 'log' };
const LIST_CHANGED: Readonly<Record<ListKind, Topic>> = {
  tools: { kind: 'listChanged', key: 'listChanged tools' },
  prompts: { kind: 'listChanged', key: 'listChanged prompts' },
  resources: { kind: 'listChanged', key: 'listChanged resources' },
};
const ASKABLE = ['sampling', 'elicitation', 'roots'];

/**
 * One client's session, from the answer to `initialize` to its end, whichever door it came by: what it asks becomes
 * calls, what comes of them becomes its answers. Messages are taken in the order in which they came; requests before
 * `notifications/initialized` are served all the same (2025-11-25, lifecycle, initialization, says SHOULD NOT).
 */
export class ClientSession implements DoorSession {
  readonly principal: string;
  readonly audience: string;
  readonly client: Client;
  readonly parts: SessionParts;
  /** Whether the client can be asked anything at all. */
  readonly canBeAsked: boolean;
  readonly inFlight = new InFlight<CallUnderWay>();
  /** The calls whose questions are open, by the ids of the questions. */
  readonly asks = new Map<string, CallUnderWay>();
  readonly logs = new LogFilter();
  readonly #outlet: Outlet;
  /** Until the client is initialized: the lists that changed, of which it is told then. */
  #unready: Set<ListKind> | undefined = new Set();
  #ended = false;

  constructor(
    parts: SessionParts,
    who: { readonly principal: string; readonly audience: string; readonly client: Client },
    outlet: Outlet,
  ) {
    this.parts = parts;
    this.principal = who.principal;
    this.audience = who.audience;
    this.client = who.client;
    this.canBeAsked = ASKABLE.some((capability) => capability in who.client.capabilities);
    this.#outlet = outlet;
  }

  /** Whether the client said that it is initialized. */
  get ready(): boolean {
    return this.#unready === undefined;
  }

  /** Whether it may send several messages at once. */
  get acceptsBatches(): boolean {
    return this.client.protocolVersion === BATCHING_VERSION;
  }

  /** Takes a request. `reply` gets its answer once, now or later, and before it what belongs to it. */
  serve(message: Request, reply: Reply): void {
    switch (message.kind) {
      case 'call':
        return this.#call(message, reply);
      case 'ping':
        return reply.answer(this.#empty('ping', message.id));
      case 'setLevel':
        this.logs.set(message.level);
        this.parts.door.setLogLevel(this, message.level);
        return reply.answer(this.#empty('logging/setLevel', message.id));
      case 'hello': {
        const error = invalidRequest('initialize comes once, alone, and first');
        return reply.answer(errorMessage(error, message), 400);
      }
      case 'unreadable':
        return reply.answer(errorMessage(message.error, message), 400);
      case 'invalid': {
        // 200 where it is a request: clients read the error in it, and take any other status for a broken transport.
        const status = message.id === undefined ? 400 : 200;
        return reply.answer(errorMessage(invalidParams(message.reason), message), status);
      }
    }
  }

  /** Takes a message that is not answered. */
  hear(message: Remark): void {
    switch (message.kind) {
      case 'cancel':
        // Of an id that is not in flight: the answer was quicker (2025-11-25, cancellation, timing).
        return this.inFlight.get(message.id)?.cancel(message.reason);
      case 'answer':
        return this.#answered(message.id, message.frame);
      case 'rootsChanged':
        return this.parts.door.rootsChanged(this);
      case 'ready':
        return this.#becomeReady();
      case 'ignored':
        return;
    }
  }

  /** Tells the client that a list changed; not before it is initialized. */
  listChanged(kind: ListKind): void {
    if (this.#unready) this.#unready.add(kind);
    else this.#outlet.notify(this.parts.era.listChanged(kind).segments, LIST_CHANGED[kind]);
  }

  /** Passes on what a server says outside of calls, where this client wants to hear it. */
  notice(notice: Notice): void {
    if (!notice.concerns(this)) return;
    const { era, counts } = this.parts;
    switch (notice.kind) {
      case 'updated': {
        const uri = stringIn(notice.params, 'uri');
        const topic: Topic = { kind: 'updated', ...(uri === undefined ? {} : { key: `updated ${uri}` }) };
        return this.#outlet.notify(era.updated(notice.params).segments, topic);
      }
      case 'log':
        if (this.logs.passes(notice.params)) this.#outlet.notify(era.log(notice.params).segments, LOG);
        else counts.logsFiltered += 1;
        return;
    }
  }

  /** Nobody will come back to read this reply: what was asked there is answered with an error, so that no server waits. */
  lost(reply: Reply): void {
    for (const [askId, call] of [...this.asks]) if (call.reply === reply) call.loseAsk(askId);
  }

  /**
   * Answers what is under way with an error and gives it up: no outcome will be passed on.
   * @param error why; absent: the gateway ends.
   */
  abandon(reason: string, error?: SwitchyardError): void {
    for (const call of this.inFlight.list()) call.abandon(reason, error);
  }

  /** Gives up what is under way and tells the gateway. Once; later calls do nothing. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const call of this.inFlight.list()) call.cancel(reason);
    this.parts.door.sessionEnded(this);
  }

  #call(message: CallMessage, reply: Reply): void {
    const { id } = message;
    const { counts, limits } = this.parts;
    if (this.inFlight.get(id)) {
      return reply.answer(errorMessage(new SwitchyardError('ID_IN_USE', { id: shown(id) }), { id }), 400);
    }
    if (this.inFlight.size >= limits.maxInFlight) {
      counts.callsRefused += 1;
      const error = new SwitchyardError('SESSION_OVERLOADED', { limit: limits.maxInFlight });
      return reply.answer(errorMessage(error, { id }));
    }
    const call = new CallUnderWay(this, message, reply);
    this.inFlight.add(call);
    call.start();
  }

  #answered(id: RpcId, { result, error }: Frame): void {
    const answer = result ? { result } : error && { error };
    if (answer && typeof id === 'string') this.asks.get(id)?.answerAsk(id, answer);
  }

  #becomeReady(): void {
    const changed = this.#unready;
    this.#unready = undefined;
    if (changed) for (const kind of changed) this.listChanged(kind);
  }

  #empty(method: string, id: RpcId): Segments | undefined {
    return this.parts.era.answer({ method }, id, { kind: 'result', result: EMPTY })?.segments;
  }
}

/** A client's id in a message of ours. */
function shown(id: RpcId): RpcId {
  return typeof id === 'string' ? JSON.stringify(id.slice(0, 64)) : id;
}

import {
  type Ask,
  type Call,
  type Exchange,
  type ExchangeEvent,
  failed,
  payloadOf,
  type Payload,
  type RpcId,
  SwitchyardError,
} from '@switchyard/plugin-api';
import type { FromClient, Segments } from '@switchyard/protocol';
import type { ClientSession } from './client-session.ts';
import type { Reply, Topic } from './reply.ts';

/** What a client answers to a question. */
export type AskAnswer = Parameters<Exchange['reply']>[1];

/** What a client's request is made of. */
export type CallMessage = Extract<FromClient, { readonly kind: 'call' }>;

const LOG: Topic = { kind: 'log' };
const ASK: Topic = { kind: 'ask' };
const WITHDRAWN: Topic = { kind: 'withdrawn' };

const TOO_MANY_ASKS = 'the client has too many questions to answer already';
const HUNG_UP = 'the client hung up before it could be asked';
const WENT_AWAY = 'the client went away before it answered';

/** One call of a client between its request and its outcome: what comes of the call becomes what the client reads. */
export class CallUnderWay {
  /** The client's id for it. */
  readonly id: RpcId;
  readonly reply: Reply;
  readonly #session: ClientSession;
  readonly #progressToken: RpcId | undefined;
  readonly #call: Call;
  #exchange: Exchange | undefined;
  #over = false;
  #openAsks = 0;
  #progress: Topic | undefined;
  /** What was to be done to the exchange before there was one: the sink may be called while it is being made. */
  #early: ((exchange: Exchange) => void)[] | undefined;

  constructor(session: ClientSession, message: CallMessage, reply: Reply) {
    this.#session = session;
    this.id = message.id;
    this.#progressToken = message.progressToken;
    this.reply = reply;
    this.#call = callOf(session, message.call, message.progressToken !== undefined);
  }

  start(): void {
    const exchange = this.#session.parts.door.execute(this.#call, (event) => this.#take(event));
    this.#exchange = exchange;
    if (this.#early === undefined) return;
    for (const act of this.#early) act(exchange);
    this.#early = undefined;
  }

  cancel(reason: string): void {
    this.#toExchange((exchange) => exchange.cancel(reason));
  }

  /** Nobody will be here to pass on its outcome, or for it: the client is told why now, and the call is given up. */
  abandon(reason: string, error: SwitchyardError = new SwitchyardError('CALL_ABANDONED')): void {
    if (this.#over) return;
    const outcome = failed(this.#call, error, { executed: 'unknown', phase: 'sent' });
    this.#end(this.#session.parts.era.answer(this.#call, this.id, outcome)?.segments);
    this.#exchange?.cancel(reason);
  }

  /** The client's answer to a question of this call. */
  answerAsk(askId: string, answer: AskAnswer): void {
    this.#session.asks.delete(askId);
    this.#openAsks -= 1;
    this.#toExchange((exchange) => exchange.reply(askId, answer));
  }

  /** The client will not answer this question any more. */
  loseAsk(askId: string): void {
    this.#session.parts.counts.asksUnheard += 1;
    this.answerAsk(askId, refusal(WENT_AWAY));
  }

  #take(event: ExchangeEvent): void {
    const { era, counts } = this.#session.parts;
    switch (event.kind) {
      case 'progress':
        return this.#showProgress(event.params);
      case 'log':
        if (this.#session.logs.passes(event.params)) this.reply.notify(era.log(event.params).segments, LOG);
        else counts.logsFiltered += 1;
        return;
      case 'ask':
        return this.#ask(event.ask);
      case 'withdrawn':
        return this.#withdraw(event.askId);
      case 'outcome':
        // Abandoned: it is answered already.
        if (this.#over) return;
        return this.#end(era.answer(this.#call, this.id, event.outcome)?.segments);
    }
  }

  #showProgress(params: Payload): void {
    if (this.#progressToken === undefined) return;
    this.#progress ??= { kind: 'progress', key: this.#call.id };
    const { era } = this.#session.parts;
    this.reply.notify(era.progress(params, this.#progressToken).segments, this.#progress);
  }

  #ask({ id, method, params }: Ask): void {
    const { asks, parts } = this.#session;
    if (!this.reply.open) {
      // The server must not wait for somebody who went away.
      parts.counts.asksUnheard += 1;
      return this.#toExchange((exchange) => exchange.reply(id, refusal(HUNG_UP)));
    }
    if (asks.size >= parts.limits.maxAsks) {
      parts.counts.asksRefused += 1;
      return this.#toExchange((exchange) => exchange.reply(id, refusal(TOO_MANY_ASKS)));
    }
    asks.set(id, this);
    this.#openAsks += 1;
    this.reply.notify(parts.era.ask(id, method, params).segments, ASK);
  }

  #withdraw(askId: string): void {
    if (this.#session.asks.get(askId) !== this) return;
    this.#session.asks.delete(askId);
    this.#openAsks -= 1;
    this.reply.notify(this.#session.parts.era.withdrawn(askId).segments, WITHDRAWN);
  }

  #end(answer: Segments | undefined): void {
    this.#over = true;
    this.#session.inFlight.delete(this);
    // A question that outlives its call has nobody left to answer to.
    if (this.#openAsks > 0) for (const askId of [...this.#session.asks.keys()]) this.#withdraw(askId);
    this.reply.answer(answer);
  }

  #toExchange(act: (exchange: Exchange) => void): void {
    if (this.#over) return;
    if (this.#exchange) act(this.#exchange);
    else (this.#early ??= []).push(act);
  }
}

function refusal(message: string): AskAnswer {
  return { error: payloadOf({ code: -32603, message }) };
}

/** Field by field: spreading what the message has would cost as much as all the rest of making a call. */
function callOf(
  session: ClientSession,
  { method, params, name }: CallMessage['call'],
  wantsProgress: boolean,
): Call {
  const call: { -readonly [Key in keyof Call]: Call[Key] } = {
    id: session.parts.door.newCallId(),
    method,
    principal: session.principal,
    audience: session.audience,
    client: session.client,
    wantsProgress,
    canSuspend: false,
    canBeAsked: session.canBeAsked,
  };
  if (params !== undefined) call.params = params;
  if (name !== undefined) call.name = name;
  return call;
}

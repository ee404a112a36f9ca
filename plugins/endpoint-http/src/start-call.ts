import {
  type Ask,
  type Call,
  type Door,
  type Exchange,
  type ExchangeEvent,
  payloadOf,
  SwitchyardError,
} from '@switchyard/plugin-api';
import type { DownstreamEra, FromClient } from '@switchyard/protocol';
import { errorMessage } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';

/** What a call is made of beside the client's message. */
export interface CallParts {
  readonly door: Door;
  readonly era: DownstreamEra;
  readonly maxInFlight: number;
  /** The call was not made: the session has too many. */
  readonly refused: () => void;
}

const ASKABLE = ['sampling', 'elicitation', 'roots'];

/** Turns a client's request into a call, and what comes of the call into the reply to that request. */
export function startCall(
  session: Session,
  message: Extract<FromClient, { kind: 'call' }>,
  reply: Reply,
  { door, era, maxInFlight, refused }: CallParts,
): void {
  const { id, progressToken } = message;
  if (session.inFlight.has(id)) {
    reply.answer(errorMessage(new SwitchyardError('ID_IN_USE', { id: shown(id) }), { id }), 400);
    return;
  }
  if (session.inFlight.size >= maxInFlight) {
    refused();
    const error = new SwitchyardError('SESSION_OVERLOADED', { limit: maxInFlight });
    reply.answer(errorMessage(error, { id }));
    return;
  }
  const call: Call = {
    ...message.call,
    id: door.newCallId(),
    principal: session.principal,
    audience: session.audience,
    client: session.client,
    wantsProgress: progressToken !== undefined,
    canSuspend: false,
    canBeAsked: ASKABLE.some((capability) => capability in session.client.capabilities),
  };
  // The sink may be called before `execute` returns.
  let exchange: Exchange | undefined = undefined;
  const asked = new Set<string>();

  const ask = ({ id: askId, method, params }: Ask) => {
    const answer: Parameters<Session['asks']['set']>[1] = (given) => {
      session.asks.delete(askId);
      exchange?.reply(askId, given);
    };
    if (!reply.open) {
      // The server must not wait for somebody who went away.
      answer({ error: payloadOf({ code: -32603, message: 'the client hung up before it could be asked' }) });
      return;
    }
    session.asks.set(askId, answer);
    asked.add(askId);
    reply.notify(era.ask(askId, method, params).segments);
  };

  const withdraw = (askId: string) => {
    if (session.asks.delete(askId)) reply.notify(era.withdrawn(askId).segments);
  };

  const sink = (event: ExchangeEvent): void => {
    switch (event.kind) {
      case 'progress':
        if (progressToken !== undefined) reply.notify(era.progress(event.params, progressToken).segments);
        return;
      case 'log':
        return reply.notify(era.log(event.params).segments);
      case 'ask':
        return ask(event.ask);
      case 'withdrawn':
        return withdraw(event.askId);
      case 'outcome':
        session.inFlight.delete(id);
        session.touch();
        // A question that outlives its call has nobody left to answer to.
        for (const askId of asked) withdraw(askId);
        return reply.answer(era.answer(call, id, event.outcome)?.segments);
    }
  };
  session.inFlight.set(id, { cancel: (reason) => exchange?.cancel(reason) });
  exchange = door.execute(call, sink);
}

/** A client's id in a message of ours. */
function shown(id: string | number): string | number {
  return typeof id === 'string' ? JSON.stringify(id.slice(0, 64)) : id;
}

import { Observable, type Subscriber } from 'rxjs';
import type { RefusedAsk } from './asks.ts';
import { causeOf, causeOfLoss } from './cause.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { Lists } from './lists.ts';
import { Session } from './session.ts';
import { startTimeout } from './start-timeout.ts';
import type { Cause, Happening } from './state.ts';

/** The connection, as one attempt of it sees it. */
interface Attempted {
  /** It has not taken a call yet in this run. */
  isStarting(): boolean;
  /** A call waits for it. */
  isWanted(): boolean;
  /** There is a session, and something that must be closed. */
  began(session: Session): void;
  /** The server asked something that nobody was given. */
  refused(ask: RefusedAsk): void;
  /** From its turn to the last list, in milliseconds. */
  took(ms: number): void;
  opened(session: Session): void;
  readonly lists: Lists;
}

/**
 * A run: waits for its turn, opens a session, reads the lists, and tells of its loss. Unsubscribing gives up what it
 * waits for; the session is for `closing` to end.
 */
export function attempt(
  run: number,
  context: ConnectionContext,
  connection: Attempted,
): Observable<Happening> {
  return new Observable((subscriber) => {
    const { starts, mayOpen, timings } = context;
    let giveUp: () => void = () => {};
    let turnOver: () => void = () => {};
    const begin = () => {
      try {
        const full = mayOpen?.();
        if (full) return subscriber.next({ type: 'crowded', run, cause: causeOf(full) });
        subscriber.next({ type: 'advanced', run, stage: 'spawn' });
        // Whoever heard that may have stopped it.
        if (!subscriber.closed) giveUp = open(run, context, connection, subscriber, () => turnOver());
      } catch (error) {
        subscriber.error(error);
      }
    };
    const enter = () => {
      if (subscriber.closed) return;
      // A server that is somewhere else costs no processor here, and the place of one that is down would be held by its
      // timeout; that many do not come back at one moment, chance sees to (`Timings.remote`).
      if (!starts || timings.remote) begin();
      else turnOver = starts.ask(() => connection.isWanted(), begin);
    };
    if (context.before) void context.before.then(enter);
    else enter();
    return () => {
      giveUp();
      turnOver();
    };
  });
}

/** Opens the session; returns what gives up its timers. */
function open(
  run: number,
  context: ConnectionContext,
  connection: Attempted,
  subscriber: Subscriber<Happening>,
  turnOver: () => void,
): () => void {
  const { timings, clock, server } = context;
  const { lists } = connection;
  const startedAt = clock.now();
  const lost = (why: Cause) => subscriber.next({ type: 'lost', run, cause: why });
  const session = new Session(context.openWire(), context, {
    lost: (loss) => lost(causeOfLoss(server, loss, timings.remote, connection.isStarting())),
    listChanged: (kinds) => lists.changed(kinds),
    refused: (ask) => connection.refused(ask),
    noticed: (kind, params) => context.onNotice(kind, params),
  });
  connection.began(session);
  lists.runBegan();
  const seconds = timings.start / 1000;
  const cancelBudget = clock.after(timings.start, () => lost(startTimeout(server, seconds, session)));
  const cancelTurn = clock.after(timings.turn, turnOver);
  const opening = async () => {
    await session.start();
    subscriber.next({ type: 'advanced', run, stage: 'handshake' });
    const agreement = await session.agree();
    cancelBudget();
    // Lists cost a server little beside its start: the next may begin.
    cancelTurn();
    turnOver();
    subscriber.next({ type: 'advanced', run, stage: 'list' });
    await lists.readFirst(session, agreement);
    if (!subscriber.closed) connection.took(clock.now() - startedAt);
    subscriber.next({ type: 'opened', run });
    connection.opened(session);
  };
  opening().catch((error: unknown) => lost(causeOf(error)));
  return () => {
    cancelBudget();
    cancelTurn();
    lists.runEnded();
  };
}

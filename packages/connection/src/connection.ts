import {
  type Call,
  type Exchange,
  type LogLevel,
  type Notice,
  type Payload,
  type ServerLists,
  type Sink,
  type Wire,
} from '@switchyard/plugin-api';
import {
  BehaviorSubject,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  firstValueFrom,
  map,
  merge,
  Observable,
  observeOn,
  of,
  queueScheduler,
  scan as fold,
  Subject,
  switchMap,
} from 'rxjs';
import { causeOf, causeOfLoss } from './cause.ts';
import { Gate } from './gate.ts';
import { History, type HistoryContext } from './history.ts';
import type { ConditionFacts } from './conditions.ts';
import { Interests } from './interests.ts';
import { Lists } from './lists.ts';
import type { RefusedAsk } from './asks.ts';
import { Session, type SessionContext } from './session.ts';
import { startTimeout } from './start-timeout.ts';
import { IDLE, step, type Cause, type Event, type Happening, type State } from './state.ts';

/** What a connection works with. */
export interface ConnectionContext extends SessionContext {
  /** The number of the next transition of whatever server. */
  readonly nextSeq: HistoryContext['nextSeq'];
  readonly earlier?: HistoryContext['earlier'];
  /** Builds a wire for the next run; it is opened and closed by the connection. May throw. */
  readonly openWire: () => Wire;
  /** The lists were read, whole or only the kinds that changed. Undefined: nobody needs them, and none is read. */
  readonly onLists?: ((lists: ServerLists) => void) | undefined;
  /** The server said something that belongs to no call. */
  readonly onNotice: (kind: Notice['kind'], params: Payload) => void;
  /** The least severe log message that a client of this connection wants. */
  readonly logLevel: () => LogLevel | undefined;
}

/**
 * One connection to one server, as an actor: what happens goes through `step`, and the state that results chooses the
 * effects. It has no rules of its own. Streams tell, methods ask.
 */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #events = new Subject<Event>();
  readonly #state = new BehaviorSubject<State>(IDLE);
  readonly #gate: Gate;
  #session: Session | undefined;
  #refused: RefusedAsk | undefined;
  #readyAfterMs: number | undefined;
  #sessionSince: number | undefined;
  readonly #lists: Lists;
  /** What the clients want to hear of this server. */
  readonly interests: Interests;
  /** What became of it so far. */
  readonly history: History;

  constructor(context: ConnectionContext) {
    this.#context = context;
    this.interests = new Interests(context, () => this.#readySession());
    this.#gate = new Gate(context, {
      state: () => this.state,
      session: () => this.#session,
      wanted: () => this.tell({ type: 'wanted' }),
      callOver: () => this.#callOver(),
    });
    this.#lists = new Lists(context, {
      state: () => this.state,
      session: () => this.#session,
      read: () => this.history.follow(this.state, this.#facts()),
    });
    this.history = new History(context, IDLE, this.#facts());
    const { timings } = context;
    // Without the queue a state that an effect causes would reach late observers before the one that caused it.
    this.#events
      .pipe(
        observeOn(queueScheduler),
        fold((state, event) => {
          const next = this.#guarded(() => step(state, event, timings), state);
          if (next !== state) this.history.follow(next, this.#facts(), event.type);
          return next;
        }, IDLE as State),
        distinctUntilChanged(),
      )
      .subscribe(this.#state);
    merge(
      this.#whenever(runOf, (run) => this.#live(run)),
      this.#whenever(closingOf, () => this.#closing()),
      this.#whenever(dueOf, (dueAt) => this.#after(dueAt - context.clock.now(), { type: 'due' })),
      this.#whenever(unsettledOf, (since) =>
        this.#after(since + timings.settled - context.clock.now(), { type: 'settled' }),
      ),
      this.#whenever(drainingOf, () => this.#draining()),
      this.#whenever(itself, () => this.#settleGate()),
    ).subscribe((happening) => this.tell(happening));
  }

  /** Each state once, the present first. Never errors, never completes. */
  get state$(): Observable<State> {
    return this.#state.asObservable();
  }
  get state(): State {
    return this.#state.value;
  }
  /** The session of the present run; undefined between runs. */
  get session(): Session | undefined {
    return this.#session;
  }
  /** From start to ready of the latest run that became ready. */
  get readyAfterMs(): number | undefined {
    return this.#readyAfterMs;
  }
  /** Since when there is a session, milliseconds since 1970; undefined between runs. */
  get sessionSince(): number | undefined {
    return this.#session && this.#sessionSince;
  }
  get inFlight(): number {
    return (this.#session?.inFlight ?? 0) + this.#gate.held;
  }
  /** What the server asked last and nobody was given, for a problem that people see. */
  get refused(): RefusedAsk | undefined {
    return this.#refused;
  }

  start(): void {
    this.tell({ type: 'start' });
  }

  /** Lets the calls under way end, then stops. Resolves when nothing is left of it. */
  drain(): Promise<void> {
    this.tell({ type: 'drain' });
    return this.#gone();
  }

  /** Stops at once; calls under way are answered as lost. Resolves when nothing is left of it. */
  stop(): Promise<void> {
    this.tell({ type: 'stop' });
    return this.#gone();
  }

  /** Lets a call go, holds it for a server that will soon be ready, or refuses it (gate.ts). */
  execute(call: Call, sink: Sink): Exchange {
    switch (call.method) {
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.interests.execute(call, sink, (...given) => this.#gate.execute(...given));
      default:
        return this.#gate.execute(call, sink);
    }
  }

  /** Reads all lists anew (lists.ts). @throws UPSTREAM_UNAVAILABLE, LISTS_UNREAD */
  refresh(): Promise<void> {
    return this.#lists.refresh();
  }

  /** The folders of the client that this connection belongs to changed. */
  rootsChanged(): void {
    const message = this.#context.era.upstream.rootsChanged();
    if (message) this.#readySession()?.notify(message);
  }

  /** Says that something happened. For effects, and for tests that drive the actor by hand. */
  tell(happening: Happening): void {
    const { clock, random } = this.#context;
    this.#events.next({ ...happening, at: clock.now(), chance: random.next() });
  }

  /** Runs an effect for as long as a key of the state stays the same; an effect that fails is a fault, not the end. */
  #whenever<Key>(
    keyOf: (state: State) => Key | undefined,
    run: (key: Key) => Observable<Happening>,
  ): Observable<Happening> {
    return this.#state.pipe(
      map(keyOf),
      distinctUntilChanged(),
      switchMap((key) =>
        key === undefined
          ? EMPTY
          : defer(() => run(key)).pipe(catchError((error: unknown) => of(this.#fault(error)))),
      ),
    );
  }

  /** A run: opens a session, reads the lists, and tells of its loss. What it leaves behind, `closing` ends. */
  #live(run: number): Observable<Happening> {
    return new Observable<Happening>((subscriber) => {
      const { timings, clock, server } = this.#context;
      const startedAt = clock.now();
      this.#refused = undefined;
      const lost = (why: Cause) => subscriber.next({ type: 'lost', run, cause: why });
      const session = new Session(this.#context.openWire(), this.#context, {
        lost: (loss) => lost(causeOfLoss(server, loss, timings.remote)),
        listChanged: (kinds) => this.#lists.changed(kinds),
        refused: (ask) => {
          this.#refused = ask;
        },
        noticed: (kind, params) => this.#context.onNotice(kind, params),
      });
      this.#session = session;
      this.#sessionSince = clock.date();
      this.#lists.runBegan();
      const seconds = timings.start / 1000;
      const cancelBudget = clock.after(timings.start, () => lost(startTimeout(server, seconds, session)));
      const opening = async () => {
        await session.start();
        subscriber.next({ type: 'advanced', run, stage: 'handshake' });
        const agreement = await session.agree();
        cancelBudget();
        subscriber.next({ type: 'advanced', run, stage: 'list' });
        await this.#lists.readFirst(session, agreement);
        if (!subscriber.closed) this.#readyAfterMs = clock.now() - startedAt;
        subscriber.next({ type: 'opened', run });
        if (this.#readySession() === session) this.interests.renew();
      };
      opening().catch((error: unknown) => lost(causeOf(error)));
      return () => {
        cancelBudget();
        this.#lists.runEnded();
      };
    });
  }

  #readySession(): Session | undefined {
    return this.state.phase === 'ready' ? this.#session : undefined;
  }

  #closing(): Observable<Happening> {
    const session = this.#session;
    return new Observable<Happening>((subscriber) => {
      const closed = () => {
        if (this.#session === session) this.#session = undefined;
        subscriber.next({ type: 'closed' });
      };
      void (session?.close() ?? Promise.resolve()).then(closed, (error: unknown) => subscriber.error(error));
    });
  }

  #after(ms: number, happening: Happening): Observable<Happening> {
    return new Observable((subscriber) =>
      this.#context.clock.after(Math.max(0, ms), () => subscriber.next(happening)),
    );
  }

  #draining(): Observable<Happening> {
    if (this.#session?.inFlight === 0) return of({ type: 'drained' });
    return this.#after(this.#context.timings.drain, { type: 'drained' });
  }

  #callOver(): void {
    if (this.state.phase === 'draining' && this.#session?.inFlight === 0) this.tell({ type: 'drained' });
  }

  #facts(): ConditionFacts {
    return {
      process: this.#context.timings.remote ? undefined : this.#session?.wire.info.pid !== undefined,
      lists: this.#lists.status,
    };
  }

  #settleGate(): Observable<Happening> {
    this.#gate.settle();
    return EMPTY;
  }

  async #gone(): Promise<void> {
    await firstValueFrom(
      this.#state.pipe(filter((state) => runOf(state) === undefined && state.phase !== 'closing')),
    );
  }

  #fault(error: unknown): Happening {
    const why = causeOf(error);
    // A transport that refuses to build a wire says so in a SwitchyardError; anything else is a fault of ours.
    if (why.code !== 'BUG' && this.state.phase === 'connecting') {
      return { type: 'lost', run: this.state.record.run, cause: why };
    }
    this.#context.log.error('an effect of the connection failed', { error });
    return { type: 'faulted', cause: why };
  }

  #guarded(decide: () => State, before: State): State {
    try {
      return decide();
    } catch (error) {
      const why = causeOf(error);
      this.#context.log.error('the state machine failed', { error });
      return { phase: 'failed', cause: why, record: before.record };
    }
  }
}

/** The run, while its session may live. */
function runOf(state: State): number | undefined {
  return state.phase === 'connecting' || state.phase === 'ready' || state.phase === 'draining'
    ? state.record.run
    : undefined;
}
function closingOf(state: State): number | undefined {
  return state.phase === 'closing' ? state.record.run : undefined;
}
function dueOf(state: State): number | undefined {
  return state.phase === 'waiting' ? state.dueAt : undefined;
}
/** Ready with failures still counted. */
function unsettledOf(state: State): number | undefined {
  return state.phase === 'ready' && state.record.failures > 0 ? state.since : undefined;
}
function drainingOf(state: State): true | undefined {
  return state.phase === 'draining' || undefined;
}
function itself(state: State): State {
  return state;
}

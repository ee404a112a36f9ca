import { type Call, type Exchange, type Sink } from '@switchyard/plugin-api';
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
  startWith,
  Subject,
  switchMap,
} from 'rxjs';
import { attempt } from './attempt.ts';
import { cause, causeOf } from './cause.ts';
import { Gate, type ExecuteUntil } from './gate.ts';
import { History } from './history.ts';
import type { ConditionFacts } from './conditions.ts';
import type { ConnectionContext } from './connection-context.ts';
import { Interests } from './interests.ts';
import { Lists } from './lists.ts';
import { Liveness } from './liveness.ts';
import type { RefusedAsk } from './asks.ts';
import type { Session } from './session.ts';
import { closingOf, drainingOf, dueOf, itself, readyRunOf, runOf, unsettledOf } from './keys-of-state.ts';
import { eventOf, IDLE, step, type Event, type Happening, type State } from './state.ts';
import { whenUnused } from './when-unused.ts';

/**
 * One connection to one server, as an actor: what happens goes through `step`, and the state that results chooses the
 * effects. It has no rules of its own. Streams tell, methods ask.
 */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #events = new Subject<Event>();
  readonly #state: BehaviorSubject<State>;
  readonly #gate: Gate;
  /** The context says something else. */
  readonly #updates = new Subject<void>();
  #session: Session | undefined;
  #refused: RefusedAsk | undefined;
  #readyAfterMs: number | undefined;
  #sessionSince: number | undefined;
  readonly #lists: Lists;
  readonly #liveness: Liveness;
  /** When the last call was over; kept only where that matters. */
  #usedAt = -Infinity;
  /** What the clients want to hear of this server. */
  readonly interests: Interests;
  /** What became of it so far. */
  readonly history: History;

  constructor(context: ConnectionContext) {
    this.#context = context;
    const first: State = { ...IDLE, record: { ...IDLE.record, run: context.runs ?? 0 } };
    this.#state = new BehaviorSubject(first);
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
      read: (failing) => this.#listsRead(failing),
    });
    this.#liveness = new Liveness(context, () => this.history.follow(this.state, this.#facts()));
    this.history = new History(context, first, this.#facts());
    const { timings } = context;
    // Without the queue a state that an effect causes would reach late observers before the one that caused it.
    this.#events
      .pipe(
        observeOn(queueScheduler),
        fold((state, event) => {
          const next = this.#guarded(() => step(state, event, timings), state);
          if (next !== state) this.history.follow(next, this.#facts(), eventOf(state, event));
          return next;
        }, this.state),
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
      this.#whenever(readyRunOf, (run) => this.#watchLife(run)),
      this.#whenever(readyRunOf, (run) => this.#watchUse(run)),
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
  /** What the server was told that its client can do. */
  get capabilities(): ConnectionContext['introduction']['capabilities'] {
    return this.#context.introduction.capabilities;
  }
  get inFlight(): number {
    return (this.#session?.inFlight ?? 0) + this.#gate.held;
  }
  /** How many of them wait here. */
  get held(): number {
    return this.#gate.held;
  }
  /** How many calls were refused because too many waited, or for too long. */
  get shed(): number {
    return this.#gate.shed;
  }
  /** It found no room, and waits for some. */
  get isCrowded(): boolean {
    const { state } = this;
    return state.phase === 'waiting' && state.cause.code === 'PROCESS_LIMIT';
  }
  /** What it takes of the limits on processes and connections. */
  get holds(): 'nothing' | 'connection' | 'process' {
    const { remote } = this.#context.timings;
    const { state } = this;
    if (!this.#session) {
      // One that comes back at once keeps its place: what ran well must not make room for what never ran.
      const isBackAtOnce = state.phase === 'waiting' && state.dueAt <= this.#context.clock.now();
      return isBackAtOnce ? (remote ? 'connection' : 'process') : 'nothing';
    }
    const mayBeProcess = this.#session.wire.info.pid !== undefined || state.phase === 'connecting';
    return mayBeProcess && !remote ? 'process' : 'connection';
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
  execute(call: Call, sink: Sink, until?: number): Exchange {
    switch (call.method) {
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.interests.execute(call, sink, (...given) => this.#gate.execute(...given));
      default:
        return this.#gate.execute(call, sink, until);
    }
  }

  /** The times and limits of its context are others from now on. */
  update(): void {
    this.#updates.next();
    this.#gate.settle();
  }

  /** Another takes its place: what it holds, and what its wire does not take, goes there. */
  handOver(to: ExecuteUntil): void {
    this.#gate.handOver(to);
  }

  /** Reads all lists anew (lists.ts). @throws UPSTREAM_UNAVAILABLE, LISTS_UNREAD */
  refresh(): Promise<void> {
    this.#usedAt = this.#context.clock.now();
    return this.#lists.refresh();
  }

  /** Whether the server answers now; one that is not there for want of use would, for all that is known. */
  probe(): Promise<boolean> {
    const session = this.#readySession();
    return session ? this.#liveness.ask(session) : Promise.resolve(this.state.phase === 'idle');
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

  /** A run, for as long as its session may live. */
  #live(run: number): Observable<Happening> {
    return attempt(run, this.#context, {
      isStarting: () => this.state.phase === 'connecting',
      isWanted: () => this.#gate.held > 0,
      began: (session) => {
        this.#refused = undefined;
        this.#session = session;
        this.#sessionSince = this.#context.clock.date();
      },
      refused: (ask) => {
        this.#refused = ask;
      },
      took: (ms) => {
        this.#readyAfterMs = ms;
      },
      opened: (session) => {
        if (this.#readySession() === session) this.interests.renew();
      },
      lists: this.#lists,
    });
  }

  #watchLife(run: number): Observable<Happening> {
    const session = this.#session;
    // An era without pings says by other means that it lives.
    const canBeAsked = this.#context.era.upstream.ping(0) !== undefined;
    return session && canBeAsked ? this.#liveness.watch(session, run) : EMPTY;
  }

  #watchUse(run: number): Observable<Happening> {
    const { clock } = this.#context;
    return this.#updates.pipe(
      startWith(undefined),
      map(() => this.#context.timings.idle),
      distinctUntilChanged(),
      switchMap((idle) =>
        idle === undefined
          ? EMPTY
          : whenUnused(idle, clock, {
              // Who only listens uses it too.
              isUsed: () => this.inFlight > 0 || this.interests.subscriptions.size > 0,
              usedAt: () => this.#usedAt,
            }),
      ),
      map(() => ({ type: 'unused' as const, run })),
    );
  }

  #listsRead(failing: string | undefined): void {
    const { run } = this.state.record;
    const { server } = this.#context;
    this.history.follow(this.state, this.#facts());
    if (failing === undefined) this.tell({ type: 'read', run });
    else this.tell({ type: 'unread', run, cause: cause('LISTS_FAILING', { server, reasons: failing }) });
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
    if (this.#context.timings.idle !== undefined) this.#usedAt = this.#context.clock.now();
    if (this.state.phase === 'draining' && this.#session?.inFlight === 0) this.tell({ type: 'drained' });
  }

  #facts(): ConditionFacts {
    return {
      process: this.#context.timings.remote ? undefined : this.#session?.wire.info.pid !== undefined,
      lists: this.#lists.status,
      probed: this.#liveness.probed,
    };
  }

  #settleGate(): Observable<Happening> {
    this.#gate.settle();
    return EMPTY;
  }

  /** Nothing is left of the present run; the next one may have begun. */
  async #gone(): Promise<void> {
    const { run } = this.state.record;
    const isOver = (state: State) =>
      state.record.run !== run || (runOf(state) === undefined && state.phase !== 'closing');
    await firstValueFrom(this.#state.pipe(filter(isOver)));
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

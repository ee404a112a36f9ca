import {
  answer,
  failed,
  type Call,
  type Client,
  type DoorSession,
  type Exchange,
  type Problem,
  type ServerView,
  type Sink,
} from '@switchyard/plugin-api';
import { distinctUntilChanged, map, skip, Subject, type Observable } from 'rxjs';
import { stringIn } from '@switchyard/protocol';
import { cause } from './cause.ts';
import type { ConnectionContext } from './connection-context.ts';
import { Connection } from './connection.ts';
import { timingsOf, wantedAtFirst, type DesiredServer } from './desired-server.ts';
import { isEnding } from './phase.ts';
import { viewOf, type UpstreamView } from './server-view.ts';
import type { State } from './state.ts';
import type { UpstreamContext } from './upstream-context.ts';
import { capabilitiesFor, connectionKey, SHARED_CAPABILITIES } from './whose-connection.ts';

const NOBODY: ReadonlySet<string> = new Set();

/**
 * One server: its primary connection, whose lists are the catalog, and the connections of principals or sessions that
 * do not share it.
 */
export class Upstream {
  readonly #context: UpstreamContext;
  #desired: DesiredServer;
  #timings: ReturnType<typeof timingsOf>;
  readonly #primary: Connection;
  /** Until nothing is left of them: whoever comes back meanwhile must not get a second child beside the first. */
  readonly #own = new Map<string, Connection>();
  readonly #ownTimers = new Map<string, () => void>();
  readonly #changes = new Subject<void>();
  /** Of connections that are no more. */
  #shedBefore = 0;
  /** What whoever gave the last order wants it to be. */
  #wanted: ServerView['desired'];

  constructor(desired: DesiredServer, context: UpstreamContext) {
    this.#desired = desired;
    this.#timings = timingsOf(desired, context.timings);
    this.#context = context;
    this.#wanted = wantedAtFirst(desired);
    this.#primary = this.#connect('', SHARED_CAPABILITIES, context.onLists);
    this.#primary.state$.subscribe((state) => {
      // Whatever it was told once: from now on it is what it is until somebody calls.
      if (state.phase === 'closing' && state.then === 'idle') this.#wanted = 'idle';
      this.#changes.next();
    });
    if (!desired.enabled || desired.problem || desired.start === 'manual')
      this.#primary.tell({ type: 'stop' });
    else if (desired.start === 'eager') this.#primary.start();
  }

  get desired(): DesiredServer {
    return this.#desired;
  }

  /** Something that its view shows changed. Never errors. */
  get changes$(): Observable<void> {
    return this.#changes.asObservable();
  }

  /** The primary one first, and those of principals or sessions of their own. */
  get connections(): readonly Connection[] {
    return [this.#primary, ...this.#own.values()];
  }

  /**
   * Whether a call would be carried now, and if not, what is to be expected of this start. `never`: nothing but a change
   * of its entry, or an order, begins it again.
   */
  get prospect(): 'ready' | 'coming' | 'crowded' | 'failed' | 'never' {
    if (this.#desired.problem) return 'never';
    const { state } = this.#primary;
    switch (state.phase) {
      case 'ready':
        return 'ready';
      case 'idle':
      case 'connecting':
        return 'coming';
      case 'failed':
        return 'never';
      case 'closing':
        // Until nothing is left of it.
        return state.then === 'failed' ? 'coming' : 'failed';
      case 'waiting':
        return this.#primary.isCrowded ? 'crowded' : 'failed';
      case 'draining':
      case 'stopped':
        return 'failed';
    }
  }

  /** How often its primary connection began, those that it took the place of included. */
  get runs(): number {
    return this.#primary.state.record.run;
  }

  /** Nothing of it runs or begins by itself. */
  get isStopped(): boolean {
    return this.#primary.state.phase === 'stopped';
  }

  /** Takes over what the configuration says now of the same server; nothing that runs is touched. */
  update(desired: DesiredServer): void {
    const before = this.#desired;
    this.#desired = desired;
    this.#timings = timingsOf(desired, this.#timings.shared);
    for (const connection of this.connections) connection.update();
    if (desired.start === 'eager' && before.start !== 'eager') this.start();
    this.#changes.next();
  }

  /** What became of another belongs to its own history. */
  recall(other: Upstream): void {
    this.#primary.history.join(other.#primary.history.transitions);
  }

  /**
   * Takes the place of another that ends: what became of it goes on here, and what its clients want to hear, and what
   * it holds back is carried here. Calls that it has sent end where they are.
   * @param drainMs how long they may take; undefined: as long as calls of drained servers may
   */
  succeed(old: Upstream, drainMs?: number): void {
    this.recall(old);
    this.#shedBefore += old.#shed;
    const isSame = old.desired.sharing === this.desired.sharing;
    if (isSame) this.#primary.interests.adopt(old.#primary.interests);
    for (const [key, connection] of old.#own) {
      if (!isSame || connection.interests.subscriptions.size === 0 || isEnding(connection.state)) continue;
      // Whoever only listens makes no call that would open one.
      const own = this.#open(key, connection.capabilities);
      own.interests.adopt(connection.interests);
      own.start();
    }
    for (const connection of old.connections) connection.handOver((...given) => this.execute(...given));
    if (drainMs !== undefined)
      old.#timings = timingsOf(old.desired, { ...old.#timings.shared, drain: drainMs });
  }

  start(): void {
    if (!this.desired.enabled || this.desired.problem) return;
    this.#wanted = 'ready';
    this.#primary.start();
    // One that ends was its owner's last: only a call of theirs begins it again.
    for (const own of this.#own.values()) if (!isEnding(own.state)) own.start();
  }

  /** Reads the lists anew. @throws UPSTREAM_UNAVAILABLE, LISTS_UNREAD */
  refresh(): Promise<void> {
    return this.#primary.refresh();
  }

  /** Whether it answers now, over its primary connection. */
  probe(): Promise<boolean> {
    return this.#primary.probe();
  }

  /** Drains all connections; resolves when nothing is left of them. */
  async drain(): Promise<void> {
    if (this.desired.enabled && !this.desired.problem) this.#wanted = 'stopped';
    const own = [...this.#own].map(([key, connection]) => this.#leave(key, connection.drain()));
    await Promise.all([this.#primary.drain(), ...own]);
  }

  /** Ends all connections at once; calls under way are answered as lost. Resolves when nothing is left of them. */
  async stop(): Promise<void> {
    const own = [...this.#own].map(([key, connection]) => this.#leave(key, connection.stop()));
    await Promise.all([this.#primary.stop(), ...own]);
  }

  /** Carries a call over the connection that is the caller's. */
  execute(call: Call, sink: Sink, until?: number): Exchange {
    const key = this.#keyOf(call);
    // Whoever stops a server means all its connections: none is opened beside one that ends.
    if (key === '' || isEnding(this.#primary.state)) return this.#primary.execute(call, sink, until);
    const existing = this.#own.get(key);
    if (existing) {
      if (isEnding(existing.state)) existing.start();
      return this.#executeOn(existing, key, call, sink, until);
    }
    const full = this.#context.mayOpen();
    if (full) return answer(sink, failed(call, full, { executed: 'no', phase: 'waiting' }));
    const own = this.#open(key, capabilitiesFor(call, this.desired.sharing));
    return this.#executeOn(own, key, call, sink, until);
  }

  /** A client session ended: what was its own ends with it. */
  sessionEnded({ audience }: DoorSession): void {
    if (this.desired.sharing === 'session') return this.#close(audience);
    for (const { interests } of this.connections) interests.sessionEnded(audience);
  }

  logLevelChanged(session: DoorSession): void {
    this.#connectionOf(session)?.interests.logLevelChanged();
  }

  /** Folders are a client's own: only a connection that is its own has any. */
  rootsChanged(session: DoorSession): void {
    if (this.desired.sharing === 'session') this.#connectionOf(session)?.rootsChanged();
  }

  view(): UpstreamView {
    return viewOf({
      desired: this.desired,
      wanted: this.#wanted,
      primary: this.#primary,
      own: this.#own,
      shed: this.#shed,
      remark: this.#asked(),
      era: this.#context.era.name,
      clock: this.#context.clock,
    });
  }

  get #shed(): number {
    return this.connections.reduce((sum, { shed }) => sum + shed, this.#shedBefore);
  }

  #connectionOf(session: DoorSession): Connection | undefined {
    const key = this.#keyOf(session);
    return key === '' ? this.#primary : this.#own.get(key);
  }

  /** A connection of a principal's or session's own. */
  #open(key: string, capabilities: Client['capabilities']): Connection {
    const connection = this.#connect(key, capabilities);
    this.#own.set(key, connection);
    // One that waits or failed left its room to others, or found none itself.
    const isOut = ({ phase }: State) => phase === 'waiting' || phase === 'failed';
    connection.state$.pipe(map(isOut), distinctUntilChanged(), skip(1)).subscribe(() => this.#changes.next());
    if (this.desired.sharing === 'principal') this.#keepFor(key);
    return connection;
  }

  #connect(
    key: string,
    capabilities: Client['capabilities'],
    onLists?: ConnectionContext['onLists'],
  ): Connection {
    const { name, sharing } = this.desired;
    const timings = () => (key === '' ? this.#timings.primary : this.#timings.own);
    const limits = () => this.#desired.limits;
    const shared = this.#context;
    const concerns = (session: DoorSession) => this.#keyOf(session) === key;
    const connection: Connection = new Connection({
      ...shared,
      // Connections of one principal's own come and go: what became of them is told as long as they are there.
      earlier: key === '' ? shared.earlier?.(name) : undefined,
      runs: key === '' ? shared.runs : undefined,
      server: name,
      openWire: () => this.#desired.openWire(),
      introduction: { ...shared.introduction, capabilities },
      ownSession: sharing === 'session' && key !== '',
      logLevel: () => shared.logLevels.lowest(concerns),
      onNotice: (kind, params) => {
        if (kind === 'log') return shared.onNotice({ kind, server: name, params, concerns });
        const uri = stringIn(params, 'uri');
        const audiences = uri === undefined ? NOBODY : connection.interests.subscriptions.audiencesOf(uri);
        shared.onNotice({
          kind,
          server: name,
          params,
          concerns: ({ audience }) => audiences.has(audience),
        });
      },
      get timings() {
        return timings();
      },
      get limits() {
        return limits();
      },
      log: shared.log.with({ server: name }),
      // Only the primary connection's lists are the catalog; the others need not read any.
      onLists,
    });
    return connection;
  }

  #keyOf(session: DoorSession): string {
    return connectionKey(session, this.desired.sharing);
  }

  #executeOn(connection: Connection, key: string, call: Call, sink: Sink, until?: number): Exchange {
    if (this.desired.sharing === 'principal') this.#keepFor(key);
    return connection.execute(call, sink, until);
  }

  /** A principal's own connection lives on for a while after each call. */
  #keepFor(key: string): void {
    const { clock, timings } = this.#context;
    this.#ownTimers.get(key)?.();
    this.#ownTimers.set(
      key,
      clock.after(timings.unused, () => {
        const own = this.#own.get(key);
        // Who only listens uses it too.
        const isUsed = own !== undefined && (own.inFlight > 0 || own.interests.subscriptions.size > 0);
        if (isUsed) this.#keepFor(key);
        else this.#close(key);
      }),
    );
  }

  #close(key: string): void {
    const connection = this.#own.get(key);
    if (connection) void this.#leave(key, connection.stop());
  }

  /** Forgets a connection when it is gone, unless a call began it again meanwhile. */
  async #leave(key: string, gone: Promise<void>): Promise<void> {
    this.#ownTimers.get(key)?.();
    this.#ownTimers.delete(key);
    await gone;
    if (this.#own.get(key)?.state.phase !== 'stopped') return;
    this.#shedBefore += this.#own.get(key)?.shed ?? 0;
    this.#own.delete(key);
    this.#changes.next();
  }

  /** A server that asked its clients something over a shared connection was refused: say what to do about it. */
  #asked(): Problem | undefined {
    const { refused } = this.#primary;
    if (!refused) return undefined;
    return cause('ASK_REFUSED', { server: this.desired.name, ...refused }).problem;
  }
}

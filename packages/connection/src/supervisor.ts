import { availableParallelism } from 'node:os';
import {
  answer,
  failed,
  SwitchyardError,
  type Call,
  type DoorSession,
  type Exchange,
  type Log,
  type LogLevel,
  type Notice,
  type ServerLists,
  type Sink,
} from '@switchyard/plugin-api';
import { Subject, type Observable } from 'rxjs';
import { LogLevels } from './log-levels.ts';
import type { UpstreamView } from './server-view.ts';
import { startsAtOnce, StartTurns } from './start-turns.ts';
import { Upstream, type DesiredServer, type UpstreamContext } from './upstream.ts';

/** What the supervisor works with. */
export type SupervisorContext = Omit<
  UpstreamContext,
  'onLists' | 'mayOpen' | 'onNotice' | 'logLevels' | 'nextSeq' | 'starts'
> & {
  readonly log: Log;
  readonly limits: {
    readonly maxProcesses: number;
    readonly maxConnections: number;
    /** How many attempts start at once; absent: as many as this machine has processors for. */
    readonly starts?: number;
  };
  readonly onLists: (server: string, lists: ServerLists) => void;
  /** The number of the latest transition of earlier runs. */
  readonly lastSeq?: number | undefined;
};

/**
 * All servers: compares those that are desired with those that run. One server's failure touches no other.
 */
export class Supervisor {
  readonly #context: SupervisorContext;
  readonly #changes = new Subject<UpstreamView>();
  readonly #notices = new Subject<Notice>();
  readonly #logLevels = new LogLevels();
  readonly #starts: StartTurns;
  /** Every server of which something may be left. */
  readonly #all = new Set<Upstream>();
  /** Servers that wait for room, in the order in which they found none. */
  readonly #crowded = new Set<Upstream>();
  #seq: number;
  #upstreams = new Map<string, Upstream>();
  /** Servers that were removed or changed, until nothing is left of them. */
  readonly #leaving = new Map<string, Promise<void>>();
  /** The same, one by one: a gateway that stops may have to cut short what they began. */
  readonly #draining = new Set<Upstream>();
  /** Servers that begin when nothing is left of the old ones, with what was ordered of them meanwhile. */
  readonly #waiting = new Map<string, DesiredServer['start']>();

  constructor(context: SupervisorContext) {
    this.#context = context;
    this.#seq = context.lastSeq ?? 0;
    this.#starts = new StartTurns(context.limits.starts ?? startsAtOnce(availableParallelism()));
  }

  /** The view of a server that changed. Never errors. */
  get changes$(): Observable<UpstreamView> {
    return this.#changes.asObservable();
  }

  /** In the order of the configuration. */
  views(): readonly UpstreamView[] {
    return [...this.#upstreams.values()].map((upstream) => upstream.view());
  }

  /** One server, where it is known: views of all of them for each change would be the square of their number. */
  view(name: string): UpstreamView | undefined {
    return this.#upstreams.get(name)?.view();
  }

  /**
   * Makes the running servers those that are desired: added ones start, removed ones drain, changed ones drain and then
   * start as they are now, unchanged ones are not touched.
   */
  apply(desired: readonly DesiredServer[]): void {
    const running = this.#upstreams;
    const next = new Map<string, Upstream | DesiredServer>();
    for (const server of desired) {
      const current = running.get(server.name);
      next.set(server.name, current?.desired.digest === server.digest ? current : server);
    }
    for (const [name, upstream] of running) {
      if (next.get(name) !== upstream) this.#leave(name, upstream);
    }
    this.#upstreams = new Map();
    for (const [name, server] of next) {
      this.#upstreams.set(name, server instanceof Upstream ? server : this.#begin(server));
    }
  }

  /** Carries a call to the server that the router chose. */
  execute(call: Call, sink: Sink): Exchange {
    const upstream = this.#upstreams.get(call.server ?? '');
    if (upstream) return upstream.execute(call, sink);
    // Removed between routing and here: nothing was sent.
    const error = new SwitchyardError('UPSTREAM_UNAVAILABLE', { server: call.server, state: 'removed' });
    return answer(sink, failed(call, error, { executed: 'no', phase: 'waiting' }));
  }

  /** @throws SERVER_UNKNOWN */
  start(name: string): void {
    const upstream = this.#get(name);
    if (this.#waiting.has(name)) this.#waiting.set(name, 'eager');
    else upstream.start();
  }

  /** Resolves when nothing is left of it. @throws SERVER_UNKNOWN */
  stop(name: string): Promise<void> {
    const upstream = this.#get(name);
    if (this.#waiting.has(name)) this.#waiting.set(name, 'manual');
    return Promise.all([this.#leaving.get(name), upstream.drain()]).then(() => {});
  }

  /** Reads the lists of a server anew. @throws SERVER_UNKNOWN, UPSTREAM_UNAVAILABLE, LISTS_UNREAD */
  refresh(name: string): Promise<void> {
    return this.#get(name).refresh();
  }

  /** Asks a server whether it answers; one that is not known does not. Never rejects. */
  probe(name: string): Promise<boolean> {
    return this.#upstreams.get(name)?.probe() ?? Promise.resolve(false);
  }

  /** What servers say outside of calls. Never errors. */
  get notices$(): Observable<Notice> {
    return this.#notices.asObservable();
  }

  /** From now on a client session wants log messages of this level and above. */
  setLogLevel(session: DoorSession, level: LogLevel): void {
    this.#logLevels.set(session, level);
    for (const upstream of this.#upstreams.values()) upstream.logLevelChanged(session);
  }

  rootsChanged(session: DoorSession): void {
    for (const upstream of this.#upstreams.values()) upstream.rootsChanged(session);
  }

  sessionEnded(session: DoorSession): void {
    this.#logLevels.forget(session);
    for (const upstream of this.#upstreams.values()) upstream.sessionEnded(session);
  }

  /** The servers that end and of which something is left. */
  get leaving(): readonly string[] {
    return [...this.#leaving.keys()];
  }

  /**
   * Ends all servers; resolves when nothing is left of any.
   * @param graceMs how long the calls under way may still take; those of servers that drain already no longer either.
   */
  async close(graceMs = this.#context.timings.drain): Promise<void> {
    for (const [name, upstream] of this.#upstreams) this.#leave(name, upstream);
    this.#upstreams = new Map();
    const cutShort = () => this.#draining.forEach((upstream) => void upstream.stop());
    const cancelTimer = this.#context.clock.after(graceMs, cutShort);
    await Promise.all(this.#leaving.values());
    cancelTimer();
  }

  #begin(server: DesiredServer): Upstream {
    const { name } = server;
    const before = this.#leaving.get(name);
    if (!before) return this.#make(server);
    // Two of one server would share files and ports: the new one begins when nothing is left of the old.
    const standIn = this.#make({ ...server, start: 'manual' });
    this.#waiting.set(name, server.start);
    void before.then(() => {
      if (this.#upstreams.get(name) !== standIn) return;
      const start = this.#waiting.get(name) ?? server.start;
      this.#waiting.delete(name);
      const upstream = this.#make({ ...server, start });
      this.#all.delete(standIn);
      this.#upstreams.set(name, upstream);
      this.#changes.next(upstream.view());
    });
    return standIn;
  }

  #make(server: DesiredServer): Upstream {
    const upstream = new Upstream(server, {
      ...this.#context,
      onLists: (lists) => this.#context.onLists(server.name, lists),
      onNotice: (notice) => this.#notices.next(notice),
      logLevels: this.#logLevels,
      nextSeq: () => (this.#seq += 1),
      mayOpen: () => this.#mayOpen(server),
      starts: this.#starts,
    });
    this.#all.add(upstream);
    const noteRoom = () =>
      upstream.isCrowded ? this.#crowded.add(upstream) : this.#crowded.delete(upstream);
    noteRoom();
    upstream.changes$.subscribe(() => {
      noteRoom();
      this.#changes.next(upstream.view());
      this.#offerRoom();
    });
    return upstream;
  }

  #leave(name: string, upstream: Upstream): void {
    this.#waiting.delete(name);
    this.#draining.add(upstream);
    const left = Promise.all([this.#leaving.get(name), upstream.drain()]).then(() => {
      this.#draining.delete(upstream);
      this.#all.delete(upstream);
      this.#offerRoom();
      if (this.#leaving.get(name) === left) this.#leaving.delete(name);
    });
    this.#leaving.set(name, left);
  }

  /** Why a connection of this server's may not open now. All count: primary ones, others' own, and those that end. */
  #mayOpen({ name: server, remote = false }: DesiredServer): SwitchyardError | undefined {
    const { maxProcesses, maxConnections } = this.#context.limits;
    const { connections, processes } = this.#room();
    const full = (limit: number, what: string, key: string) =>
      new SwitchyardError('PROCESS_LIMIT', { server, limit, what, key });
    if (connections <= 0) return full(maxConnections, 'connections', 'maxConnections');
    if (processes <= 0 && !remote) return full(maxProcesses, 'processes', 'maxProcesses');
    return undefined;
  }

  /** How many more there may be of each. */
  #room(): { readonly connections: number; readonly processes: number } {
    const { maxProcesses, maxConnections } = this.#context.limits;
    let connections = maxConnections;
    let processes = maxProcesses;
    for (const { holdings } of this.#all) {
      connections -= holdings.length;
      processes -= holdings.filter((held) => held === 'process').length;
    }
    return { connections, processes };
  }

  /** Tells as many of those that wait as there is room for; who comes too late waits again. */
  #offerRoom(): void {
    if (this.#crowded.size === 0) return;
    let { connections, processes } = this.#room();
    for (const upstream of [...this.#crowded]) {
      const isProcess = upstream.desired.remote !== true;
      if (connections <= 0 || (isProcess && processes <= 0)) continue;
      connections -= 1;
      if (isProcess) processes -= 1;
      upstream.roomMade();
    }
  }

  #get(name: string): Upstream {
    const upstream = this.#upstreams.get(name);
    if (upstream) return upstream;
    const known = [...this.#upstreams.keys()].join(', ') || 'none';
    throw new SwitchyardError('SERVER_UNKNOWN', { server: name, known });
  }
}

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
import { Upstream, type DesiredServer, type UpstreamContext } from './upstream.ts';

/** What the supervisor works with. */
export type SupervisorContext = Omit<
  UpstreamContext,
  'onLists' | 'mayOpen' | 'onNotice' | 'logLevels' | 'nextSeq'
> & {
  readonly log: Log;
  readonly limits: { readonly maxProcesses: number; readonly maxConnections: number };
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
  }

  /** The view of a server that changed. Never errors. */
  get changes$(): Observable<UpstreamView> {
    return this.#changes.asObservable();
  }

  /** In the order of the configuration. */
  views(): readonly UpstreamView[] {
    return [...this.#upstreams.values()].map((upstream) => upstream.view());
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

  /** The servers that end and of which something is left. */
  get leaving(): readonly string[] {
    return [...this.#leaving.keys()];
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
      mayOpen: () => this.#mayOpen(server.name),
    });
    upstream.changes$.subscribe(() => this.#changes.next(upstream.view()));
    return upstream;
  }

  #leave(name: string, upstream: Upstream): void {
    this.#waiting.delete(name);
    this.#draining.add(upstream);
    const left = Promise.all([this.#leaving.get(name), upstream.drain()]).then(() => {
      this.#draining.delete(upstream);
      if (this.#leaving.get(name) === left) this.#leaving.delete(name);
    });
    this.#leaving.set(name, left);
  }

  #mayOpen(server: string): SwitchyardError | undefined {
    const { maxProcesses, maxConnections } = this.#context.limits;
    const open = [...this.#upstreams.values()].flatMap(({ connections }) => connections);
    if (open.length >= maxConnections) {
      return new SwitchyardError('PROCESS_LIMIT', {
        server,
        limit: maxConnections,
        what: 'connections',
        key: 'maxConnections',
      });
    }
    const processes = open.filter(({ session }) => session?.wire.info.pid !== undefined).length;
    if (processes >= maxProcesses) {
      return new SwitchyardError('PROCESS_LIMIT', {
        server,
        limit: maxProcesses,
        what: 'processes',
        key: 'maxProcesses',
      });
    }
    return undefined;
  }

  #get(name: string): Upstream {
    const upstream = this.#upstreams.get(name);
    if (upstream) return upstream;
    const known = [...this.#upstreams.keys()].join(', ') || 'none';
    throw new SwitchyardError('SERVER_UNKNOWN', { server: name, known });
  }
}

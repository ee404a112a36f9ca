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
import type { DesiredServer } from './desired-server.ts';
import { Leaving } from './leaving.ts';
import { LogLevels } from './log-levels.ts';
import { Room, type RoomLimits } from './room.ts';
import { notAsConfigured, withOthers, type UpstreamView } from './server-view.ts';
import { startsAtOnce, StartTurns } from './start-turns.ts';
import type { UpstreamContext } from './upstream-context.ts';
import { Upstream } from './upstream.ts';

/** What the supervisor works with. */
export type SupervisorContext = Omit<
  UpstreamContext,
  'onLists' | 'mayOpen' | 'onNotice' | 'logLevels' | 'nextSeq' | 'starts' | 'before' | 'runs'
> & {
  readonly log: Log;
  readonly limits: RoomLimits & {
    /** How many attempts start at once; absent: as many as this machine has processors for. */
    readonly starts?: number;
  };
  readonly onLists: (server: string, lists: ServerLists) => void;
  /** The number of the latest transition of earlier runs. */
  readonly lastSeq?: number | undefined;
};

/** How many servers are remembered that could not begin beside the one before. */
const MAX_CLASHES = 1_000;

/**
 * All servers: compares those that are desired with those that run. One server's failure touches no other.
 */
export class Supervisor {
  readonly #context: SupervisorContext;
  readonly #changes = new Subject<UpstreamView>();
  readonly #notices = new Subject<Notice>();
  readonly #logLevels = new LogLevels();
  readonly #starts: StartTurns;
  readonly #room: Room;
  #seq: number;
  /** Those that serve, in the order of the configuration. */
  #upstreams = new Map<string, Upstream>();
  /** Those that are to take the place of one that serves, as soon as they are ready. */
  readonly #coming = new Map<string, Upstream>();
  /** Those of them that can never become ready: what they were to replace serves on. */
  readonly #refused = new WeakSet<Upstream>();
  /** What was read of them meanwhile. */
  readonly #unpublished = new WeakMap<Upstream, ServerLists>();
  readonly #leaving: Leaving;
  /** Servers by name and digest that could not begin beside the one before, the latest of them. */
  readonly #clashed = new Set<string>();

  constructor(context: SupervisorContext) {
    this.#context = context;
    this.#seq = context.lastSeq ?? 0;
    this.#starts = new StartTurns(context.limits.starts ?? startsAtOnce(availableParallelism()));
    this.#room = new Room(context.limits);
    this.#leaving = new Leaving(context.clock);
  }

  /** The view of a server that changed. Never errors. */
  get changes$(): Observable<UpstreamView> {
    return this.#changes.asObservable();
  }

  /** In the order of the configuration. */
  views(): readonly UpstreamView[] {
    return [...this.#upstreams].map(([name, upstream]) => this.#viewOf(name, upstream));
  }

  /** One server, where it is known: views of all of them for each change would be the square of their number. */
  view(name: string): UpstreamView | undefined {
    const upstream = this.#upstreams.get(name);
    return upstream && this.#viewOf(name, upstream);
  }

  /**
   * Makes the running servers those that are desired: added ones start, removed ones drain, unchanged ones take over
   * what concerns no connection. A changed one becomes ready beside the old one, and then takes its place; or it begins
   * when nothing is left of the old one (`reload`), which is also how it goes on if it cannot begin beside it. One that
   * cannot begin at all leaves the old one where it is.
   */
  apply(desired: readonly DesiredServer[]): void {
    const before = this.#upstreams;
    const names = new Set(desired.map(({ name }) => name));
    for (const [name, upstream] of before) {
      if (names.has(name)) continue;
      this.#giveUp(name);
      this.#leave(name, upstream);
    }
    // In the order of the configuration; what is changed has its place before it is looked at.
    this.#upstreams = new Map(
      desired.map((server) => [
        server.name,
        before.get(server.name) ?? this.#make(server, this.#leaving.over(server.name)),
      ]),
    );
    for (const server of desired) {
      const current = before.get(server.name);
      if (current) this.#change(current, server);
      else this.#tell(server.name);
    }
  }

  /** How much there may be from now on; what runs already stays. */
  set limits(limits: RoomLimits) {
    this.#room.limits = limits;
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
    this.#get(name).start();
    // What could not begin may be able to now: somebody installed it.
    this.#coming.get(name)?.start();
  }

  /** Resolves when nothing is left of it. @throws SERVER_UNKNOWN */
  stop(name: string): Promise<void> {
    let upstream = this.#get(name);
    const coming = this.#giveUp(name);
    // What is stopped is the server as it is desired now: so it begins when it is started again.
    if (coming) upstream = this.#replace(upstream, coming.desired);
    return Promise.all([upstream.drain(), this.#leaving.over(name)]).then(() => {});
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
    return this.#leaving.names;
  }

  /**
   * Ends all servers; resolves when nothing is left of any.
   * @param graceMs how long the calls under way may still take; those of servers that drain already no longer either.
   */
  async close(graceMs = this.#context.timings.drain): Promise<void> {
    for (const [name, upstream] of this.#upstreams) {
      this.#giveUp(name);
      this.#leave(name, upstream);
    }
    this.#upstreams = new Map();
    await this.#leaving.close(graceMs);
  }

  /** Makes one that is there what it is to be. */
  #change(current: Upstream, server: DesiredServer): void {
    const { name, digest } = server;
    const coming = this.#coming.get(name);
    if (coming?.desired.digest === digest) return coming.update(server);
    this.#giveUp(name);
    if (current.desired.digest === digest) {
      // Lists that changed were not told while there was to be another.
      if (coming) void current.refresh().catch(() => {});
      // One that is only started by hand refuses calls; a lazy one must not.
      const isFreed = current.isStopped && current.desired.start === 'manual' && server.start === 'lazy';
      if (isFreed) this.#replace(current, server);
      else current.update(server);
      return;
    }
    const isServed = server.enabled && current.prospect === 'ready';
    const isMakeFirst = server.reload !== 'break-first' && !this.#clashed.has(clashOf(server));
    // What cannot be started at all cannot be helped by ending what serves.
    if (isServed && (isMakeFirst || server.problem)) this.#prepare(current, server);
    else this.#replace(current, server);
  }

  /** Begins one beside that which serves. */
  #prepare(current: Upstream, server: DesiredServer): void {
    const { name } = server;
    // Two of a server at once, but not three.
    this.#leaving.hurry(name, this.#context.timings.drain);
    const coming = this.#make(server, this.#leaving.over(name), current);
    this.#coming.set(name, coming);
    coming.start();
    this.#look(name);
  }

  /** What becomes of one that began beside another. */
  #look(name: string): void {
    const coming = this.#coming.get(name);
    const current = this.#upstreams.get(name);
    if (!coming || !current) return;
    const { prospect, desired } = coming;
    if (prospect === 'coming') return void this.#refused.delete(coming);
    if (prospect === 'never') return this.#refuse(current, coming);
    this.#coming.delete(name);
    if (prospect === 'ready') {
      coming.succeed(current, this.#context.timings.callTotal);
      this.#upstreams.set(name, coming);
      const lists = this.#unpublished.get(coming);
      if (lists) this.#context.onLists(name, lists);
      this.#leave(name, current);
    } else {
      // For want of room it is not to blame: another time there may be some.
      if (prospect === 'failed') this.#noteClash(desired);
      this.#context.log.warn('what a server was changed to did not start beside it, and begins after it', {
        server: name,
        where: desired.where,
      });
      this.#leave(name, coming);
      this.#replace(current, desired).recall(coming);
    }
    this.#tell(name);
  }

  /** One that cannot begin is shown with its problem beside that which serves, until its entry is another. */
  #refuse(current: Upstream, coming: Upstream): void {
    if (this.#refused.has(coming)) return;
    this.#refused.add(coming);
    const { name, where } = coming.desired;
    this.#context.log.warn('what a server was changed to cannot start; the one before serves on', {
      server: name,
      where,
      problem: coming.view().problem?.message,
    });
    current.recall(coming);
    // Lists that changed were not told while there was to be another.
    void current.refresh().catch(() => {});
    this.#tell(name);
  }

  /** One that begins when nothing is left of another, and holds calls until then. */
  #replace(current: Upstream, server: DesiredServer): Upstream {
    const { name } = server;
    let begin: () => void = () => {};
    const before = new Promise<void>((resolve) => (begin = resolve));
    const next = this.#make(server, before, current);
    next.succeed(current);
    this.#leave(name, current);
    this.#leaving.hurry(name, this.#context.timings.drain);
    void this.#leaving.over(name)?.then(begin);
    this.#upstreams.set(name, next);
    this.#tell(name);
    return next;
  }

  /** Ends one that was to take the place of another; undefined: there was none. */
  #giveUp(name: string): Upstream | undefined {
    const coming = this.#coming.get(name);
    this.#coming.delete(name);
    if (coming) this.#leave(name, coming);
    return coming;
  }

  /** @param before until then nothing of it begins */
  #make(server: DesiredServer, before?: Promise<void>, predecessor?: Upstream): Upstream {
    const { name } = server;
    const upstream: Upstream = new Upstream(server, {
      ...this.#context,
      before,
      runs: predecessor?.runs,
      onLists: (lists) => this.#listsRead(name, upstream, lists),
      onNotice: (notice) => this.#notices.next(notice),
      logLevels: this.#logLevels,
      nextSeq: () => (this.#seq += 1),
      mayOpen: () => this.#room.problemFor(server),
      starts: this.#starts,
    });
    this.#room.add(upstream);
    upstream.changes$.subscribe(() => {
      this.#room.note(upstream);
      if (this.#coming.get(name) === upstream) this.#look(name);
      if (this.#upstreams.has(name)) this.#tell(name);
      else this.#changes.next(upstream.view());
      this.#room.offer();
    });
    return upstream;
  }

  /** What one reads that is to serve is told when it does; and from now on nothing of what it takes the place of. */
  #listsRead(name: string, upstream: Upstream, lists: ServerLists): void {
    const coming = this.#coming.get(name);
    if (coming === upstream) this.#unpublished.set(upstream, lists);
    else if (coming === undefined || this.#refused.has(coming)) this.#context.onLists(name, lists);
  }

  #leave(name: string, upstream: Upstream): void {
    this.#leaving.add(name, upstream, () => {
      this.#room.delete(upstream);
      this.#tell(name);
    });
  }

  #tell(name: string): void {
    const view = this.view(name);
    if (view) this.#changes.next(view);
  }

  #viewOf(name: string, upstream: Upstream): UpstreamView {
    const coming = this.#coming.get(name);
    const others = this.#leaving.of(name).map((old) => ['old', old.view()] as const);
    if (!coming) return withOthers(upstream.view(), others);
    const [view, next] = [upstream.view(), coming.view()];
    const shown = this.#refused.has(coming) ? notAsConfigured(view, next) : view;
    return withOthers(shown, [['next', next], ...others]);
  }

  #noteClash(server: DesiredServer): void {
    this.#clashed.add(clashOf(server));
    const [oldest] = this.#clashed;
    if (this.#clashed.size > MAX_CLASHES && oldest !== undefined) this.#clashed.delete(oldest);
  }

  #get(name: string): Upstream {
    const upstream = this.#upstreams.get(name);
    if (upstream) return upstream;
    const known = [...this.#upstreams.keys()].join(', ') || 'none';
    throw new SwitchyardError('SERVER_UNKNOWN', { server: name, known });
  }
}

function clashOf({ name, digest }: DesiredServer): string {
  return `${digest} ${name}`;
}

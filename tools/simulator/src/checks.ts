import type { Gateway } from '@switchyard/gateway';
import type { LedgerBalance, ReloadResult, ServerView } from '@switchyard/plugin-api';
import type { Invariant, Report } from './broken.ts';
import type { Clients, ToldCall } from './clients.ts';
import type { Written } from './configuration-text.ts';
import {
  atMostOnce,
  balanced,
  fewAttempts,
  honest,
  inTime,
  isRetrySafe,
  listedIsRouted,
  rightlyRouted,
  type Bounds,
} from './promises/of-calls.ts';
import {
  fewRestarts,
  fewTimers,
  isCalledLoop,
  isLetThrough,
  isFresh,
  listsWhatItRoutes,
  noOrphans,
  restsInCrashLoop,
  wellTold,
  withinLimits,
} from './promises/of-servers.ts';
import type { Delivery, Instance, World } from './world.ts';

/** What the checks look at. */
export interface ChecksParts {
  readonly clients: Clients;
  readonly world: World;
  readonly gateway: Gateway;
  readonly now: () => number;
  readonly date: () => number;
  /** Timers of the gateway. */
  readonly pending: () => number;
  readonly balance: () => LedgerBalance;
  readonly report: Report;
  readonly counts: Map<string, number>;
}

/** What is remembered of one server. */
interface Watched {
  bounds: Bounds;
  view: ServerView | undefined;
  /** When the next attempt is due. */
  retryAt: number;
  /** Since when it is ready without a break; undefined: it is not. */
  readySince: number | undefined;
  /** The number of the latest transition that was told. */
  seq: number;
  /** How many failures in a row its latest transition spoke of, and when those of them were. */
  attempt: number;
  failedAt: number[];
  /** When it was started again by itself, lately. */
  dueAt: number[];
  /** Since when nothing happened to it that could leave its lists unread; undefined: something did. */
  quietSince: number | undefined;
  /** Since when nobody changed how it behaves. */
  calmSince: number;
  /** When it must be ready again at the latest. */
  readyBy: number | undefined;
  /** How many wires there had been then: it has a place among those that start only if few others do. */
  openedBefore: number;
  /** Nothing of it may run until somebody orders it. */
  isStopped: boolean;
  /** Counts orders, so that the end of an old one is not taken for that of a newer one. */
  orders: number;
  /** Since when it is not configured, or turned off. */
  goneSince: number | undefined;
  /** Since when it is of another version. */
  changedSince: number;
  retries: number;
  calls: number;
  /** How often its budget of retries began anew. */
  budgets: number;
}

/** Live wires as they were, to see what a reload touched. */
export interface Before {
  readonly live: readonly Instance[];
  readonly names: string;
  readonly ready: ReadonlySet<string>;
}

const NONE: readonly Delivery[] = [];
/** Of four places for those that start. */
const OTHERS = 3;
/** How long calls of a server that goes may take, and how long those of one that was replaced. */
const DRAIN_MS = 10_000;
const TOTAL_MS = 300_000;
/** After this long a server that changed its lists is listed as it is: twice what the gateway waits at most. */
const FRESH_MS = 6_000;

/** Remembers what was seen, and looks at the promises that it concerns. */
export function createChecks(parts: ChecksParts) {
  const { clients, world, gateway, now, report, counts } = parts;
  const watched = new Map<string, Watched>();
  let written: Written | undefined;
  let revision = -1;
  let isStopping = false;

  /** Looks at one promise. */
  const look = (invariant: Invariant, sentence: string | undefined): void => {
    const key = `looked at ${invariant}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (sentence !== undefined) report(invariant, sentence);
  };
  const of = (server: string): Watched => {
    let known = watched.get(server);
    if (!known) watched.set(server, (known = unseen()));
    return known;
  };
  const boundsOf = (server: string): Bounds => of(server).bounds;
  const isConfigured = (server: string): boolean =>
    written !== undefined && (written.servers.get(server)?.enabled ?? false);
  const live = (): Instance[] =>
    [...world.instances].filter(({ state }) => state === 'open' || state === 'starting');

  /** A configuration counts. */
  const configured = (next: Written): void => {
    written = next;
    for (const [name, { timeout, startupTimeout, limits, tools, transport }] of next.servers) {
      const it = of(name);
      const usual = transport === 'net' ? 256 : 64;
      it.bounds = {
        timeoutMs: Math.max(timeout, it.bounds.timeoutMs),
        startupMs: Math.max(startupTimeout, it.bounds.startupMs),
        maxConcurrent: Math.max(limits.maxConcurrent ?? usual, it.bounds.maxConcurrent),
        queue: Math.max(limits.queue ?? 256, it.bounds.queue),
        retrySafe: [...new Set([...tools.retrySafe, ...it.bounds.retrySafe])],
      };
    }
    for (const [name, it] of watched) {
      if (!isConfigured(name)) it.goneSince ??= now();
      else it.goneSince = undefined;
    }
  };

  const disturbed = (server: string): void => {
    const it = of(server);
    it.calmSince = now();
    it.quietSince = undefined;
    it.readyBy = undefined;
  };

  /** Until when an instance may still be there; undefined: for ever. */
  const until = ({ server, version }: Instance): number | undefined => {
    const it = of(server);
    if (it.goneSince !== undefined) return it.goneSince + Math.max(DRAIN_MS, overlap(server)) + 50;
    if (written?.servers.get(server)?.options.version === version) return undefined;
    return it.changedSince + overlap(server) + it.bounds.startupMs + 50;
  };
  /** One that was replaced by another that was ready lets its calls end in their own time. */
  const overlap = (server: string): number =>
    now() - of(server).changedSince < TOTAL_MS + 60_000 ? TOTAL_MS + DRAIN_MS : DRAIN_MS;

  /** A call that can only wait in the queue of its server's connection. */
  const isHeld = (call: ToldCall): boolean => call.wasListed && !isRetrySafe(call, boundsOf(call.server));

  return {
    configured,
    disturbed,
    /** A server says that it changed. */
    changed(view: ServerView): void {
      const it = of(view.name);
      it.view = view;
      // The wall clock may be another when it is looked at.
      it.retryAt = now() + (view.retryAt ?? 0) - parts.date();
      const fresh = view.transitions.filter(({ seq }) => seq > it.seq);
      if (fresh.length > 0) {
        look('R17', wellTold(view.name, fresh));
        it.seq = fresh.at(-1)!.seq;
        for (const { event } of fresh) if (event === 'due') it.dueAt.push(now());
        for (const { to, attempt } of fresh) {
          if (attempt === undefined) continue;
          if (attempt < it.attempt) it.failedAt = [];
          if (attempt > it.attempt || (attempt > 0 && it.failedAt.length === 0)) it.failedAt.push(now());
          it.failedAt = it.failedAt.slice(-20);
          it.attempt = attempt;
          look('R11', isCalledLoop(view.name, to, it.failedAt, now()));
        }
        if (it.dueAt.length > 40) it.dueAt = it.dueAt.slice(-20);
        look('R11', fewRestarts(view.name, it.dueAt, now()));
        look('R11', restsInCrashLoop(view, parts.date()));
      }
      const isReady = view.phase === 'ready' || view.phase === 'degraded';
      if (world.all.opened - it.openedBefore > OTHERS) it.readyBy = undefined;
      if (!isReady) {
        it.readySince = undefined;
        it.quietSince = undefined;
      } else it.readySince ??= now();
      if (isReady && it.readyBy !== undefined) {
        look(
          'R10',
          now() > it.readyBy ? `${view.name} was ready ${now() - it.readyBy} ms too late` : undefined,
        );
        it.readyBy = undefined;
      }
    },
    /** An instance is about to end by itself. */
    crashes(instance: Instance, { exitCode }: { readonly exitCode: number }): void {
      const { server } = instance;
      const it = of(server);
      disturbed(server);
      const { start, startMs, latencyMs, hangs, stalls, listsFail } = world.manners.get(server)!;
      const isWell = start === 'ready' && !hangs && !stalls && !listsFail && exitCode !== 126;
      const isAlone = live().filter((each) => each.server === server).length === 1;
      const isCalm = live().every(({ state }) => state === 'open') && written?.maxProcesses === undefined;
      const { readySince, view } = it;
      if (!isWell || !isAlone || !isCalm || isStopping || view?.phase !== 'ready') return;
      if (readySince === undefined || !isConfigured(server)) return;
      // Of this very instance: one that took the place of another is ready without a break.
      if (now() - Math.max(readySince, instance.openedAt + startMs + 6 * latencyMs) < 11_000) return;
      if (startMs + 4 * latencyMs > it.bounds.startupMs / 2) return;
      const isRemote = written?.servers.get(server)?.transport === 'net';
      it.openedBefore = world.all.opened;
      it.readyBy = now() + startMs + 6 * (latencyMs + 2) + 250 + (isRemote ? 500 : 0);
    },
    /** A server has other lists, and says so. */
    listsChanged(server: string): void {
      const it = of(server);
      const { start, hangs, stalls, listsFail } = world.manners.get(server)!;
      const tells = !hangs && !stalls && !listsFail && start !== 'never_lists';
      const wasRead = it.view?.phase === 'ready' && tells;
      it.quietSince = wasRead ? now() : undefined;
    },
    /** Somebody orders something of a server; to be called when the order is carried out. */
    ordered(server: string, order: string): () => void {
      const it = of(server);
      if (order === 'refresh') return () => {};
      disturbed(server);
      it.isStopped = false;
      const mine = (it.orders += 1);
      return () => {
        if (order === 'stop' && it.orders === mine && isConfigured(server)) it.isStopped = true;
      };
    },
    beforeReload(): Before {
      const names = gateway.servers
        .list()
        .map(({ name }) => name)
        .join();
      const ready = [...watched].flatMap(([name, { readySince }]) =>
        readySince === undefined ? [] : [name],
      );
      return { live: live(), names, ready: new Set(ready) };
    },
    /** What a reload did at once. */
    reloaded(before: Before, result: ReloadResult, next: Written): void {
      const wasReady = (server: string): boolean => before.ready.has(server);
      const touched = new Set(
        (result.ok && result.applied ? result.plan.servers : [])
          .filter(({ how }) => how !== 'in place')
          .map(({ server }) => server),
      );
      const isLive = ({ state }: Instance): boolean => state === 'open' || state === 'starting';
      // An entry that is none ends what begins, and leaves as it is what is ready.
      const servesOn = (server: string): boolean =>
        wasReady(server) && before.live.some((each) => each.server === server && isLive(each));
      const ended = before.live.find(
        (each) =>
          !isLive(each) &&
          !touched.has(each.server) &&
          !(next.bad.has(each.server) && (servesOn(each.server) || !wasReady(each.server))),
      );
      look('R14', ended && `the reload ended ${ended.server} #${ended.id}, which it does not concern`);
      const names = gateway.servers
        .list()
        .map(({ name }) => name)
        .join();
      const should = result.ok ? [...next.servers.keys()].join() : before.names;
      look('R14', names === should ? undefined : `after the reload there are ${names} instead of ${should}`);
      if (!result.ok) return;
      // Less room than there was is a reason to wait.
      if (result.plan.other.length > 0) for (const it of watched.values()) it.readyBy = undefined;
      for (const { server } of result.plan.servers) {
        const it = of(server);
        disturbed(server);
        it.orders += 1;
        it.isStopped = false;
        it.changedSince = now();
        it.budgets += 1;
      }
      configured(next);
    },
    /** A call is over. */
    ended(call: ToldCall): void {
      const deliveries = world.deliveries.get(call.nonce) ?? NONE;
      const executions = world.executions.get(call.nonce)?.length ?? 0;
      const it = of(call.server);
      look('R6', honest(call, executions));
      if (deliveries.length > 0) look('R5', atMostOnce(call, deliveries, executions, it.bounds));
      if (deliveries.length > 1) look('R7', fewAttempts(call, deliveries, it.bounds));
      if (call.wasListed) look('R15', listedIsRouted(call) ?? rightlyRouted(call, deliveries));
      it.calls += 1;
      it.retries += Math.max(0, deliveries.filter(({ counts: isSent }) => isSent).length - 1);
      // What is no tool call earns, too.
      const others = clients.counts.made - clients.all.length;
      const most = 3 * (1 + it.budgets) + 0.2 * (it.calls + clients.open.size + others);
      look(
        'R7',
        it.retries > most ? `${call.server}: ${it.retries} calls were sent again, of ${it.calls}` : undefined,
      );
    },
    /** A call was just made: what cannot be carried for a long time is refused at once. */
    made(call: ToldCall): void {
      const { view } = of(call.server);
      if (view?.phase !== 'crash_loop' || !call.wasListed || isStopping) return;
      // What it is now may be another than its entry says: one that cannot start does not take its place.
      if (of(call.server).budgets > 0) return;
      const isOwn = call.principal !== 'local' && written?.servers.get(call.server)?.sharing !== 'all';
      const last = view.transitions.at(-1);
      if (isOwn || written?.servers.get(call.server)?.sharing === 'session' || last?.to !== 'crash_loop')
        return;
      if (of(call.server).retryAt - now() < 10_000) return;
      look(
        'R11',
        call.endedAt === undefined ? `${call.nonce} waits for ${call.server}, a crash loop` : undefined,
      );
    },
    afterStep(): void {
      const at = now();
      for (const it of watched.values())
        if (world.all.opened - it.openedBefore > OTHERS) it.readyBy = undefined;
      look('R1', balanced(parts.balance(), clients.counts));
      for (const call of clients.open)
        look('R2', inTime(call, world.deliveries.get(call.nonce) ?? NONE, boundsOf(call.server), at));
      look('R9', withinLimits(clients.open, world, boundsOf, isHeld));
      look(
        'R9',
        fewTimers(
          parts.pending(),
          world.instances.size,
          clients.counts.made - clients.counts.answered - clients.counts.cancelled,
          watched.size,
        ),
      );
      look('R12', noOrphans(world.instances, until, at));
      for (const [name, it] of watched) {
        if (it.isStopped) {
          const running = live().find(({ server }) => server === name);
          look('R12', running && `${name} was stopped, and #${running.id} runs`);
        }
        if (it.readyBy !== undefined && at > it.readyBy && !isStopping)
          look(
            'R10',
            `${name} crashed, and is ${it.view?.phase} ${at - it.readyBy} ms after it should be ready`,
          );
        if (it.quietSince !== undefined && at - it.quietSince > FRESH_MS && !isStopping) {
          const { tools, edition } = world.manners.get(name)!;
          look('R15', isFresh(gateway.catalog.snapshot, name, { tools, edition }));
        }
      }
      const { snapshot } = gateway.catalog;
      if (snapshot.revision === revision) return;
      revision = snapshot.revision;
      look('R15', listsWhatItRoutes(snapshot, isConfigured));
    },
    /** R17: what is shown on request is what was told. */
    shown(): void {
      for (const view of gateway.servers.list()) {
        const { name, transitions, phase } = view;
        const it = of(name);
        const { hangs, stalls } = world.manners.get(name)!;
        const calmMs = now() - Math.max(it.calmSince, it.readySince ?? now());
        if (view.breaker && !hangs && !stalls) look('R10', isLetThrough(view, calmMs, parts.date()));
        const seq = transitions.at(-1)?.seq ?? it.seq;
        look('R17', seq > it.seq ? `${name}: transition ${seq} was never told` : undefined);
        look(
          'R17',
          it.view && wordOf(it.view.phase) !== wordOf(phase)
            ? `${name} is ${phase}, and was told to be ${it.view.phase}`
            : undefined,
        );
      }
    },
    stopping(isDoorClosing: boolean): void {
      isStopping = true;
      for (const it of watched.values()) it.isStopped = false;
      look('R13', isDoorClosing ? undefined : 'the door was not told to close at once');
    },
    stopped(afterMs: number): void {
      look('R13', afterMs > 15_000 ? `it took ${afterMs} ms to stop` : undefined);
    },
    /** Everything is over. */
    over(): void {
      const { inFlight } = parts.balance();
      look('R1', inFlight > 0 ? `${inFlight} calls are in flight after the end` : undefined);
      look('R12', world.instances.size > 0 ? `${world.instances.size} wires are left` : undefined);
      const left = parts.pending();
      look('R12', left > 0 ? `${left} timers are left` : undefined);
      for (const call of clients.all) {
        const executions = world.executions.get(call.nonce)?.length ?? 0;
        const deliveries = world.deliveries.get(call.nonce) ?? NONE;
        look('R6', honest(call, executions));
        look('R5', atMostOnce(call, deliveries, executions, boundsOf(call.server)));
      }
    },
  };
}

/** Breakers are told of once a second: until then a server may be shown as well that is not. */
function wordOf(phase: ServerView['phase']): ServerView['phase'] {
  return phase === 'degraded' ? 'ready' : phase;
}

function unseen(): Watched {
  return {
    bounds: { timeoutMs: 0, startupMs: 0, maxConcurrent: 0, queue: 0, retrySafe: [] },
    view: undefined,
    retryAt: 0,
    readySince: undefined,
    seq: 0,
    attempt: 0,
    failedAt: [],
    dueAt: [],
    quietSince: undefined,
    calmSince: 0,
    readyBy: undefined,
    openedBefore: 0,
    isStopped: false,
    orders: 0,
    goneSince: undefined,
    changedSince: -Infinity,
    retries: 0,
    calls: 0,
    budgets: 0,
  };
}

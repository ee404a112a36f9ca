import type { CatalogSnapshot, ServerTransition, ServerView } from '@switchyard/plugin-api';
import type { ToldCall } from '../clients.ts';
import type { Instance, World } from '../world.ts';
import type { Bounds } from './of-calls.ts';

/*
 * What is promised of servers and of the catalog, as sentences about what was seen: undefined where the promise was kept.
 */

/** R9: no more calls under way at one instance, and none that wait, than the configuration ever allowed. */
export function withinLimits(
  open: Iterable<ToldCall>,
  world: Pick<World, 'deliveries' | 'inPipe'>,
  boundsOf: (server: string) => Bounds,
  isHeldAt: (call: ToldCall) => boolean,
): string | undefined {
  const sent = new Map<Instance, number>();
  const waiting = new Map<string, number>();
  for (const call of open) {
    const last = world.deliveries.get(call.nonce)?.at(-1);
    const bounds = boundsOf(call.server);
    if (last?.counts === true && !last.isOver && last.instance.state === 'open') {
      const count = (sent.get(last.instance) ?? 0) + 1;
      sent.set(last.instance, count);
      if (count > bounds.maxConcurrent)
        return `${count} calls are under way at ${call.server} #${last.instance.id}; at most ${bounds.maxConcurrent} may be`;
    } else if (last === undefined && !world.inPipe.has(call.nonce) && isHeldAt(call)) {
      // By whom they wait for: each connection has a queue of its own, and nobody waits in two.
      const key = `${call.server} ${call.client}`;
      const count = (waiting.get(key) ?? 0) + 1;
      waiting.set(key, count);
      if (count > bounds.queue)
        return `${count} calls of ${call.client} wait for ${call.server}; at most ${bounds.queue} may`;
    }
  }
  return undefined;
}

/** R9: what a gateway may have to wait for at once. */
export function fewTimers(
  pending: number,
  instances: number,
  open: number,
  servers: number,
): string | undefined {
  // Of a gateway, of a server (breaker, history, lists, backoff), of a connection (start, turn, idle, probe, settled,
  // drain, lists), and of a call (its time, its next attempt, its hold).
  const most = 10 + 8 * servers + 12 * instances + 4 * open;
  return pending > most ? `${pending} timers are set; at most ${most} can be` : undefined;
}

/** The longest time between two probes of an open breaker, chance included, and for the answer. */
const PROBED_WITHIN_MS = 90_000 + 15_000;

/** R10: a server that answers is called again, sooner or later. */
export function isLetThrough(
  { name, phase, breaker }: ServerView,
  calmMs: number,
  date: number,
): string | undefined {
  if (breaker?.phase !== 'open' || (phase !== 'ready' && phase !== 'degraded')) return undefined;
  const openMs = date - (breaker.openedAt ?? date);
  if (Math.min(openMs, calmMs) <= PROBED_WITHIN_MS) return undefined;
  return `${name} answers for ${calmMs} ms, and its breaker is open for ${openMs} ms`;
}

/** R11: so many restarts by itself within a minute, and no more. */
const MOST_RESTARTS = 14;

/** R11: a server that fails again and again is started ever more rarely. */
export function fewRestarts(name: string, dueAt: readonly number[], now: number): string | undefined {
  const count = dueAt.filter((at) => now - at < 60_000).length;
  return count > MOST_RESTARTS ? `${name} was started again ${count} times within a minute` : undefined;
}

/** R11: five failures within a minute are a crash loop, and called so. */
export function isCalledLoop(
  name: string,
  phase: string,
  failedAt: readonly number[],
  now: number,
): string | undefined {
  const recent = failedAt.filter((at) => now - at < 60_000).length;
  return recent >= 5 && phase === 'backoff'
    ? `${name} failed ${recent} times within a minute, and is not called a crash loop`
    : undefined;
}

/** R11: a crash loop is left in silence for a minute at least. */
export function restsInCrashLoop(view: ServerView, date: number): string | undefined {
  const last = view.transitions.at(-1);
  if (last?.to !== 'crash_loop' || last.retryAt === undefined) return undefined;
  const wait = last.retryAt - last.at;
  return wait < 60_000 && date >= last.at
    ? `${view.name} is tried again ${wait} ms after a crash loop began`
    : undefined;
}

/** R12: who should have gone by now. */
export function noOrphans(
  instances: Iterable<Instance>,
  isWanted: (instance: Instance) => number | undefined,
  now: number,
): string | undefined {
  for (const instance of instances) {
    if (instance.state !== 'open' && instance.state !== 'starting') continue;
    const until = isWanted(instance);
    if (until !== undefined && now > until)
      return `${instance.server} #${instance.id} is not wanted any more, and should have gone ${now - until} ms ago`;
  }
  return undefined;
}

/** R15: every tool that is listed is of a server that is configured, and is found by its name. */
export function listsWhatItRoutes(
  snapshot: CatalogSnapshot,
  isConfigured: (server: string) => boolean,
): string | undefined {
  for (const entry of snapshot.entries('tools')) {
    if (!isConfigured(entry.server)) return `${entry.publicName} is listed, and its server is not configured`;
    const found = snapshot.resolve('tools', entry.publicName);
    if (found?.definition !== entry.definition || found.server !== entry.server)
      return `${entry.publicName} is listed, and routed to ${found?.server ?? 'nobody'}`;
  }
  return undefined;
}

/** R15: what is listed is what the server said last. */
export function isFresh(
  snapshot: CatalogSnapshot,
  server: string,
  { tools, edition }: { readonly tools: number; readonly edition: number },
): string | undefined {
  const listed = snapshot.entries('tools').filter((entry) => entry.server === server);
  if (listed.length !== tools) return `${listed.length} tools of ${server} are listed, and it has ${tools}`;
  for (const { definition } of listed) {
    const text = Buffer.from(definition.bytes).toString();
    if (!text.includes(` e${edition}"`))
      return `what is listed of ${server} is not its edition ${edition}: ${text}`;
  }
  return undefined;
}

/** What people must be told the cause of. */
const NEEDS_CAUSE: ReadonlySet<string> = new Set(['backoff', 'crash_loop', 'failed']);

/** R17: transitions that are new since the last time, each with what led to it, and why where it is bad news. */
export function wellTold(name: string, fresh: readonly ServerTransition[]): string | undefined {
  let before = -Infinity;
  for (const { seq, event, from, to, code, cause } of fresh) {
    if (seq <= before) return `${name}: transition ${seq} after ${before}`;
    before = seq;
    if (event.length === 0 || from === to)
      return `${name}: transition ${seq} from ${from} to ${to} by "${event}"`;
    if (NEEDS_CAUSE.has(to) && (code === undefined || !cause)) return `${name}: nothing says why it is ${to}`;
  }
  return undefined;
}

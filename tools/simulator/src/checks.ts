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
  listedIsRouted,
  rightlyRouted,
  type Bounds,
} from './promises/of-calls.ts';
import type { Delivery, Instance, World } from './world.ts';

/** What the checks look at. */
export interface ChecksParts {
  readonly clients: Clients;
  readonly world: World;
  readonly gateway: Gateway;
  readonly now: () => number;
  /** Timers of the gateway. */
  readonly pending: () => number;
  readonly balance: () => LedgerBalance;
  readonly report: Report;
  readonly counts: Map<string, number>;
}

const NONE: readonly Delivery[] = [];

/** Remembers what was seen, and looks at the promises that it concerns. */
export function createChecks(parts: ChecksParts) {
  const { clients, world, now, report, counts } = parts;
  const bounds = new Map<string, Bounds>();

  /** Looks at one promise. */
  const look = (invariant: Invariant, sentence: string | undefined): void => {
    const key = `looked at ${invariant}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (sentence !== undefined) report(invariant, sentence);
  };

  return {
    /** A configuration counts. */
    configured({ servers }: Written): void {
      for (const [name, { timeout, startupTimeout, limits, tools }] of servers) {
        const before = bounds.get(name);
        bounds.set(name, {
          timeoutMs: Math.max(timeout, before?.timeoutMs ?? 0),
          startupMs: Math.max(startupTimeout, before?.startupMs ?? 0),
          maxConcurrent: Math.max(limits.maxConcurrent ?? 256, before?.maxConcurrent ?? 0),
          queue: Math.max(limits.queue ?? 256, before?.queue ?? 0),
          retrySafe: [...tools.retrySafe, ...(before?.retrySafe ?? [])],
        });
      }
    },
    changed(_view: ServerView): void {},
    crashes(_instance: Instance, _how: unknown): void {},
    disturbed(_server: string): void {},
    listsChanged(_server: string): void {},
    ordered(_server: string, _order: string): () => void {
      return () => {};
    },
    beforeReload(): unknown {
      return undefined;
    },
    reloaded(_before: unknown, _result: ReloadResult, written: Written): void {
      this.configured(written);
    },
    ended(call: ToldCall): void {
      const deliveries = world.deliveries.get(call.nonce) ?? NONE;
      const executions = world.executions.get(call.nonce)?.length ?? 0;
      const bound = bounds.get(call.server) ?? NOTHING_KNOWN;
      look('R6', honest(call, executions));
      if (deliveries.length > 0) look('R5', atMostOnce(call, deliveries, executions, bound));
      if (deliveries.length > 1) look('R7', fewAttempts(call, deliveries, bound));
      if (call.wasListed) look('R15', listedIsRouted(call) ?? rightlyRouted(call, deliveries));
    },
    afterStep(_step: number): void {
      look('R1', balanced(parts.balance(), clients.counts));
      const at = now();
      for (const call of clients.open) {
        const bound = bounds.get(call.server) ?? NOTHING_KNOWN;
        look('R2', inTime(call, world.deliveries.get(call.nonce) ?? NONE, bound, at));
      }
    },
    stopping(isDoorClosing: boolean): void {
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
        look('R6', honest(call, executions));
        const deliveries = world.deliveries.get(call.nonce) ?? NONE;
        look('R5', atMostOnce(call, deliveries, executions, bounds.get(call.server) ?? NOTHING_KNOWN));
      }
    },
  };
}

const NOTHING_KNOWN: Bounds = {
  timeoutMs: 0,
  startupMs: 0,
  maxConcurrent: 0,
  queue: 0,
  retrySafe: [],
};

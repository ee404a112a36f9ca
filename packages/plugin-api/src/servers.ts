import type { Observable } from 'rxjs';
import type { CatalogKind } from './catalog.ts';
import type { BreakerView } from './server-aspect.ts';
import type { ProcessUsage } from './wire.ts';

/** What people see of a server's connection, derived from its state and never kept beside it. */
export type ServerPhase =
  | 'idle'
  | 'starting'
  | 'negotiating'
  | 'ready'
  | 'degraded'
  | 'backoff'
  | 'crash_loop'
  | 'stopping'
  | 'auth_required'
  | 'failed'
  | 'stopped'
  | 'disabled';

/** Every phase, in the order of a server's life. */
export const SERVER_PHASES: readonly ServerPhase[] = [
  'disabled',
  'idle',
  'starting',
  'negotiating',
  'ready',
  'degraded',
  'backoff',
  'crash_loop',
  'stopping',
  'auth_required',
  'failed',
  'stopped',
];

/** Whether a server in this phase takes calls. */
export function takesCalls(phase: ServerPhase): boolean {
  return phase === 'ready' || phase === 'degraded';
}

/** What is wrong with a server, in the shape of every error people see. */
export interface Problem {
  /** `SWY-Ennn` */
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly why?: string;
  readonly remedy: string;
}

/** One change of phase. */
export interface ServerTransition {
  /** Grows with each change of whatever server of this gateway: one that was seen is never seen again. */
  readonly seq: number;
  readonly from: ServerPhase;
  readonly to: ServerPhase;
  /**
   * What happened: `start`, `wanted`, `advanced`, `crowded`, `opened`, `missed`, `answered`, `unread`, `read`, `unused`,
   * `lost`, `due`, `drain`, `drained`, `closed`, `stop`, `faulted`.
   */
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The number of the run that it belongs to; the first is 1, and 0 says that there was none yet. */
  readonly run: number;
  /** It happened before this gateway was started, in which runs count from 1 again. */
  readonly earlier?: true;
  /** The `SWY-Ennn` of what went wrong, and one sentence about it. */
  readonly code?: string;
  readonly cause?: string;
  /** How the process ended, where one did. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** Failed starts and short runs in a row, this one included; only while waiting for the next attempt. */
  readonly attempt?: number;
  /** When the next attempt is due, milliseconds since 1970. */
  readonly retryAt?: number;
}

/** What can be so or not of a server, for programs: a phase says it for people. */
export type ConditionType =
  | 'process_up'
  | 'connected'
  | 'negotiated'
  | 'catalog_fresh'
  | 'responsive'
  /** Shown while it is not so: what its entry says now cannot be started, and the server before that serves on. */
  | 'as_configured'
  | 'breaker_closed';

/** One thing that is so of a server, not so, or not known. */
export interface ServerCondition {
  readonly type: ConditionType;
  readonly status: 'true' | 'false' | 'unknown';
  /** One word for programs, `PascalCase`: `Ready`, `Exited`, `Remembered`. */
  readonly reason: string;
  /** Since when it is so, milliseconds since 1970. */
  readonly since: number;
}

/** One connection to a server: the primary one, or one of a principal's or session's own. */
export interface ConnectionView {
  /** `primary`, the principal's name, or `session:` and a digest of its id, which is nobody else's to know. */
  readonly key: string;
  readonly phase: ServerPhase;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly pid?: number;
  /** Since when there is a process, or a session where it has none of ours; milliseconds since 1970. */
  readonly startedAt?: number;
  readonly inFlight: number;
  /** Failed starts and short runs that count towards a crash loop. */
  readonly attempt: number;
  /** Milliseconds since 1970; only while waiting. */
  readonly retryAt?: number;
  readonly usage?: ProcessUsage;
}

/** One server, now. Plain data. */
export interface ServerView {
  readonly name: string;
  readonly phase: ServerPhase;
  /** Since when, milliseconds since 1970. */
  readonly since: number;
  /** What the configuration and whoever gave the last order want it to be. */
  readonly desired: 'ready' | 'idle' | 'stopped' | 'disabled';
  /** In the order of `ConditionType`; empty for a server that is disabled. */
  readonly conditions: readonly ServerCondition[];
  readonly transport: string | undefined;
  /** Where its entry stands: `switchyard.jsonc:7`. */
  readonly where?: string;
  readonly problem?: Problem;
  /** Failed starts and short runs that count towards a crash loop. */
  readonly failures: number;
  /** How many times it was started again by itself or by hand. */
  readonly restarts: number;
  /** When the next attempt is due, milliseconds since 1970; only while waiting. */
  readonly retryAt?: number;
  readonly pid?: number;
  /** Of the primary connection. */
  readonly usage?: ProcessUsage;
  /** Where a plugin guards its calls with one. */
  readonly breaker?: BreakerView;
  readonly target?: string;
  /** From start to ready of the latest run. */
  readonly readyAfterMs?: number;
  readonly era?: string;
  readonly protocolVersion?: string;
  readonly serverInfo?: { readonly name: string; readonly version: string };
  /** As the server declared them (2025-11-25, lifecycle, initialization). */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
  readonly catalog: Readonly<Record<CatalogKind, number>>;
  /** The catalog counts are remembered from an earlier run. */
  readonly remembered: boolean;
  /** Messages on the wire that were no JSON-RPC, too large, or answered nothing. */
  readonly dropped: number;
  /** Calls that it was sent and that are not over, and those that wait to be. */
  readonly inFlight: number;
  /** Those of them that wait, and how many were refused so far because too many waited, or for too long. */
  readonly queue?: { readonly held: number; readonly shed: number };
  /** Resources that clients want to hear of, counted by client (2025-11-25, resources, subscriptions). */
  readonly subscriptions: number;
  /** Connections of other principals or sessions beside the primary one. */
  readonly instances: number;
  /** The primary one first. */
  readonly connections: readonly ConnectionView[];
  /** The latest changes of phase, oldest first. */
  readonly transitions: readonly ServerTransition[];
}

/** All servers: the token `servers`. */
export interface Servers {
  /** In configuration order. */
  list(): readonly ServerView[];
  /** The server that changed; the present is not repeated on subscription. Never errors. */
  readonly changes$: Observable<ServerView>;
  /**
   * Resolves when every server that starts by itself is in the catalog or has failed; after `ms` at the latest; and,
   * with `quietMs`, when at least one is there and nothing new came for so long: one that hangs need not hold the rest.
   */
  listed(ms: number, quietMs?: number): Promise<void>;
  /** @throws SERVER_UNKNOWN; resolves when the order is taken, not when the server is ready. */
  start(name: string): Promise<void>;
  stop(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /**
   * Reads the lists of a server that is ready anew, whatever it said of changes; resolves when the catalog has them.
   * @throws SERVER_UNKNOWN, UPSTREAM_UNAVAILABLE, LISTS_UNREAD
   */
  refresh(name: string): Promise<void>;
  /**
   * Asks a server whether it answers, by a request of the gateway's own (2025-11-25, utilities, ping). False: it did
   * not within a few seconds, its transport failed, or it is not ready; one that is idle is said to. Never rejects.
   */
  probe(name: string): Promise<boolean>;
}

import type { Observable } from 'rxjs';
import type { CatalogKind } from './catalog.ts';

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
  readonly from: ServerPhase;
  readonly to: ServerPhase;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cause?: string;
}

/** One server, now. Plain data. */
export interface ServerView {
  readonly name: string;
  readonly phase: ServerPhase;
  /** Since when, milliseconds since 1970. */
  readonly since: number;
  readonly transport: string | undefined;
  readonly problem?: Problem;
  /** Failed starts and short runs that count towards a crash loop. */
  readonly failures: number;
  /** How many times it was started again by itself or by hand. */
  readonly restarts: number;
  /** When the next attempt is due, milliseconds since 1970; only while waiting. */
  readonly retryAt?: number;
  readonly pid?: number;
  readonly target?: string;
  /** From start to ready of the latest run. */
  readonly readyAfterMs?: number;
  readonly era?: string;
  readonly protocolVersion?: string;
  readonly serverInfo?: { readonly name: string; readonly version: string };
  readonly catalog: Readonly<Record<CatalogKind, number>>;
  /** The catalog counts are remembered from an earlier run. */
  readonly remembered: boolean;
  /** Messages on the wire that were no JSON-RPC, too large, or answered nothing. */
  readonly dropped: number;
  readonly inFlight: number;
  /** Resources that clients want to hear of, counted by client (2025-11-25, resources, subscriptions). */
  readonly subscriptions: number;
  /** Connections of other principals or sessions beside the primary one. */
  readonly instances: number;
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
}

import type { Observable } from 'rxjs';
import type { Problem, ServerCondition } from './servers.ts';

/** Where the breaker of a server stands. */
export interface BreakerView {
  readonly phase: 'closed' | 'open' | 'half_open';
  /** In a row, now. */
  readonly failures: number;
  /** It opens at so many in a row. */
  readonly threshold: number;
  /** Milliseconds since 1970; only while it is not closed. */
  readonly openedAt?: number;
  /** When the server is asked next whether it answers, milliseconds since 1970; only while it is open. */
  readonly nextProbeAt?: number;
  /** What the last failure was. */
  readonly lastError?: Problem;
}

/** What a plugin adds to the view of one server. */
export interface ServerAspectView {
  readonly condition?: ServerCondition;
  /** Given: a server that is ready is shown as `degraded`, for this reason. */
  readonly problem?: Problem;
  readonly breaker?: BreakerView;
}

/** What a plugin knows of servers: every face of the gateway shows it with the rest. Contributed to `serverAspects`. */
export interface ServerAspect {
  readonly name: string;
  /** Of this server, now; undefined where there is nothing to add. Cheap: each view asks. */
  of(server: string): ServerAspectView | undefined;
  /** The server of which it changed. Never errors. */
  readonly changes$: Observable<string>;
}

import type { Observable } from 'rxjs';

/** When calls to a server that fails are no longer sent. */
export interface BreakerPolicy {
  /** It opens after so many failures in a row, or when half of at least 20 calls within `windowMs` failed. */
  readonly failures: number;
  readonly windowMs: number;
  /** How long it stays open the first time; each further time in a row twice as long, up to a minute. */
  readonly cooldownMs: number;
}

/** What the configuration says about the calls to one server. Each of it may change while the server runs. */
export interface ServerPolicy {
  /** For one answer; progress begins it anew. */
  readonly timeoutMs: number;
  /** `false`: calls are sent however many fail. */
  readonly breaker: BreakerPolicy | false;
  /**
   * Whether this tool, by the server's own name, may be sent twice. The configuration alone says so (`tools.retrySafe`):
   * what a server says of its tools is no permission (2025-11-25, tools, annotations).
   */
  retrySafe(tool: string): boolean;
}

/** The policies of all servers: the token `policies`. */
export interface Policies {
  /** As it is now; undefined for a server that is not configured. The same object until it changes. */
  of(server: string): ServerPolicy | undefined;
  /** The server whose policy changed, came or went. Never errors. */
  readonly changes$: Observable<string>;
}

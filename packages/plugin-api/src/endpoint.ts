import type { Observable } from 'rxjs';
import type { Execute } from './call.ts';
import type { Payload } from './payload.ts';

/** A client session at a door, as far as the gateway needs to know. */
export interface DoorSession {
  readonly principal: string;
  /** The `audience` of the session's calls. */
  readonly audience: string;
}

/** How severe a log message is, least first (2025-11-25, logging, log levels; RFC 5424). */
export const LOG_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a server says outside of any call. */
export interface Notice {
  /** `updated`: params of `notifications/resources/updated`; `log`: params of `notifications/message`. */
  readonly kind: 'updated' | 'log';
  readonly server: string;
  readonly params: Payload;
  /** Whether a session is to hear it: it subscribed to the resource, or shares the connection that the line came by. */
  readonly concerns: (session: DoorSession) => boolean;
}

/** What the gateway gives to an endpoint. */
export interface Door {
  /** The pipeline. */
  readonly execute: Execute;
  /** A new `Call.id`. */
  newCallId(): string;
  /** How the gateway introduces itself. */
  readonly info: { readonly name: string; readonly title: string; readonly version: string };
  /** The servers' instructions, each under its name; undefined if there are none. */
  instructions(): string | undefined;
  /** Says that a list changed, coalesced; for `notifications/<kind>/list_changed`. Never errors. */
  readonly listChanged$: Observable<'tools' | 'prompts' | 'resources'>;
  /** What servers say outside of calls. Never errors. */
  readonly notices$: Observable<Notice>;
  /**
   * The least severe log message that a session wants from now on (2025-11-25, logging, setting log level). The servers
   * are told the lowest level of all sessions that share a connection; each session's own is the endpoint's to filter.
   */
  setLogLevel(session: DoorSession, level: LogLevel): void;
  /** The client's folders changed (2025-11-25, roots): connections of the session's own pass it on. */
  rootsChanged(session: DoorSession): void;
  /** How many clients of this endpoint are connected now: an instance that nobody uses may end. 0 until it is said. */
  connected(clients: number): void;
  /** A session ended: its subscriptions and its log level end, and connections that were its own close. */
  sessionEnded(session: DoorSession): void;
}

/** Where an open endpoint can be reached. */
export interface Opened {
  readonly url?: string;
}

/** A door that MCP clients come in by: what a plugin contributes to `endpoints`. */
export interface Endpoint {
  readonly kind: string;
  /**
   * Starts to accept clients; called once, after all plugins are set up.
   * @throws SwitchyardError, for example PORT_IN_USE.
   */
  open(door: Door): Promise<Opened>;
  /** Accepts nothing new; resolves when the calls under way are answered or `graceMs` is over. Never rejects. */
  close(graceMs: number): Promise<void>;
}

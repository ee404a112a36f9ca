import type { Observable } from 'rxjs';
import type { Execute } from './call.ts';

/** A client session at a door, as far as the gateway needs to know. */
export interface DoorSession {
  readonly principal: string;
  /** The `audience` of the session's calls. */
  readonly audience: string;
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
  /** A session ended: connections that were its own close. */
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

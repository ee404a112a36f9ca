import type { Call, Outcome } from './call.ts';

/**
 * Watches calls and frames: what a plugin contributes to `observers`. Called synchronously in a guard;
 * an observer that keeps throwing is removed. What nobody watches costs nothing.
 */
export interface Observer {
  readonly name: string;
  /** A call was admitted; `call.server` is not known yet. */
  callStarted?(call: Call): void;
  /**
   * An attempt at a server ended; `call` is as it was routed, with `server` and the server's own name. `ms`: from routing
   * to the outcome, waiting for the server included. Told before the end of the call that it decides.
   */
  attemptEnded?(call: Call, outcome: Outcome, ms: number): void;
  /** A call ended; `call` is as it was admitted. `ms`: from admission to the outcome. */
  callEnded?(call: Call, outcome: Outcome, ms: number): void;
  /** A message passed between the gateway and a server. */
  frame?(frame: {
    readonly server: string;
    readonly direction: 'in' | 'out';
    readonly kind: 'request' | 'response' | 'notification';
    readonly method?: string;
    readonly bytes: number;
  }): void;
}

import type { Problem, ServerView, Wire } from '@switchyard/plugin-api';
import { REMOTE, type Timings } from './timings.ts';

/** Whose calls one connection carries. */
export type Sharing = 'principal' | 'session' | 'all';

/** A server as the configuration wants it. */
export interface DesiredServer {
  readonly name: string;
  /** Of what its connections are made of: another digest is another server. All else is taken over by what runs. */
  readonly digest: string;
  /** Where its entry stands, for problems: `switchyard.jsonc:7`. */
  readonly where?: string;
  readonly enabled: boolean;
  readonly start: 'eager' | 'lazy' | 'manual';
  /** Of another digest: it becomes ready while the one before still serves (the usual), or begins after that. */
  readonly reload?: 'make-first' | 'break-first';
  readonly sharing: Sharing;
  readonly transport?: string;
  /** It is somewhere else (`Transport.remote`). */
  readonly remote?: boolean;
  /** Why it cannot be started, whatever happens. */
  readonly problem?: Problem;
  /** Builds a wire to it. May throw. */
  readonly openWire: () => Wire;
  readonly startMs: number;
  readonly callMs: number;
  /** Its primary connection closes after so long without use; undefined: it does not. */
  readonly idleMs?: number | undefined;
  /** Of each of its connections: how many calls it carries at once, and how many more wait. */
  readonly limits?: { readonly maxConcurrent?: number; readonly queue?: number } | undefined;
}

/** What a server is to be before anybody orders something. */
export function wantedAtFirst({ enabled, start }: DesiredServer): ServerView['desired'] {
  if (!enabled) return 'disabled';
  return { eager: 'ready' as const, lazy: 'idle' as const, manual: 'stopped' as const }[start];
}

/** The times of a server's connections: those of all, with its own. */
export function timingsOf({ remote, startMs, callMs, idleMs }: DesiredServer, shared: Timings) {
  const own: Timings = {
    ...shared,
    ...(remote && REMOTE),
    start: startMs,
    held: startMs > shared.start ? startMs : shared.held,
    call: callMs,
    // Whoever gives a call more than the usual total means it.
    callTotal: Math.max(shared.callTotal, callMs),
    // Those of principals and sessions have a rule of their own.
    idle: undefined,
  };
  return { shared, own, primary: { ...own, idle: idleMs } };
}

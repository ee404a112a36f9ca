import type { ErrorCode, Problem } from '@switchyard/plugin-api';
import { INTENSITY, type Timings } from './timings.ts';

/** Why a connection is not what it should be. Plain data: it is shown, and decides whether trying again can help. */
export interface Cause {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly problem: Problem;
  /** The server is there and has only forgotten the session. */
  readonly forgotten?: boolean;
  /** How its process ended, where one did. */
  readonly exitCode?: number;
  readonly signal?: string;
}

/** What a connection remembers across its runs. */
export interface Record {
  /** The number of the latest run; what a session reports carries it, so that a late report is recognised. */
  readonly run: number;
  /** Failed starts and short runs since the count was last cleared. */
  readonly failures: number;
  /** When the failures of the last minute happened. */
  readonly recent: readonly number[];
  /** Waits already served in this crash loop. */
  readonly slowWaits: number;
}

/** The life of a connection (docs/life-of-a-connection.md). Times are those of the injected clock. */
export type State = { readonly record: Record } & (
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly stage: 'spawn' | 'handshake' | 'list' }
  | { readonly phase: 'ready'; readonly since: number }
  /** Takes no new calls, and lets those under way end. */
  | { readonly phase: 'draining'; readonly then: 'stopped' | 'waiting' }
  /** Lasts as long as the child does. */
  | { readonly phase: 'closing'; readonly then: 'stopped' }
  | { readonly phase: 'closing'; readonly then: 'failed'; readonly cause: Cause }
  | { readonly phase: 'closing'; readonly then: 'waiting'; readonly cause?: Cause; readonly wait: Wait }
  | { readonly phase: 'waiting'; readonly dueAt: number; readonly slow: boolean; readonly cause?: Cause }
  | { readonly phase: 'failed'; readonly cause: Cause }
  | { readonly phase: 'stopped' }
);

/** How long to wait before the next run, from the moment nothing is left of this one. */
export interface Wait {
  readonly ms: number;
  readonly slow: boolean;
}

/** What happens to a connection. `run` names the session that it comes from. */
export type Happening =
  /** By hand, or because the server starts by itself: clears the count. */
  | { readonly type: 'start' }
  /** A call wants to go through. */
  | { readonly type: 'wanted' }
  | { readonly type: 'advanced'; readonly run: number; readonly stage: 'handshake' | 'list' }
  | { readonly type: 'opened'; readonly run: number }
  | { readonly type: 'lost'; readonly run: number; readonly cause: Cause }
  | { readonly type: 'due' }
  | { readonly type: 'settled' }
  | { readonly type: 'drain' }
  | { readonly type: 'drained' }
  /** Nothing is left of the session: its child is gone. */
  | { readonly type: 'closed' }
  | { readonly type: 'stop' }
  /** An effect of ours threw. */
  | { readonly type: 'faulted'; readonly cause: Cause };

/** A happening with its moment and a random number in [0, 1): `step` has neither clock nor chance. */
export type Event = Happening & { readonly at: number; readonly chance: number };

const AT_ONCE: Wait = { ms: 0, slow: false };

export const IDLE: State = { phase: 'idle', record: { run: 0, failures: 0, recent: [], slowWaits: 0 } };

/** What happens next. Pure and total: an event that means nothing in a state leaves it as it is. */
export function step(state: State, event: Event, timings: Timings): State {
  switch (event.type) {
    case 'start':
      return started(state);
    case 'wanted':
      return state.phase === 'idle' ? connecting(state.record) : state;
    case 'advanced':
      if (state.phase !== 'connecting' || event.run !== state.record.run) return state;
      return { ...state, stage: event.stage };
    case 'opened':
      if (state.phase !== 'connecting' || event.run !== state.record.run) return state;
      return { phase: 'ready', since: event.at, record: state.record };
    case 'lost':
      return event.run === state.record.run ? lost(state, event.cause, event, timings) : state;
    case 'faulted':
      return faulted(state, event.cause);
    case 'due':
      return state.phase === 'waiting' ? connecting(state.record) : state;
    case 'settled':
      return state.phase === 'ready' ? { ...state, record: cleared(state.record) } : state;
    case 'drain':
      return state.phase === 'ready'
        ? { phase: 'draining', then: 'stopped', record: state.record }
        : stopped(state);
    case 'drained':
      return state.phase === 'draining' ? closing(state) : state;
    case 'closed':
      return state.phase === 'closing' ? afterClosing(state, event) : state;
    case 'stop':
      return stopped(state);
  }
}

function started(state: State): State {
  switch (state.phase) {
    case 'idle':
    case 'waiting':
    case 'failed':
    case 'stopped':
      return connecting(cleared(state.record));
    case 'closing':
      // The old child first: two of them would share files, ports and locks.
      return { phase: 'closing', then: 'waiting', wait: AT_ONCE, record: cleared(state.record) };
    case 'draining':
      return { ...state, then: 'waiting' };
    case 'connecting':
    case 'ready':
      return state;
  }
}

function lost(state: State, cause: Cause, event: Event, timings: Timings): State {
  const { record } = state;
  switch (state.phase) {
    case 'connecting':
    case 'ready': {
      if (!cause.retryable) return { phase: 'closing', then: 'failed', cause, record };
      const isHealthy = state.phase === 'ready' && event.at - state.since >= timings.healthyRun;
      const counted = isHealthy ? record : countFailure(record, event.at, timings);
      const wait =
        isHealthy || isFirstForgetting(state, cause)
          ? waitAfterHealthy(cause, event.chance, timings)
          : waitAfter(counted, event.chance, timings);
      return { phase: 'closing', then: 'waiting', cause, wait, record: counted };
    }
    case 'draining':
      return closing(state);
    case 'idle':
    case 'waiting':
    case 'closing':
    case 'failed':
    case 'stopped':
      return state;
  }
}

/** A fault of ours is never retried: it would fault again. */
function faulted(state: State, cause: Cause): State {
  const { record } = state;
  switch (state.phase) {
    case 'connecting':
    case 'ready':
    case 'draining':
      return { phase: 'closing', then: 'failed', cause, record };
    case 'idle':
    case 'waiting':
    case 'closing':
      return { phase: 'failed', cause, record };
    case 'failed':
    case 'stopped':
      return state;
  }
}

function closing({ then, record }: Extract<State, { phase: 'draining' }>): State {
  return then === 'stopped'
    ? { phase: 'closing', then, record }
    : { phase: 'closing', then, wait: AT_ONCE, record: cleared(record) };
}

function afterClosing(state: Extract<State, { phase: 'closing' }>, event: Event): State {
  const { record } = state;
  switch (state.then) {
    case 'stopped':
      return { phase: 'stopped', record };
    case 'failed':
      return { phase: 'failed', cause: state.cause, record };
    case 'waiting':
      return {
        phase: 'waiting',
        dueAt: event.at + state.wait.ms,
        slow: state.wait.slow,
        ...(state.cause && { cause: state.cause }),
        record,
      };
  }
}

function stopped(state: State): State {
  const { record } = state;
  switch (state.phase) {
    case 'connecting':
    case 'ready':
    case 'draining':
      return { phase: 'closing', then: 'stopped', record };
    case 'closing':
      return state.then === 'stopped' ? state : { phase: 'closing', then: 'stopped', record };
    case 'idle':
    case 'waiting':
    case 'failed':
      return { phase: 'stopped', record };
    case 'stopped':
      return state;
  }
}

function connecting(record: Record): State {
  return { phase: 'connecting', stage: 'spawn', record: { ...record, run: record.run + 1 } };
}

function cleared(record: Record): Record {
  return { run: record.run, failures: 0, recent: [], slowWaits: 0 };
}

function countFailure(record: Record, at: number, timings: Timings): Record {
  const recent = [...record.recent.filter((time) => at - time < timings.intensityWindow), at];
  const inCrashLoop = recent.length >= INTENSITY || record.slowWaits > 0;
  return {
    run: record.run,
    failures: record.failures + 1,
    recent: recent.slice(-INTENSITY),
    slowWaits: inCrashLoop ? record.slowWaits + 1 : 0,
  };
}

/** A session that is forgotten again and again is a fault; once, it is an ordinary restart of the server. */
function isFirstForgetting({ phase, record }: State, cause: Cause): boolean {
  return phase === 'ready' && cause.forgotten === true && record.failures === 0;
}

function waitAfterHealthy(cause: Cause, chance: number, { remote, backoff }: Timings): Wait {
  return remote && cause.forgotten !== true ? { ms: Math.round(backoff * chance), slow: false } : AT_ONCE;
}

/** Doubling waits, spread by chance so that servers that fell together do not rise together. */
function waitAfter(record: Record, chance: number, timings: Timings): Wait {
  if (record.slowWaits > 0) {
    const ms = timings.slow * 2 ** (record.slowWaits - 1) * (1 + 0.2 * chance);
    return { ms: Math.round(Math.min(timings.slowMax, ms)), slow: true };
  }
  const ms = Math.min(timings.backoffMax, timings.backoff * 2 ** (record.failures - 1));
  // Many gateways lost a remote server at one moment: they must not all come back at another.
  return { ms: Math.round(ms * (timings.remote ? chance : 0.8 + 0.4 * chance)), slow: false };
}

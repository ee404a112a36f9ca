import type { ErrorCode, Problem } from '@switchyard/plugin-api';
import { cleared, countFailure, waitAfter, waitAfterHealthy } from './restart-wait.ts';
import type { Timings } from './timings.ts';

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
  /** `turn`: others start now, and nothing of this attempt exists yet (start-turns.ts). */
  | { readonly phase: 'connecting'; readonly stage: 'turn' | 'spawn' | 'handshake' | 'list' }
  | Ready
  /** Takes no new calls, and lets those under way end. */
  | { readonly phase: 'draining'; readonly then: 'stopped' | 'again' }
  /** Lasts as long as the child does. */
  | { readonly phase: 'closing'; readonly then: 'stopped' | 'idle' }
  /** It begins anew at once: by order, or for a call that came while it closed. */
  | { readonly phase: 'closing'; readonly then: 'again'; readonly by: 'start' | 'wanted' }
  | { readonly phase: 'closing'; readonly then: 'failed'; readonly cause: Cause }
  | { readonly phase: 'closing'; readonly then: 'waiting'; readonly cause: Cause; readonly wait: Wait }
  | { readonly phase: 'waiting'; readonly dueAt: number; readonly slow: boolean; readonly cause: Cause }
  | { readonly phase: 'failed'; readonly cause: Cause }
  | { readonly phase: 'stopped' }
);

/** It takes calls, whatever else is wrong with it. */
interface Ready {
  readonly phase: 'ready';
  readonly since: number;
  /** It did not answer the last probe. */
  readonly silent?: Cause;
  /** A list of it fails each time it is read. */
  readonly unread?: Cause;
}

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
  | { readonly type: 'advanced'; readonly run: number; readonly stage: 'spawn' | 'handshake' | 'list' }
  /** Its turn came, and there are as many connections or processes as there may be. */
  | { readonly type: 'crowded'; readonly run: number; readonly cause: Cause }
  | { readonly type: 'opened'; readonly run: number }
  /** It did not answer a probe. */
  | { readonly type: 'missed'; readonly run: number; readonly cause: Cause }
  /** Something was heard of it. */
  | { readonly type: 'answered'; readonly run: number }
  /** A list failed again. */
  | { readonly type: 'unread'; readonly run: number; readonly cause: Cause }
  /** No list keeps failing. */
  | { readonly type: 'read'; readonly run: number }
  /** Nobody called or listened for as long as `idleTimeout` says. */
  | { readonly type: 'unused'; readonly run: number }
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

export const IDLE: State = { phase: 'idle', record: { run: 0, failures: 0, recent: [], slowWaits: 0 } };

/** What happens next. Pure and total: an event that means nothing in a state leaves it as it is. */
export function step(state: State, event: Event, timings: Timings): State {
  switch (event.type) {
    case 'start':
      return started(state);
    case 'wanted':
      return wanted(state);
    case 'advanced':
      if (state.phase !== 'connecting' || event.run !== state.record.run) return state;
      return { ...state, stage: event.stage };
    case 'crowded':
      if (state.phase !== 'connecting' || state.stage !== 'turn' || event.run !== state.record.run)
        return state;
      return crowded(state.record, event.cause, event.at + timings.room);
    case 'opened':
      if (state.phase !== 'connecting' || event.run !== state.record.run) return state;
      return { phase: 'ready', since: event.at, record: state.record };
    case 'missed':
    case 'answered':
    case 'unread':
    case 'read':
    case 'unused':
      if (state.phase !== 'ready' || event.run !== state.record.run) return state;
      return whileReady(state, event, timings);
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

/** What people are told that led from one state to the next: what was ordered, and not that the way to it was free. */
export function eventOf(before: State, event: Event): Event['type'] {
  const isAgain = event.type === 'closed' && before.phase === 'closing' && before.then === 'again';
  return isAgain ? before.by : event.type;
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
      return { phase: 'closing', then: 'again', by: 'start', record: cleared(state.record) };
    case 'draining':
      return { ...state, then: 'again' };
    case 'connecting':
    case 'ready':
      return state;
  }
}

function wanted(state: State): State {
  if (state.phase === 'idle') return connecting(state.record);
  if (state.phase !== 'closing' || state.then !== 'idle') return state;
  return { phase: 'closing', then: 'again', by: 'wanted', record: state.record };
}

/** Nothing was opened, so that it was no run, and nothing failed that could be counted. */
function crowded(record: Record, cause: Cause, dueAt: number): State {
  return { phase: 'waiting', dueAt, slow: false, cause, record: { ...record, run: record.run - 1 } };
}

/** What is heard of a server that takes calls, or not heard. */
function whileReady(
  state: Extract<State, { phase: 'ready' }>,
  event: Extract<Event, { type: 'missed' | 'answered' | 'unread' | 'read' | 'unused' }>,
  timings: Timings,
): State {
  const { silent, unread, ...well } = state;
  switch (event.type) {
    case 'missed':
      // Once may be chance: a machine that swaps, a debugger.
      return silent ? lost(state, event.cause, event, timings) : { ...state, silent: event.cause };
    case 'answered':
      return silent ? { ...well, ...(unread && { unread }) } : state;
    case 'unread':
      return { ...state, unread: event.cause };
    case 'read':
      return unread ? { ...well, ...(silent && { silent }) } : state;
    case 'unused':
      return { phase: 'closing', then: 'idle', record: state.record };
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
    : { phase: 'closing', then, by: 'start', record: cleared(record) };
}

function afterClosing(state: Extract<State, { phase: 'closing' }>, event: Event): State {
  const { record } = state;
  switch (state.then) {
    case 'stopped':
    case 'idle':
      return { phase: state.then, record };
    case 'again':
      return connecting(record);
    case 'failed':
      return { phase: 'failed', cause: state.cause, record };
    case 'waiting': {
      const { wait, cause } = state;
      return { phase: 'waiting', dueAt: event.at + wait.ms, slow: wait.slow, cause, record };
    }
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
  return { phase: 'connecting', stage: 'turn', record: { ...record, run: record.run + 1 } };
}

/** A session that is forgotten again and again is a fault; once, it is an ordinary restart of the server. */
function isFirstForgetting({ phase, record }: State, cause: Cause): boolean {
  return phase === 'ready' && cause.forgotten === true && record.failures === 0;
}

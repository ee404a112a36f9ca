import type { ServerCondition } from '@switchyard/plugin-api';
import type { Probed } from './liveness.ts';
import type { State } from './state.ts';

/** What conditions depend on beside the state. */
export interface ConditionFacts {
  /** There is a process of ours. Undefined: servers of this kind have none. */
  readonly process: boolean | undefined;
  /** All lists of the present run were read; `failed`: some of them could not be. */
  readonly lists: 'read' | 'failed' | 'unread';
  readonly probed: Probed;
}

/** A condition without its time. */
export type Finding = Omit<ServerCondition, 'since'>;

/** What is so of a server, as far as its primary connection tells. Pure. */
export function conditionsOf(state: State, facts: ConditionFacts): readonly Finding[] {
  const { process, lists, probed } = facts;
  const reason = REASONS[state.phase === 'connecting' ? state.stage : state.phase];
  const isConnected = IS_CONNECTED.has(reason);
  const isNegotiated = isConnected && reason !== REASONS.handshake;
  const findings: Finding[] = [
    { type: 'connected', status: isConnected ? 'true' : unless(state, 'turn', 'spawn'), reason },
    {
      type: 'negotiated',
      status: isNegotiated ? 'true' : unless(state, 'turn', 'spawn', 'handshake'),
      reason,
    },
    catalogFinding(isNegotiated ? lists : 'unread', reason),
    // Of what is not there nobody can say that it would answer.
    IS_PROBED.has(reason) ? PROBED[probed] : { type: 'responsive', status: 'unknown', reason },
  ];
  if (process === undefined) return findings;
  return [
    { type: 'process_up', status: process ? 'true' : unless(state, 'turn', 'spawn'), reason },
    ...findings,
  ];
}

/** What is not so, or not known yet while an attempt is at one of these stages. */
function unless(state: State, ...stages: readonly string[]): 'false' | 'unknown' {
  return state.phase === 'connecting' && stages.includes(state.stage) ? 'unknown' : 'false';
}

function catalogFinding(lists: ConditionFacts['lists'], reason: string): Finding {
  if (lists === 'read') return { type: 'catalog_fresh', status: 'true', reason: 'Read' };
  return {
    type: 'catalog_fresh',
    status: 'false',
    reason: lists === 'failed' ? 'ListFailed' : reason === REASONS.list ? 'Reading' : 'NotRead',
  };
}

const REASONS = {
  idle: 'Idle',
  turn: 'WaitingForTurn',
  spawn: 'Starting',
  handshake: 'Handshake',
  list: 'ReadingLists',
  ready: 'Ready',
  draining: 'Draining',
  closing: 'Closing',
  waiting: 'Backoff',
  failed: 'Failed',
  stopped: 'Stopped',
} as const;

const IS_CONNECTED: ReadonlySet<string> = new Set([
  REASONS.handshake,
  REASONS.list,
  REASONS.ready,
  REASONS.draining,
]);

const IS_PROBED: ReadonlySet<string> = new Set([REASONS.ready, REASONS.draining]);

const PROBED: Readonly<Record<Probed, Finding>> = {
  'not yet': { type: 'responsive', status: 'unknown', reason: 'NotProbed' },
  answered: { type: 'responsive', status: 'true', reason: 'Answered' },
  missed: { type: 'responsive', status: 'false', reason: 'ProbeMissed' },
};

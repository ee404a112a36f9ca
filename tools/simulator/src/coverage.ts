import { INVARIANTS } from './broken.ts';

/**
 * What must happen in a run of many seeds, or the run says nothing: a kind of event that never comes is a fault of the
 * simulator. The names are those of the counters.
 */
export const MUST_HAPPEN: readonly string[] = [
  ...INVARIANTS.map((invariant) => `looked at ${invariant}`),
  ...['call', 'tools/list', 'resources/subscribe', 'resources/unsubscribe', 'cancel', 'vanish', 'log level'],
  ...[
    'time passes',
    'time passes to the next timer',
    'the wall clock jumps',
    'crash',
    'lists change',
    'goes on',
    'shutdown',
  ],
  ...[
    'executed',
    'handed over',
    'result',
    'cancelled',
    'progress',
    'asked',
    'server asks',
    'reply taken',
    'close',
  ],
  ...prefixed(
    'answer',
    'result tool_error rpc_error refused none damaged oversize twice exit_before exit_after lost status_503 status_429 untaken',
  ),
  ...prefixed('start', 'ready fails impossible exits refuses hangs never_lists'),
  ...prefixed('say', 'noise garbage flood foreign again stray_progress question log updated ping'),
  ...prefixed('order', 'start stop restart refresh probe refused'),
  ...prefixed('manners', 'start startMs hangs stalls tellsLate listsFail'),
  ...prefixed(
    'reload',
    'nothing spelling syntax unknown_key gone bad_entry add remove version limits timeout enabled retry_safe breaker idle start sharing max_processes',
  ),
  ...prefixed('phase', 'idle starting negotiating ready degraded backoff crash_loop stopping failed stopped'),
  ...prefixed('breaker', 'closed open half_open'),
  ...prefixed(
    'error',
    'OVERLOADED CALL_TIMEOUT UPSTREAM_LOST UPSTREAM_UNAVAILABLE UPSTREAM_FAILED CIRCUIT_OPEN DRAINING INPUT_STALLED UPSTREAM_PROTOCOL MESSAGE_TOO_LARGE UPSTREAM_REFUSED TOOL_NOT_FOUND PROCESS_LIMIT',
  ),
];

/** Too few seeds to see everything in. */
export const ENOUGH_SEEDS = 1_500;

/** What did not happen although it must. */
export function missing(counts: ReadonlyMap<string, number>): readonly string[] {
  return MUST_HAPPEN.filter((name) => !counts.has(name));
}

/** The counters as a table, the most frequent first. */
export function tableOf(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${String(count).padStart(10)}  ${name}`)
    .join('\n');
}

function prefixed(word: string, names: string): readonly string[] {
  return names.split(' ').map((name) => `${word} ${name}`);
}

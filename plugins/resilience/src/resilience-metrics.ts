import type { Metric, Sample } from '@switchyard/plugin-api';
import type { Guards } from './guards.ts';
import type { MemoryWatch } from './memory-watch.ts';
import type { ServerGuard } from './server-guard.ts';

const PHASES = ['closed', 'open', 'half_open'] as const;

/**
 * What is counted here. A server whose breaker never moved has no series of it: those that are well are many, and each
 * may have 50 series in all.
 */
export function resilienceMetrics(guards: Guards, memory: MemoryWatch): readonly Metric[] {
  const each = (samplesOf: (server: string, guard: ServerGuard) => readonly Sample[]): readonly Sample[] =>
    [...guards.all].flatMap(([server, guard]) => samplesOf(server, guard));
  return [
    {
      name: 'switchyard_breaker_state',
      help: '1 for the phase of the breaker of a server, 0 for the others; from the first time that it opens.',
      type: 'gauge',
      labels: ['mcp_server', 'state'],
      read: () =>
        each((server, { state, counts }) =>
          counts.moves.open === 0
            ? []
            : PHASES.map((phase) => ({
                labels: { mcp_server: server, state: phase },
                value: state.phase === phase ? 1 : 0,
              })),
        ),
    },
    {
      name: 'switchyard_breaker_moves_total',
      help: 'How many times the breaker of a server came into a phase.',
      type: 'counter',
      labels: ['mcp_server', 'state'],
      read: () =>
        each((server, { counts }) =>
          PHASES.filter((phase) => counts.moves[phase] > 0).map((phase) => ({
            labels: { mcp_server: server, state: phase },
            value: counts.moves[phase],
          })),
        ),
    },
    {
      name: 'switchyard_retries_total',
      help: 'How many times a call was sent again.',
      type: 'counter',
      labels: ['mcp_server'],
      read: () =>
        each((server, { counts }) =>
          counts.retries === 0 ? [] : [{ labels: { mcp_server: server }, value: counts.retries }],
        ),
    },
    {
      name: 'switchyard_calls_shed_total',
      help: 'Calls that were refused before they were sent, by reason.',
      type: 'counter',
      labels: ['reason'],
      read: () => [
        { labels: { reason: 'memory' }, value: guards.shedForMemory },
        {
          labels: { reason: 'breaker_open' },
          value: [...guards.all.values()].reduce((sum, { counts }) => sum + counts.shed, 0),
        },
      ],
    },
    {
      name: 'switchyard_heap_used_ratio',
      help: 'What of the heap that the gateway may have is in use; above 0.9 calls are refused.',
      type: 'gauge',
      read: () => [{ value: memory.use }],
    },
  ];
}

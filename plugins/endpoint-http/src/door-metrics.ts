import type { Metric } from '@switchyard/plugin-api';
import type { EndpointCounts } from './limits.ts';

/** The numbers of the door, for whoever shows metrics. */
export function doorMetrics(counts: Readonly<EndpointCounts>): readonly Metric[] {
  return [
    {
      name: 'switchyard_http_requests_waiting',
      help: 'Requests of clients that have arrived, and wait because more came at once than are begun at once.',
      type: 'gauge',
      read: () => [{ value: counts.turnsAwaited }],
    },
    {
      name: 'switchyard_http_requests_shed_total',
      help: 'Requests of clients that were refused with 503 because too many waited to be begun.',
      type: 'counter',
      read: () => [{ value: counts.turnsRefused }],
    },
  ];
}

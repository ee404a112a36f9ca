import type { Metric } from '@switchyard/plugin-api';
import type { GraphqlServer } from './http/serve.ts';

/** What became of requests and events; all 0 until somebody asked. */
export interface ApiCounts {
  readonly server: () => Pick<GraphqlServer, 'counts' | 'subscribers'> | undefined;
  readonly missedEvents: () => number;
}

/** The numbers of the admin API, for whoever shows metrics. */
export function apiMetrics({ server, missedEvents }: ApiCounts): readonly Metric[] {
  return [
    {
      name: 'switchyard_graphql_requests_total',
      help: 'Requests to the admin API, by whether they were carried out.',
      type: 'counter',
      labels: ['outcome'],
      read: () => [
        { labels: { outcome: 'handled' }, value: server()?.counts.handled ?? 0 },
        { labels: { outcome: 'refused' }, value: server()?.counts.refused ?? 0 },
      ],
    },
    {
      name: 'switchyard_graphql_subscribers',
      help: 'Subscriptions to the admin API that are open.',
      type: 'gauge',
      read: () => [{ value: server()?.subscribers.subscribers ?? 0 }],
    },
    {
      name: 'switchyard_graphql_subscriptions_refused_total',
      help: 'Subscriptions to the admin API that were refused because there were too many.',
      type: 'counter',
      read: () => [{ value: server()?.subscribers.refused ?? 0 }],
    },
    {
      name: 'switchyard_graphql_events_dropped_total',
      help: 'Events that subscribers of the admin API missed because they read too slowly.',
      type: 'counter',
      read: () => [{ value: missedEvents() }],
    },
  ];
}

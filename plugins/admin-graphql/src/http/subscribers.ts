import type { ServerResponse } from 'node:http';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { GraphqlOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

/** Whoever reads a subscription now. */
export interface Subscribers {
  /** Makes room for one more, until its response closes. Returns why there is none. */
  admit(client: string, response: ServerResponse): Refusal | undefined;
  /** Ends all of them. */
  close(): Promise<void>;
  readonly counts: {
    subscribers: number;
    /** Turned away because there were too many. */
    refused: number;
  };
}

/**
 * Keeps count of subscriptions, by client and in all.
 * @param limits see `GraphqlOptions`
 */
export function createSubscribers(limits: GraphqlOptions): Subscribers {
  const open = new Map<ServerResponse, string>();
  const counts = { subscribers: 0, refused: 0 };

  function refuse(who: string, option: keyof GraphqlOptions): Refusal {
    counts.refused += 1;
    return {
      status: 429,
      rule: 'SUBSCRIPTION_LIMIT',
      error: new SwitchyardError('SUBSCRIBERS_LIMIT', { who, option }),
      headers: { 'Retry-After': '10' },
    };
  }

  return {
    counts,
    admit(client, response) {
      if (open.size >= limits.maxSubscriptions) return refuse('there are', 'maxSubscriptions');
      const own = [...open.values()].filter((other) => other === client).length;
      if (own >= limits.maxSubscriptionsPerClient)
        return refuse('this client has', 'maxSubscriptionsPerClient');
      open.set(response, client);
      counts.subscribers = open.size;
      response.once('close', () => {
        open.delete(response);
        counts.subscribers = open.size;
      });
      return undefined;
    },
    async close() {
      const ending = [...open.keys()].map(
        (response) =>
          new Promise<void>((resolve) => {
            response.once('close', resolve);
            // An end without the event `complete` says that there was more to come; who does not read gets no end.
            if (response.writableNeedDrain) response.destroy();
            else response.end();
          }),
      );
      await Promise.all(ending);
    },
  };
}

import type { Clock, Door, Endpoint, Host, HttpHost, Log } from '@switchyard/plugin-api';
import type { Era } from '@switchyard/protocol';
import { createFront, type Front } from './endpoint.ts';
import { type EndpointCounts, newCounts, RESPONSE_LIMITS, type ResponseLimits } from './limits.ts';
import type { EndpointOptions } from './options.ts';
import { createResponseParts } from './response-parts.ts';

/** What the endpoint is made of. */
export interface HttpEndpointParts {
  readonly http: HttpHost;
  readonly clock: Clock;
  readonly log: Log;
  readonly era: Era;
  readonly options: EndpointOptions;
  readonly own: Host['own'];
  readonly limits?: Partial<ResponseLimits>;
}

/** Opens and closes the endpoint; what it does in between is `endpoint.ts`. */
export function createHttpEndpoint({
  http,
  clock,
  log,
  era,
  options,
  own,
  limits,
}: HttpEndpointParts): Endpoint & { readonly counts: Readonly<EndpointCounts> } {
  const counts = newCounts();
  const responses = createResponseParts(clock, { ...RESPONSE_LIMITS, ...limits }, counts);
  const subscriptions: { unsubscribe(): void }[] = [];
  let front: Front | undefined;

  return {
    kind: 'http',
    counts,
    async open(door: Door) {
      const opened = createFront(door, era, options, responses);
      front = opened;
      // Mounted until the plugin goes, not until `close`: whoever comes while we drain is to read 503, not 404, which
      // tells a client that its session is gone.
      const unmount = own(
        http.mount({
          path: options.path,
          audience: 'client',
          handle: (request) => opened.handle(request),
          revoked: (principals) => opened.revoke(principals),
        }),
        `route ${options.path}`,
      );
      try {
        const url = `${await http.listen('client')}${options.path}`;
        subscriptions.push(
          door.listChanged$.subscribe((kind) => {
            for (const { talk } of opened.sessions) talk.listChanged(kind);
          }),
          door.notices$.subscribe((notice) => {
            for (const { talk } of opened.sessions) talk.notice(notice);
          }),
        );
        return { url };
      } catch (error) {
        unmount();
        throw error;
      }
    },
    async close(graceMs) {
      for (const subscription of subscriptions) subscription.unsubscribe();
      if (!front) return;
      let cancelGrace = () => {};
      const grace = new Promise<void>((resolve) => {
        cancelGrace = clock.after(graceMs, resolve);
      });
      await Promise.race([front.drain(), grace]);
      cancelGrace();
      for (const { talk } of front.sessions) talk.abandon('the gateway is stopping');
      front.sessions.close();
      responses.close();
      log.info('closed', { ...counts });
    },
  };
}

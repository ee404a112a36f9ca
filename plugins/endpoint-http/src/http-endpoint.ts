import type { Clock, Door, Endpoint, Host, HttpHost, Log } from '@switchyard/plugin-api';
import type { Era } from '@switchyard/protocol';
import { createFront, type Front } from './endpoint.ts';
import { type EndpointCounts, newCounts, RESPONSE_LIMITS, type ResponseLimits } from './limits.ts';
import type { EndpointOptions } from './options.ts';
import type { ListKind } from './session.ts';

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
export function createHttpEndpoint(
  parts: HttpEndpointParts,
): Endpoint & { readonly counts: Readonly<EndpointCounts> } {
  const { http, clock, log, era, options } = parts;
  const counts = newCounts();
  const limits = { ...RESPONSE_LIMITS, ...parts.limits };
  let front: Front | undefined;
  let unsubscribe = () => {};

  /** One message for all sessions that have to hear it. */
  function listChanged(open: Front, kind: ListKind): void {
    const message = era.downstream.listChanged(kind).segments;
    for (const session of open.sessions) session.listChanged(kind, message);
  }

  return {
    kind: 'http',
    counts,
    async open(door: Door) {
      const opened = createFront(door, { clock, counts, era, options, limits });
      front = opened;
      // Mounted until the plugin goes, not until `close`: whoever comes while we drain is to read 503, not 404, which
      // tells a client that its session is gone.
      const unmount = parts.own(
        http.mount({ path: options.path, audience: 'client', handle: (request) => opened.handle(request) }),
        `route ${options.path}`,
      );
      try {
        const url = `${await http.listen('client')}${options.path}`;
        const subscription = door.listChanged$.subscribe((kind) => listChanged(opened, kind));
        unsubscribe = () => subscription.unsubscribe();
        return { url };
      } catch (error) {
        unmount();
        throw error;
      }
    },
    async close(graceMs) {
      unsubscribe();
      if (!front) return;
      let cancelGrace = () => {};
      const grace = new Promise<void>((resolve) => {
        cancelGrace = clock.after(graceMs, resolve);
      });
      await Promise.race([front.drain(), grace]);
      cancelGrace();
      front.sessions.close();
      log.info('closed', { ...counts });
    },
  };
}

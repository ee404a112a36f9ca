import {
  type Audience,
  type Clock,
  type HttpHost,
  type HttpRoute,
  type Log,
  type Secret,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { type AttemptLimits, createAttempts } from './attempts.ts';
import { bearers } from './bearer.ts';
import { dispatch, principalOn, type RequestCounts } from './dispatch.ts';
import { type AllowList, allowList, isLoopback } from './guards.ts';
import { type Address, assertProtected, type PlannedListener, planListeners } from './listen-plan.ts';
import {
  type ConnectionCounts,
  type Listener,
  LISTENER_LIMITS,
  type ListenerLimits,
  openListener,
} from './listener.ts';
import type { HttpHostOptions } from './options.ts';
import { partFrom } from './part-from.ts';

/** What a host is made of. */
export interface HttpHostParts {
  readonly options: HttpHostOptions;
  readonly adminToken: Secret;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<ListenerLimits>;
  readonly attempts?: AttemptLimits;
}

/** The service, and what its owner does with it. */
export interface OwnedHttpHost extends HttpHost {
  readonly counts: Readonly<ConnectionCounts & RequestCounts>;
  /** Stops to accept; who is being answered has a moment left, and what is open after it is destroyed. */
  close(): Promise<void>;
}

/** A listener of the plan: not asked for yet, or opening, or open. */
interface Slot {
  readonly planned: PlannedListener;
  opening: Promise<Listener> | undefined;
  port: number | undefined;
}

/** Makes the shared HTTP host. It listens when the first route's owner asks for it. */
export function createHttpHost(parts: HttpHostParts): OwnedHttpHost {
  const { options, clock, log } = parts;
  const limits = { ...LISTENER_LIMITS, ...parts.limits };
  const counts = {
    ...{ open: 0, accepted: 0, shed: 0 },
    ...{ handled: 0, refused: 0, failed: 0, bodyBytes: 0, shedBodies: 0, throttled: 0 },
  };
  const bodies = { one: options.maxBodyBytes, all: options.maxBodiesBytes, held: counts };
  const routes = new Map<string, HttpRoute>();
  const left = new Set<string>();
  const slots = planListeners(options).map((planned): Slot => ({
    planned,
    opening: undefined,
    port: undefined,
  }));
  let { tokens } = options;
  let clientBearers = Object.keys(tokens).length > 0 ? bearers(tokens) : undefined;
  const opened = new Set<Listener>();
  const adminBearers = bearers({ admin: parts.adminToken });
  const attempts = createAttempts(clock, parts.attempts);
  let allowed: AllowList = { hosts: new Set(), origins: new Set() };
  let closed = false;

  async function open(slot: Slot): Promise<Listener> {
    const { planned } = slot;
    assertProtected(planned, options.tokens);
    const isLocal = planned.address.kind === 'socket' || isLoopback(planned.address.host);
    const listener = await openListener(
      planned.address,
      (incoming, response) => {
        // A client that keeps the connection for its next request would find it cut.
        if (closed) response.shouldKeepAlive = false;
        const context = {
          routes,
          left,
          audiences: planned.audiences,
          isLocal,
          allowed,
          clientBearers,
          adminBearers,
          attempts,
          bodies,
          clock,
          log,
          counts,
        };
        void dispatch(incoming, response, context);
      },
      counts,
      limits,
    );
    slot.port = listener.port;
    opened.add(listener);
    allowed = allowList({
      bound: slots.flatMap(({ planned: { address } }) => (address.kind === 'tcp' ? [address.host] : [])),
      ports: slots.flatMap((each) => each.port ?? []),
      // No page gets a browser to speak to a socket, so there any port will do.
      allowedHosts: [...options.allowedHosts, ...(planned.address.kind === 'socket' ? ['localhost'] : [])],
      allowedOrigins: options.allowedOrigins,
    });
    log.info('listening', { url: listener.url, audiences: planned.audiences });
    return listener;
  }

  /** What a route makes of it must not keep the connections of others open. */
  function tellRevoked(route: HttpRoute, gone: ReadonlySet<string>): void {
    if (route.audience !== 'client') return;
    try {
      route.revoked?.(gone);
    } catch (error) {
      log.error('a route failed to end what has no token any more', { path: route.path, error });
    }
  }

  return {
    counts,
    mount(route) {
      if (routes.has(route.path)) throw new SwitchyardError('HTTP_ROUTE_TAKEN', { path: route.path });
      routes.set(route.path, route);
      left.delete(route.path);
      return () => {
        if (routes.get(route.path) === route && routes.delete(route.path)) left.add(route.path);
      };
    },
    async listen(audience: Audience) {
      const slot = slots.find(({ planned }) => planned.audiences.includes(audience))!;
      if (closed) throw closing(slot.planned.address);
      slot.opening ??= open(slot).catch((error: unknown) => {
        // The port may be free the next time somebody asks.
        slot.opening = undefined;
        throw error;
      });
      return (await slot.opening).url;
    },
    replaceTokens(before, next) {
      // On a socket there are none; and whether anybody needs one was settled when the listeners opened.
      if (clientBearers === undefined || Object.keys(next).length === 0) return;
      if (!isSame(tokens, before)) return;
      const gone = new Set(
        Object.keys(tokens).filter((principal) => tokens[principal]!.reveal() !== next[principal]?.reveal()),
      );
      tokens = next;
      clientBearers = bearers(next);
      if (gone.size === 0) return;
      for (const route of routes.values()) tellRevoked(route, gone);
      const meant = [...opened].flatMap((listener) =>
        listener.connections((socket) => gone.has(principalOn(socket) ?? '')),
      );
      partFrom(meant, clock, limits.partingMs);
      log.info('tokens changed', { gone: [...gone], ended: meant.length });
    },
    async close() {
      closed = true;
      const timers: (() => void)[] = [];
      const pause = (ms: number) => new Promise<void>((resolve) => timers.push(clock.after(ms, resolve)));
      const [settling, patience] = [pause(limits.settlingMs), pause(limits.partingMs)];
      const listeners = slots.map(({ opening }) => opening?.catch(() => undefined));
      await Promise.all(listeners.map(async (listener) => (await listener)?.close(settling, patience)));
      for (const cancelTimer of timers) cancelTimer();
    },
  };
}

function isSame(one: Readonly<Record<string, Secret>>, other: Readonly<Record<string, Secret>>): boolean {
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => one[name]?.reveal() === other[name]?.reveal());
}

function closing(address: Address): SwitchyardError {
  const reason = 'the gateway is closing';
  if (address.kind === 'socket')
    return new SwitchyardError('SOCKET_UNUSABLE', { path: address.path, reason });
  const { host, port } = address;
  return new SwitchyardError('LISTEN_FAILED', { host, port, reason });
}

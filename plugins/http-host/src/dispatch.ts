import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Audience,
  type Clock,
  type ErrorCode,
  type HttpRequest,
  type HttpRoute,
  type Log,
  SwitchyardError,
} from '@switchyard/plugin-api';
import { identify, type IdentifyContext } from './asker.ts';
import { type BodyLimits, readBody } from './body.ts';
import { type AllowList, guard } from './guards.ts';
import { headerValues } from './header-values.ts';
import { refuse } from './refusal.ts';
import { ServedRequest } from './served-request.ts';

/** What a request needs on its way to its route. */
export interface DispatchContext extends IdentifyContext {
  /** The routes of this listener by path. */
  readonly routes: ReadonlyMap<string, HttpRoute>;
  /** Paths whose route was taken away. */
  readonly left: ReadonlySet<string>;
  readonly audiences: readonly Audience[];
  readonly allowed: AllowList;
  readonly bodies: BodyLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: RequestCounts;
}

/** What became of requests. */
export interface RequestCounts {
  /** Handed to a route. */
  handled: number;
  /** Answered by the guards, for want of a route or a token, or for their size. */
  refused: number;
  /** The route threw. */
  failed: number;
  /** Of the bodies that are being read now. */
  bodyBytes: number;
  /** Refused because all bodies together were too large. */
  shedBodies: number;
  /** Refused because too many wrong tokens came from their address. */
  throttled: number;
}

const BODY_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'HTTP_BODY_TOO_LARGE',
  'HTTP_BODIES_LIMIT',
  'HTTP_BODY_ABORTED',
]);

const OURSELVES = { server: 'switchyard' };
const LATER = { 'Retry-After': '5', Connection: 'close' };

/** A request before it has a route. */
interface Exchanged {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: DispatchContext;
}

/** One request: guards, route, token, handler; nothing of its body is read before the handler asks for it. */
export async function dispatch(
  incoming: IncomingMessage,
  response: ServerResponse,
  context: DispatchContext,
): Promise<void> {
  const exchanged = { incoming, response, context };
  const refused = guard(headOf(incoming), context.allowed);
  if (refused) return deny(exchanged, refused.status, refused.error);

  const [path, query] = splitTarget(incoming.url!);
  const route = routeFor(path, context);
  if (!route) {
    // 404 would tell an MCP client that its session is gone, and not that it should come back later.
    if (context.left.has(path))
      return deny(exchanged, 503, new SwitchyardError('DRAINING', OURSELVES), LATER);
    return deny(exchanged, 404, ...unknownPath(path, context.routes));
  }

  const asker = identify(
    route,
    {
      authorization: headerValues(incoming.rawHeaders, 'authorization'),
      remote: incoming.socket.remoteAddress,
    },
    context,
  );
  if (asker.kind === 'blocked') return throttle(exchanged, asker.ms);
  if (asker.kind === 'nobody') {
    if (asker.isOneTooMany)
      context.log.warn('too many wrong tokens from one address', { address: asker.address });
    const code = route.audience === 'admin' ? 'ADMIN_TOKEN_REQUIRED' : 'TOKEN_REQUIRED';
    return deny(exchanged, 401, new SwitchyardError(code), { 'WWW-Authenticate': 'Bearer' });
  }

  const { principal } = asker;
  // A member of the socket costs nothing, where a map of all requests would cost each of them.
  if (route.audience === 'client') (incoming.socket as Owned)[PRINCIPAL] = principal;
  const request = new ServedRequest({ incoming, response, path, principal }, query, () => bodyOf(exchanged));
  context.counts.handled += 1;
  try {
    await route.handle(request);
  } catch (error) {
    failRequest(error, route, request, context);
  }
}

const PRINCIPAL = Symbol('principal');

interface Owned {
  [PRINCIPAL]?: string;
}

/** Whose token the latest request to a client's route had that came over this socket. */
export function principalOn(socket: Owned | Socket): string | undefined {
  return (socket as Owned)[PRINCIPAL];
}

function deny(
  { incoming, response, context: { counts, log, clock } }: Exchanged,
  status: number,
  error: SwitchyardError,
  headers?: Record<string, string>,
  more?: Record<string, unknown>,
): void {
  counts.refused += 1;
  const correlationId = refuse({ incoming, response, clock }, status, error, headers, more);
  log.debug('request refused', { status, code: error.number, correlationId });
}

/** Reads the body; one that is refused is answered here, whatever its route does. */
async function bodyOf(exchanged: Exchanged): Promise<Uint8Array> {
  const { incoming, response, context } = exchanged;
  try {
    return await readBody(incoming, context.bodies, () => {
      if (incoming.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    });
  } catch (error) {
    const shed = SwitchyardError.is(error, 'HTTP_BODIES_LIMIT');
    if (shed) context.counts.shedBodies += 1;
    if (response.headersSent) throw error;
    if (shed) deny(exchanged, 503, error, { 'Retry-After': '1' });
    else if (SwitchyardError.is(error, 'HTTP_BODY_TOO_LARGE')) deny(exchanged, 413, error);
    throw error;
  }
}

/** What a route throws becomes a 500 that says nothing of the inside; the log says all. */
function failRequest(
  error: unknown,
  route: HttpRoute,
  { incoming, response }: HttpRequest,
  context: DispatchContext,
): void {
  // Answered already, or nobody is there to answer.
  if (SwitchyardError.is(error) && BODY_ERRORS.has(error.code)) return;
  context.counts.failed += 1;
  // The stack whatever the level: it is the only trace of whose code it was.
  const stack = error instanceof Error ? error.stack : undefined;
  const fields = { path: route.path, error, stack };
  if (response.headersSent) {
    context.log.error('a route failed after it began to answer', { ...fields, correlationId: randomUUID() });
    response.destroy();
    return;
  }
  const bug = new SwitchyardError('BUG', { what: `the route ${route.path} failed` });
  const correlationId = refuse({ incoming, response, clock: context.clock }, 500, bug);
  context.log.error('a route failed', { ...fields, correlationId });
}

function headOf(incoming: IncomingMessage) {
  return {
    target: incoming.url,
    headerCount: incoming.rawHeaders.length / 2,
    hosts: headerValues(incoming.rawHeaders, 'host'),
    origins: headerValues(incoming.rawHeaders, 'origin'),
  };
}

function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function routeFor(path: string, { routes, audiences }: DispatchContext): HttpRoute | undefined {
  const route = routes.get(path);
  return route && audiences.includes(route.audience) ? route : undefined;
}

function throttle(exchanged: Exchanged, ms: number): void {
  exchanged.context.counts.throttled += 1;
  const seconds = Math.ceil(ms / 1000);
  deny(exchanged, 429, new SwitchyardError('TOKEN_ATTEMPTS_LIMIT', { seconds }), {
    'Retry-After': String(seconds),
  });
}

function unknownPath(
  path: string,
  routes: ReadonlyMap<string, HttpRoute>,
): [SwitchyardError, Record<string, string>, Record<string, unknown>] {
  const paths = [...routes.values()]
    .filter((route) => route.audience === 'client')
    .map((route) => route.path);
  const error = new SwitchyardError('HTTP_ROUTE_UNKNOWN', {
    path: path.slice(0, 100),
    paths: paths.join(', ') || 'none yet',
  });
  return [error, {}, { paths }];
}

import {
  takesCalls,
  type HttpRequest,
  type HttpRoute,
  type ServerView,
  type Status,
} from '@switchyard/plugin-api';

const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** What the routes tell of. */
export interface Told {
  readonly status: () => Status;
  /** Clients can connect. */
  readonly isReady: () => boolean;
  readonly servers: () => readonly ServerView[];
}

/**
 * `GET /status`, for who has the admin token, and answers of a word or two for whoever starts and stops processes:
 * `/livez` says that this one answers, `/readyz` that clients can connect, `/healthz` that servers take calls.
 */
export function statusRoutes({ status, isReady, servers }: Told): readonly HttpRoute[] {
  return [
    {
      path: '/status',
      audience: 'admin',
      handle: reading((request) => send(request, 200, 'application/json', JSON.stringify(status()))),
    },
    {
      path: '/livez',
      audience: 'admin',
      open: true,
      handle: reading((request) => say(request, { kind: 'ok' })),
    },
    {
      path: '/readyz',
      audience: 'admin',
      open: true,
      handle: reading((request) => say(request, isReady() ? { kind: 'ok' } : { kind: 'not ready' })),
    },
    {
      path: '/healthz',
      audience: 'admin',
      // It tells whether there is a server of a name that the asker knows already, and its phase: more than nothing, so
      // whoever asks over a network needs the admin token.
      open: 'loopback',
      handle: reading((request) =>
        say(request, isReady() ? healthOf(servers(), request.query.get('server')) : { kind: 'not ready' }),
      ),
    },
  ];
}

/** What a word or two say. */
export type Health =
  | { readonly kind: 'ok' }
  | { readonly kind: 'not ready'; readonly phase?: string }
  | { readonly kind: 'unknown server' };

/** Of the server with this name; without a name, of all that should run. Pure. */
export function healthOf(servers: readonly ServerView[], name: string | null): Health {
  if (name === null) {
    const all = servers.every(({ phase, desired }) => desired !== 'ready' || takesCalls(phase));
    return all ? { kind: 'ok' } : { kind: 'not ready' };
  }
  const server = servers.find((each) => each.name === name);
  if (!server) return { kind: 'unknown server' };
  return takesCalls(server.phase) ? { kind: 'ok' } : { kind: 'not ready', phase: server.phase };
}

const CODES = { ok: 200, 'not ready': 503, 'unknown server': 404 } as const;

function say(request: HttpRequest, health: Health): void {
  const phase = 'phase' in health ? `: ${health.phase}` : '';
  send(request, CODES[health.kind], 'text/plain', `${health.kind}${phase}\n`);
}

function reading(answer: (request: HttpRequest) => void): HttpRoute['handle'] {
  return (request) => {
    const { method } = request.incoming;
    if (method === 'GET' || method === 'HEAD') answer(request);
    else request.response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  };
}

function send({ response }: HttpRequest, code: number, type: string, body: string): void {
  response.writeHead(code, { ...HEADERS, 'Content-Type': type }).end(body);
}

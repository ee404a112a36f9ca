import type { HttpRequest, HttpRoute, Status } from '@switchyard/plugin-api';

const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/**
 * `GET /status`, for who has the admin token, and two answers of one word for whoever starts and stops processes:
 * `/livez` says that this one answers, `/readyz` that clients can connect.
 */
export function statusRoutes(status: () => Status, isReady: () => boolean): readonly HttpRoute[] {
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
      handle: reading((request) => send(request, 200, 'text/plain', 'ok\n')),
    },
    {
      path: '/readyz',
      audience: 'admin',
      open: true,
      handle: reading((request) =>
        isReady()
          ? send(request, 200, 'text/plain', 'ok\n')
          : send(request, 503, 'text/plain', 'not ready\n'),
      ),
    },
  ];
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

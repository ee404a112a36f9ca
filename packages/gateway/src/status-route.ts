import type { HttpRoute } from '@switchyard/plugin-api';
import type { Status } from './status.ts';

const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

/** `GET /status`, for who has the admin token. */
export function statusRoute(status: () => Status): HttpRoute {
  return {
    path: '/status',
    audience: 'admin',
    handle({ incoming, response }) {
      if (incoming.method === 'GET') response.writeHead(200, HEADERS).end(JSON.stringify(status()));
      else response.writeHead(405, { Allow: 'GET' }).end();
    },
  };
}

import type { HttpRequest, HttpRoute, Reload } from '@switchyard/plugin-api';

/** What an order may say. */
type Order = NonNullable<Parameters<Reload['apply']>[0]>;

/**
 * `POST /reload`, for who has the admin token: `{ "dryRun": true, "expectedRevision": "…" }`, or no body. Answered with a
 * `ReloadResult`, also where it changed nothing.
 */
export function reloadRoute(reload: Pick<Reload, 'apply'>): HttpRoute {
  return {
    path: '/reload',
    audience: 'admin',
    async handle(request) {
      if (request.incoming.method !== 'POST') {
        request.response.writeHead(405, { Allow: 'POST' }).end();
        return;
      }
      const order = orderOf(Buffer.from(await request.body()).toString());
      if (order) send(request, 200, await reload.apply(order));
      else
        send(request, 400, {
          error: 'expected {"dryRun": true or false, "expectedRevision": "…"}, or nothing',
        });
    },
  };
}

/** What a body orders; undefined if it says something else, for a misspelt `dryRun` would be no dry run. */
export function orderOf(body: string): Order | undefined {
  if (body.trim() === '') return {};
  let order: unknown;
  try {
    order = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof order !== 'object' || order === null || Array.isArray(order)) return undefined;
  const { dryRun, expectedRevision, ...others } = order as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) return undefined;
  if (dryRun !== undefined && typeof dryRun !== 'boolean') return undefined;
  if (expectedRevision !== undefined && typeof expectedRevision !== 'string') return undefined;
  return {
    ...(dryRun !== undefined && { dryRun }),
    ...(expectedRevision !== undefined && { expectedRevision }),
  };
}

function send({ response }: HttpRequest, code: number, body: object): void {
  response
    .writeHead(code, {
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'application/json',
    })
    .end(JSON.stringify(body));
}

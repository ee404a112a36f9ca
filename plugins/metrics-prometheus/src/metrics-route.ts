import type { Clock, HttpRequest, HttpRoute } from '@switchyard/plugin-api';
import type { Page } from './page.ts';

/** How many scrapers are served at once. */
export const MAX_SCRAPERS = 64;
/**
 * How long a scraper may take, in milliseconds. With a new page a second at most, no more than eleven pages are ever held for
 * those who do not read.
 */
export const SCRAPE_MS = 10_000;

/** What the route is made of. */
export interface RouteParts {
  readonly page: Page;
  readonly contentType: () => string;
  readonly clock: Clock;
}

/** `GET /metrics`, and how many scrapers were turned away or cut off. */
export function metricsRoute({
  page,
  contentType,
  clock,
}: RouteParts): HttpRoute & { readonly shed: number } {
  let open = 0;
  let shed = 0;

  async function serve({ response }: HttpRequest): Promise<void> {
    open += 1;
    const cancelDeadline = clock.after(SCRAPE_MS, () => {
      shed += 1;
      response.destroy();
    });
    response.once('close', () => {
      open -= 1;
      cancelDeadline();
    });
    const text = await page.text();
    if (response.destroyed) return;
    response
      .writeHead(200, {
        'Content-Type': contentType(),
        'Content-Length': text.byteLength,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      })
      .end(text);
  }

  return {
    path: '/metrics',
    audience: 'admin',
    open: 'loopback',
    async handle(request) {
      const { method } = request.incoming;
      if (method !== 'GET' && method !== 'HEAD') {
        request.response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      } else if (open >= MAX_SCRAPERS) {
        shed += 1;
        request.response.writeHead(503, { 'Retry-After': '1' }).end();
      } else {
        await serve(request);
      }
    },
    get shed() {
      return shed;
    },
  };
}

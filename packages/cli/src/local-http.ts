import { request } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** What a gateway is asked, as far as `fetch` is used here. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `Response` refuses a body for these. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether a URL names a Unix socket: `http+unix://<its path, percent-encoded>/mcp`. */
export function isLocal(url: string): boolean {
  return url.startsWith('http+unix:');
}

/** The path of the socket that such a URL names. */
export function socketOf(url: string): string {
  return decodeURIComponent(new URL(url).host);
}

/** `fetch` over a Unix socket. Rejects with what the system says. */
export function fetchLocal(url: string, { method = 'GET', headers, body }: HttpRequest): Promise<Response> {
  const { pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: socketOf(url),
      path: pathname + search,
      method,
      headers: { host: 'localhost', ...headers },
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (incoming) => {
      const status = incoming.statusCode!;
      const all = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      if (WITHOUT_BODY.has(status)) incoming.resume();
      const stream = WITHOUT_BODY.has(status)
        ? null
        : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
      resolve(new Response(stream as ConstructorParameters<typeof Response>[0], { status, headers: all }));
    });
    sent.end(body);
  });
}

import { connect, type Socket } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type AnyPlugin,
  type AnyToken,
  type Clock,
  clock,
  type Host,
  type HttpHost,
  httpHost,
  type Log,
  store,
  type Token,
} from '@switchyard/plugin-api';
import type { GraphQLSchema } from 'graphql';
import type { AdminApi, AdminContext } from '../admin-api.ts';
import type { GraphqlOptions } from './options.ts';
import { createGraphqlServer, type GraphqlServer } from './serve.ts';

/** The admin token of `serveSchema`. */
export const TOKEN = 'admin-secret-of-the-tests';

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  now = () => this.#now;
  date = () => this.#now;
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#now);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#now);
    for (const { run } of due) run();
  }
  get pending(): number {
    return this.#timers.length;
  }
}

/** Like the kernel, the tests find the listeners by their package's name. */
const HTTP_HOST = '@switchyard/http-host';

/** A schema behind real listeners. */
export interface Served {
  readonly url: string;
  readonly server: GraphqlServer;
  readonly clock: ManualClock;
  /** What was logged, by anybody. */
  readonly lines: readonly string[];
  /** POSTs JSON with the token. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** What came back, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // What an answer holds is what the tests are about.
  readonly body: { readonly data?: unknown; readonly errors?: readonly SeenError[] };
}

/** An error as a client sees it. */
export interface SeenError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

const opened: (() => Promise<void>)[] = [];

/** Closes what `serveSchema` opened: after every test, or one that failed would keep the process. */
export async function closeServers(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** Serves a schema at `/graphql` of real listeners, those of the plugin `http-host`. */
export async function serveSchema(
  schema: GraphQLSchema,
  more: { readonly options?: Partial<GraphqlOptions>; readonly contextFor?: AdminApi['contextFor'] } = {},
): Promise<Served> {
  const lines: string[] = [];
  const keep = (message: string, fields?: unknown) =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  const manual = new ManualClock();
  const { host, close } = await listeners(log);
  const server = createGraphqlServer(
    { schema, contextFor: more.contextFor ?? ((principal) => ({ principal }) as AdminContext) },
    {
      log,
      clock: manual,
      options: { maxSubscriptions: 100, maxSubscriptionsPerClient: 10, ...more.options },
    },
  );
  host.mount({ path: '/graphql', audience: 'admin', handle: server.handle });
  opened.push(async () => {
    await server.close();
    await close();
  });
  const url = `${await host.listen('admin')}/graphql`;
  return {
    ...{ url, server, clock: manual, lines },
    async post(body, headers = {}) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
      return {
        ...{ status: answer.status, headers: answer.headers, text },
        body: isJson ? (JSON.parse(text) as Answer['body']) : {},
      };
    },
  };
}

async function listeners(log: Log): Promise<{ readonly host: HttpHost; close(): Promise<void> }> {
  const entry = { bytes: Buffer.from(TOKEN), version: '1' };
  const real: Clock = {
    now: () => performance.now(),
    date: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
  };
  const services = new Map<symbol, unknown>([
    [clock.key, real],
    [store.key, { folder: '(none)', get: async () => entry, put: async () => '1' }],
  ]);
  const owned: (() => unknown)[] = [];
  const unused = () => {
    throw new Error('not used here');
  };
  const host: Host = {
    plugin: 'http-host',
    log,
    signal: new AbortController().signal,
    get: <T>(token: Token<T>) => services.get(token.key) as T,
    provide: (token: AnyToken, value: unknown) => void services.set(token.key, value),
    own(item) {
      owned.push(item as () => unknown);
      return item;
    },
    contribute: unused,
    contributions: unused,
    observe: unused,
  };
  const { default: plugin } = (await import(HTTP_HOST)) as { default: AnyPlugin };
  const checked = await plugin.config?.['~standard'].validate({ port: 0 });
  await plugin.setup(host, checked && 'value' in checked ? checked.value : undefined);
  return {
    host: services.get(httpHost.key) as HttpHost,
    async close() {
      for (const undo of owned.reverse()) await undo();
    },
  };
}

/** A schema from its text, with resolvers that take what they like. */
export function schemaOf(typeDefs: string, resolvers: Readonly<Record<string, object>>): GraphQLSchema {
  return makeExecutableSchema({ typeDefs, resolvers: resolvers as never });
}

/** Sends a subscription over a socket of its own and leaves the reading to the caller. */
export function subscribeRaw(
  url: string,
  query: string,
  more: { readonly localAddress?: string } = {},
): Socket {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, ...more });
  const body = JSON.stringify({ query });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${TOKEN}\r\n` +
      'Content-Type: application/json\r\nAccept: text/event-stream\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // A far end that is destroyed resets; what that means is the test's to say.
  socket.on('error', () => undefined);
  return socket;
}

/** Waits for what the event loop brings, as often as it takes. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

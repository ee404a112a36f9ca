import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import {
  definePlugin,
  store,
  type AnyPlugin,
  type Catalog,
  type Servers,
  type Status,
  type Store,
} from '@switchyard/plugin-api';
import plugin from './index.ts';
import { scriptedTransport, SpecServer } from './spec-servers.ts';

/** What the tests use of a gateway; nothing here imports one, it is found by the name of its package. */
interface Gateway {
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): Status;
  readonly servers: Servers;
  readonly catalog: Catalog;
}

interface GatewayPackage {
  createGateway(options: object): Gateway;
  parseConfiguration(text: string, place: object): object;
}

const GATEWAY = '@switchyard/gateway';
const PLUGINS = ['@switchyard/http-host', '@switchyard/catalog-memory', '@switchyard/routing-standard'];
const SCRIPTED = { transport: 'scripted', options: {} };
export const TOKEN = 'a-token-that-only-tests-have-0123456789';

/** What GraphQL answers, as a test reads it. */
export interface Answer {
  readonly status: number;
  // A test says what it expects; it needs no types of what is not there.
  readonly data: Readonly<Record<string, never>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** A gateway with the admin API, and whatever a test asks of it. */
export interface SpecGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly server: (name: string) => SpecServer;
  ask(query: string, variables?: object): Promise<Answer>;
  follow(query: string, variables?: object): Promise<Following>;
}

/** A subscription, one event at a time. */
export interface Following {
  /** Waits for the next one. */
  next(): Promise<Readonly<Record<string, never>>>;
  /** All until one is as asked for, that one included. */
  until(isLast: (event: never) => boolean): Promise<readonly Readonly<Record<string, never>>[]>;
  close(): void;
}

export interface SpecOptions {
  /** Entries beside those of `servers`. */
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly servers?: Readonly<Record<string, Partial<SpecServer>>>;
  readonly plugins?: readonly AnyPlugin[];
  readonly options?: object;
}

const running: (() => Promise<void>)[] = [];

/** Closes what `openGateway` opened: after every test, or one that failed would keep the process. */
export async function closeGateways(): Promise<void> {
  for (const close of running.splice(0)) await close();
}

/** A real gateway over scripted servers, with a real listener. */
export async function openGateway(options: SpecOptions = {}): Promise<SpecGateway> {
  const { createGateway, parseConfiguration } = (await import(GATEWAY)) as GatewayPackage;
  const scripted = new Map(
    Object.entries(options.servers ?? {}).map(([name, script]) => [
      name,
      Object.assign(new SpecServer(), script),
    ]),
  );
  const mcpServers = {
    ...Object.fromEntries([...scripted.keys()].map((name) => [name, SCRIPTED])),
    ...options.entries,
  };
  const own: AnyPlugin[] = [memoryStore, scriptedTransport(scripted), ...(options.plugins ?? [])];
  process.env['SWITCHYARD_ADMIN_TOKEN'] = TOKEN;
  const gateway = createGateway({
    configuration: parseConfiguration(JSON.stringify({ mcpServers }), { folder: '/', env: {} }),
    plugins: [
      ...own.map((each) => ({ name: each.id, from: '/', plugin: each })),
      ...(await Promise.all(
        PLUGINS.map(async (name) => ({
          name,
          from: '/',
          plugin: ((await import(name)) as { default: AnyPlugin }).default,
          ...(name.endsWith('http-host') && { options: { port: 0 } }),
        })),
      )),
      { name: plugin.id, from: '/', plugin, ...(options.options && { options: options.options }) },
    ],
    version: '1.2.3',
  });
  const followed: Following[] = [];
  running.push(async () => {
    for (const following of followed) following.close();
    await gateway.stop();
  });
  await gateway.start();
  const url = gateway.status().endpoints.find(({ kind }) => kind === 'graphql')!.url!;
  return {
    gateway,
    url,
    server: (name) => scripted.get(name)!,
    ask: (query, variables) => ask(url, query, variables),
    async follow(query, variables) {
      const following = await follow(url, query, variables);
      followed.push(following);
      return following;
    },
  };
}

async function ask(url: string, query: string, variables?: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, ...((await answer.json()) as Omit<Answer, 'status'>) };
}

function follow(url: string, query: string, variables?: object): Promise<Following> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    };
    const request = httpRequest(url, { method: 'POST', headers }, (response) => {
      const lines = createInterface({ input: response })[Symbol.asyncIterator]();
      const next = async () => {
        for (;;) {
          const line = await lines.next();
          if (line.done === true) throw new Error('the stream ended');
          if (!line.value.startsWith('data: {')) continue;
          const { data, errors } = JSON.parse(line.value.slice('data: '.length)) as Answer;
          if (!data) throw new Error(JSON.stringify(errors));
          return Object.values(data)[0]! as Readonly<Record<string, never>>;
        }
      };
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`));
      resolve({
        next,
        async until(isLast) {
          const events = [await next()];
          while (!isLast(events.at(-1) as never)) events.push(await next());
          return events;
        },
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
    request.end(JSON.stringify({ query, variables }));
  });
}

/** A state directory that nothing is kept in. */
const memoryStore = definePlugin({
  id: 'store-memory',
  api: 1,
  provides: [store],
  setup(host) {
    host.provide(store, {
      folder: '(none)',
      get: async () => undefined,
      put: async () => '1',
      delete: async () => {},
      list: async () => [],
    } satisfies Store);
  },
});

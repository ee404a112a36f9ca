import {
  clock as clockToken,
  logs,
  type LogEntry,
  servers as serversToken,
  status as statusToken,
  store,
  type AnyPlugin,
  type Clock,
  type Contributions,
  type ExtensionPoint,
  type Log,
  type Observer,
  type ServerView,
  type Servers,
  type Status,
  type Store,
  type Token,
  definePlugin,
  httpHost,
  observers,
  redact,
  reload,
  type Reload,
  type ReloadState,
} from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
import plugin from './index.ts';
import { parsePage } from './spec-page.ts';
import { statusOf } from './spec-views.ts';

/** A plugin imports neither the kernel nor another plugin: like the gateway, the tests find them by name. */
const KERNEL = '@switchyard/kernel';
const HTTP_HOST = '@switchyard/http-host';

interface Kernel {
  provide<T>(token: Token<T>, value: T): void;
  boot(references: readonly object[]): Promise<void>;
  get<T>(token: Token<T>): T;
  contributions<T>(point: ExtensionPoint<T>): Contributions<T>;
  close(): Promise<void>;
}

/** What there is to say before the first reload. */
export const NO_RELOADS: ReloadState = {
  successful: true,
  lastSuccessAt: 5_000,
  counts: { applied: 0, unchanged: 0, refused: 0 },
};

/** Time that stands still until the test says so; its timers run when they are due. */
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
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
}

const opened: (() => Promise<void>)[] = [];

/** Closes what `openGateway` opened. */
export async function closeGateways(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** What closes waits for what is under way, for as long as the clock says: it goes on until nothing waits. */
async function closeOn(clock: ManualClock, kernel: Kernel): Promise<void> {
  const closed = kernel.close();
  const nextTurn = () => new Promise<true>((resolve) => setImmediate(resolve, true));
  while (await Promise.race([closed.then(() => false), nextTurn()])) clock.advance(1_000);
}

/** What `openGateway` opens. */
export type SpecGateway = Awaited<ReturnType<typeof openGateway>>;

/** A real kernel with a real listener and this plugin on it; the servers are what the test says. */
export async function openGateway(
  options: {
    readonly metrics?: object;
    readonly servers?: readonly ServerView[];
    /** Plugins that are set up before and after this one. */
    readonly before?: readonly AnyPlugin[];
    readonly after?: readonly AnyPlugin[];
  } = {},
) {
  const { Kernel } = (await import(KERNEL)) as { Kernel: new (options: object) => Kernel };
  const { default: httpHostPlugin } = (await import(HTTP_HOST)) as { default: AnyPlugin };
  const lines: string[] = [];
  const keep = (message: string, fields?: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  const clock = new ManualClock();
  const changes = new Subject<ServerView>();
  const logged = new Subject<LogEntry>();
  const early: LogEntry = { seq: 1, at: 0, level: 'info', message: 'starting', fields: {} };
  const present: { servers: readonly ServerView[]; status: Partial<Status>; reloads: ReloadState } = {
    servers: options.servers ?? [],
    status: {},
    reloads: NO_RELOADS,
  };
  let statusesTaken = 0;

  const kernel = new Kernel({ log, clock });
  const close = () => closeOn(clock, kernel);
  opened.push(close);
  kernel.provide(clockToken, clock);
  kernel.provide(store, emptyStore);
  kernel.provide(serversToken, { list: () => present.servers, changes$: changes } as unknown as Servers);
  kernel.provide(logs, { recent: () => [early], lines$: logged });
  kernel.provide(reload, {
    get state() {
      return present.reloads;
    },
  } as unknown as Reload);
  kernel.provide(redact, (text) => text.replaceAll('s3cret', '[redacted]'));
  kernel.provide(statusToken, () => {
    statusesTaken += 1;
    return statusOf(present.servers, present.status);
  });
  const watching = kernel.contributions(observers);
  const given = (each: AnyPlugin, own: object = {}) => ({
    name: each.id,
    from: '/',
    plugin: each,
    options: own,
  });
  await kernel.boot([
    given(httpHostPlugin, { port: 0 }),
    ...(options.before ?? []).map((each) => given(each)),
    given(plugin, options.metrics),
    ...(options.after ?? []).map((each) => given(each)),
  ]);
  const url = `${await kernel.get(httpHost).listen('admin')}/metrics`;
  return {
    url,
    clock,
    lines,
    present,
    close,
    /** How many pages were written. */
    pages: () => statusesTaken,
    observer: watching.items[0] as Required<Observer>,
    tell: (view: ServerView) => {
      present.servers = [...present.servers.filter(({ name }) => name !== view.name), view];
      changes.next(view);
    },
    log: (level: LogEntry['level']) => logged.next({ ...early, level }),
    scrape: (init?: RequestInit) => fetch(url, init),
    /** A new page, a second later. */
    async read() {
      clock.advance(1_000);
      return parsePage(await (await fetch(url)).text());
    },
  };
}

/** A plugin that contributes what it is given when it is set up. */
export function contributing<T>(id: string, point: ExtensionPoint<T>, ...items: readonly T[]): AnyPlugin {
  return definePlugin({
    id,
    api: 1,
    setup(host) {
      for (const item of items) host.contribute(point, item);
    },
  });
}

const emptyStore = {
  folder: '(none)',
  get: async () => undefined,
  put: async () => '1',
} as unknown as Store;

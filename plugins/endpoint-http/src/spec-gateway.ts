import { ScriptedDoor } from '@switchyard/client-session/scripted-door';
import {
  type AnyPlugin,
  type AnyToken,
  type Clock,
  clock,
  type Endpoint,
  endpoints,
  type Host,
  httpHost,
  type Log,
  Secret,
  store,
  type Store,
  type Token,
} from '@switchyard/plugin-api';
import plugin from './index.ts';
import type { EndpointCounts } from './limits.ts';

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
  /** Runs what is due within `ms`, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = due.at;
      due.run();
    }
    this.#now = until;
  }
  get pending(): number {
    return this.#timers.length;
  }
}

/** Plugins set up as the kernel does it: by name, options checked, services by token. */
class SpecKernel {
  readonly #services: Map<symbol, unknown>;
  readonly contributed: unknown[] = [];
  readonly #owned: (() => unknown)[] = [];
  readonly lines: string[] = [];

  constructor(services: readonly (readonly [AnyToken, unknown])[]) {
    this.#services = new Map(services.map(([token, value]) => [token.key, value]));
  }

  async install(
    definition: AnyPlugin,
    options: unknown,
    own: readonly (readonly [AnyToken, unknown])[] = [],
  ) {
    const checked = await definition.config?.['~standard'].validate(options);
    if (checked?.issues) throw new Error(checked.issues.map((issue) => issue.message).join('; '));
    const overrides = new Map(own.map(([token, value]) => [token.key, value]));
    const keep = (message: string, fields?: unknown) =>
      void this.lines.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
    const host: Host = {
      plugin: definition.id,
      log,
      signal: new AbortController().signal,
      get: <T>(token: Token<T>) => (overrides.get(token.key) ?? this.#services.get(token.key)) as T,
      provide: (token, value) => void this.#services.set(token.key, value),
      own: (item) => {
        this.#owned.push(item as () => unknown);
        return item;
      },
      contribute: (point, item) => {
        if (point.key === endpoints.key) this.contributed.push(item);
      },
      contributions: () => {
        throw new Error('not used here');
      },
      observe: () => {
        throw new Error('not used here');
      },
    };
    await definition.setup(host, checked?.value);
  }

  find<T>(token: Token<T>): T {
    return this.#services.get(token.key) as T;
  }

  async close() {
    for (const undo of this.#owned.splice(0).reverse()) await undo();
  }
}

/** Nothing here imports a plugin: like the kernel, the tests find the listeners by their package's name. */
const HTTP_HOST = '@switchyard/http-host';

const realClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

const emptyStore = {
  folder: '(none)',
  get: async () => undefined,
  put: async () => '1',
} as unknown as Store;

type Tokens = Readonly<Record<string, string>>;

function secrets(tokens: Tokens): Record<string, Secret> {
  return Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, new Secret(token)]));
}

/** What `openGateway` opens. */
export interface SpecGateway {
  readonly url: string;
  readonly door: ScriptedDoor;
  readonly endpoint: Endpoint;
  readonly clock: ManualClock;
  readonly counts: EndpointCounts;
  /** What was logged, by anybody. */
  readonly lines: readonly string[];
  /** What a reload does that changes tokens. */
  replaceTokens(before: Tokens, next: Tokens): void;
  close(): Promise<void>;
}

const opened: SpecGateway[] = [];

/** Closes what `openGateway` opened: after every test, or one that failed would keep the process. */
export async function closeGateways(): Promise<void> {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
}

/** A real listener with the endpoint on it, and a scripted door behind. */
export async function openGateway(options: { http?: object; endpoint?: object } = {}): Promise<SpecGateway> {
  const kernel = new SpecKernel([
    [clock, realClock],
    [store, emptyStore],
  ]);
  const manual = new ManualClock();
  const door = new ScriptedDoor();
  const { default: httpHostPlugin } = (await import(HTTP_HOST)) as { default: AnyPlugin };
  await kernel.install(httpHostPlugin, { port: 0, ...options.http });
  await kernel.install(plugin, options.endpoint, [[clock, manual]]);
  const endpoint = kernel.contributed[0] as Endpoint & { readonly counts: EndpointCounts };
  const { url } = await endpoint.open(door);
  const gateway = {
    url: url!,
    door,
    endpoint,
    clock: manual,
    counts: endpoint.counts,
    lines: kernel.lines,
    replaceTokens: (before: Tokens, next: Tokens) =>
      kernel.find(httpHost).replaceTokens!(secrets(before), secrets(next)),
    close: () => kernel.close(),
  };
  opened.push(gateway);
  return gateway;
}

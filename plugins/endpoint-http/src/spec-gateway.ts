import {
  type AnyPlugin,
  type AnyToken,
  type Call,
  type Clock,
  clock,
  type Door,
  type DoorSession,
  type Endpoint,
  endpoints,
  type Exchange,
  type ExchangeEvent,
  type Host,
  type Log,
  type LogLevel,
  type Notice,
  payloadOf,
  type Sink,
  store,
  type Store,
  type Token,
} from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
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

/** A call that arrived at the door, for the test to answer. */
export interface Arrived {
  readonly call: Call;
  readonly emit: Sink;
  /** Ends it with a result. */
  result(value: object): void;
  readonly cancelled: Promise<string>;
  readonly replies: Parameters<Exchange['reply']>[];
}

/** A door that hands each call to the test. */
export class ScriptedDoor implements Door {
  readonly info = { name: 'switchyard', title: 'Switchyard', version: '0.1.0' };
  readonly listChanged$ = new Subject<'tools' | 'prompts' | 'resources'>();
  readonly notices$ = new Subject<Notice>();
  readonly levels: LogLevel[] = [];
  readonly ended: DoorSession[] = [];
  readonly #arrived: Arrived[] = [];
  readonly #awaited: ((arrived: Arrived) => void)[] = [];
  #ids = 0;
  instructions = () => 'be kind';
  newCallId = () => `call-${++this.#ids}`;
  setLogLevel = (_session: DoorSession, level: LogLevel) => void this.levels.push(level);
  rootsChanged = () => {};
  readonly counted: number[] = [];
  connected = (clients: number) => void this.counted.push(clients);
  sessionEnded = (session: DoorSession) => void this.ended.push(session);

  readonly execute = (call: Call, sink: Sink): Exchange => {
    let over = false;
    const emit = (event: ExchangeEvent) => {
      if (over) return;
      over = event.kind === 'outcome';
      sink(event);
    };
    let told: (reason: string) => void;
    const cancelled = new Promise<string>((resolve) => (told = resolve));
    const replies: Arrived['replies'] = [];
    const result = (value: object) =>
      emit({ kind: 'outcome', outcome: { kind: 'result', result: payloadOf(value) } });
    const arrived: Arrived = { call, emit, result, cancelled, replies };
    const awaited = this.#awaited.shift();
    if (awaited) awaited(arrived);
    else this.#arrived.push(arrived);
    return {
      cancel(reason) {
        told(reason);
        emit({ kind: 'outcome', outcome: { kind: 'cancelled', reason } });
      },
      reply(...reply) {
        replies.push(reply);
        return 'taken';
      },
    };
  };

  /** The next call that arrives, or did and was not asked for yet. */
  next(): Promise<Arrived> {
    const arrived = this.#arrived.shift();
    return arrived ? Promise.resolve(arrived) : new Promise((resolve) => this.#awaited.push(resolve));
  }

  /** How many calls arrived that no test asked for. */
  get unasked(): number {
    return this.#arrived.length;
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

/** What `openGateway` opens. */
export interface SpecGateway {
  readonly url: string;
  readonly door: ScriptedDoor;
  readonly endpoint: Endpoint;
  readonly clock: ManualClock;
  readonly counts: EndpointCounts;
  /** What was logged, by anybody. */
  readonly lines: readonly string[];
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
    close: () => kernel.close(),
  };
  opened.push(gateway);
  return gateway;
}

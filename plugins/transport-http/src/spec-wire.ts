import {
  Secret,
  type Log,
  type Received,
  type Sent,
  type WireContext,
  type WireMessage,
} from '@switchyard/plugin-api';
import { loadClient } from './load-client.ts';
import { realClock } from './spec-clock.ts';
import { HttpWire } from './wire.ts';

/** A failure as it is told. */
export type Failed = Extract<Received, { failed: unknown }>['failed'];

/** What the tests need of a wire. */
export interface OpenWire {
  readonly wire: HttpWire;
  readonly received: readonly Received[];
  /** The messages' texts. */
  readonly texts: readonly string[];
  readonly failures: readonly Failed[];
  /** Everything that was logged. */
  readonly logged: readonly string[];
  /** Resolves when what was received is so. */
  until(is: (received: readonly Received[]) => boolean): Promise<void>;
  /** Sends a request and, as a connection does, aborts its signal when it has an answer or an end. */
  request(method: string, id: number, more?: Partial<WireMessage>): Promise<Sent>;
  /** Sends a notification. */
  notify(method: string): Promise<Sent>;
  /** initialize, and notifications/initialized. */
  handshake(): Promise<void>;
  /** Withdraws a request. */
  withdraw(id: number): void;
}

const running = new Set<HttpWire>();

export interface WireSetting {
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxMessageBytes?: number;
  readonly maxSockets?: number;
  /** How many times as fast the waits of the wire are. */
  readonly scale?: number;
}

export async function openWire(url: string, setting: WireSetting = {}): Promise<OpenWire> {
  const { headers = {}, maxMessageBytes = 1024 * 1024, maxSockets = 256, scale = 20 } = setting;
  const logged: string[] = [];
  const write = (message: string, fields?: unknown) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log };
  const context: WireContext = {
    server: 'it',
    folder: '/',
    runId: 'r',
    maxMessageBytes,
    clock: realClock(scale),
    log,
  };
  const means = { options: { maxSockets }, loadClient, chance: () => 0.5 };
  const wire = new HttpWire({ url, headers: asSecrets(headers) }, means, context);
  running.add(wire);
  const received: Received[] = [];
  const watchers = new Set<() => void>();
  const waited = new Map<number, AbortController>();
  await wire.open((one) => {
    received.push(one);
    if ('failed' in one) waited.get(one.failed.relatesTo as number)?.abort();
    if ('bytes' in one) {
      const message = JSON.parse(Buffer.from(one.bytes).toString()) as { id?: number; method?: string };
      if (message.id !== undefined && message.method === undefined) waited.get(message.id)?.abort();
    }
    for (const watcher of watchers) watcher();
  });
  const send = (method: string, id: number | undefined, more: Partial<WireMessage>) =>
    wire.send({
      segments: cut(JSON.stringify({ jsonrpc: '2.0', method, ...(id !== undefined && { id }) })),
      kind: id === undefined ? 'notification' : 'request',
      method,
      ...(id !== undefined && { id }),
      ...more,
    });
  const open: OpenWire = {
    wire,
    received,
    logged,
    get texts() {
      return received.flatMap((one) => ('bytes' in one ? [Buffer.from(one.bytes).toString()] : []));
    },
    get failures() {
      return received.flatMap((one) => ('failed' in one ? [one.failed] : []));
    },
    until: (is) =>
      new Promise((resolve) => {
        const look = () => {
          if (!is(received)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    request(method, id, more = {}) {
      const controller = new AbortController();
      waited.set(id, controller);
      return send(method, id, { signal: controller.signal, ...more });
    },
    notify: (method) => send(method, undefined, {}),
    async handshake() {
      await open.request('initialize', 0);
      await open.until((all) => all.length > 0);
      await open.notify('notifications/initialized');
    },
    withdraw: (id) => waited.get(id)?.abort(),
  };
  return open;
}

export async function closeWires(): Promise<void> {
  await Promise.all([...running].map((wire) => wire.close()));
  running.clear();
}

/** Several segments, as an era makes them. */
function cut(text: string): Uint8Array[] {
  const bytes = Buffer.from(text);
  return [bytes.subarray(0, 10), bytes.subarray(10, 11), bytes.subarray(11)];
}

function asSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)]));
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Log } from '@switchyard/plugin-api';
import { legacy } from '@switchyard/protocol';
import * as v from 'valibot';
import type { LineLimits } from './limits.ts';
import { EndpointConfig } from './options.ts';
import { connectTo, type SpecClient } from './spec-client.ts';
import { ScriptedDoor } from '@switchyard/client-session/scripted-door';
import { createStdioEndpoint, type StdioEndpoint } from './stdio-endpoint.ts';

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  now = () => this.#now;
  date = () => this.#now;
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }
  /** Runs what is due within `ms`. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
  get pending(): number {
    return this.#timers.length;
  }
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

/** An open endpoint with a scripted door behind it. */
export interface SpecEndpoint {
  readonly socket: string;
  readonly door: ScriptedDoor;
  readonly clock: ManualClock;
  readonly endpoint: StdioEndpoint;
  client(): Promise<SpecClient>;
}

/** Resolves in the turn of the event loop in which the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

const undo: (() => Promise<void>)[] = [];

/** Closes what `openEndpoint` opened: after every test, or one that failed would keep the process. */
export async function closeEndpoints(): Promise<void> {
  for (const each of undo.splice(0).reverse()) await each();
}

/** Opens an endpoint on a socket in a folder of its own. */
export async function openEndpoint({
  options,
  limits,
}: {
  readonly options?: v.InferInput<typeof EndpointConfig>;
  readonly limits?: Partial<LineLimits>;
} = {}): Promise<SpecEndpoint> {
  const folder = await mkdtemp(path.join(tmpdir(), 'switchyard-stdio-'));
  undo.push(() => rm(folder, { recursive: true }));
  const door = new ScriptedDoor();
  const clock = new ManualClock();
  const socket = path.join(folder, 'mcp.sock');
  const endpoint = createStdioEndpoint({
    socket,
    clock,
    log: silent,
    era: legacy,
    options: v.parse(EndpointConfig, options),
    ...(limits === undefined ? {} : { limits }),
  });
  undo.push(() => endpoint.destroy());
  await endpoint.open(door);
  return {
    socket,
    door,
    clock,
    endpoint,
    async client() {
      const client = await connectTo(socket);
      undo.push(async () => void client.socket.destroy());
      return client;
    },
  };
}

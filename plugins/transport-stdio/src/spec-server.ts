import { afterEach, expect, jest } from '@jest/globals';
import type { Log, Sent, WireContext } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { realClock } from './spec-clock.ts';
import { survivorsOf } from './spec-survivors.ts';
import { StdioTarget } from './target.ts';
import { StdioWire, type Keeping } from './wire.ts';

// Bounds waits for events that never come; no test waits for time.
jest.setTimeout(30_000);

const FIXTURES = new URL('fixtures', import.meta.url).pathname;

/** What a test may say about its server; all of it optional. */
export interface Wanted {
  readonly target?: Partial<v.InferInput<typeof StdioTarget>>;
  readonly context?: Partial<WireContext>;
  readonly maxQueuedBytes?: number;
  readonly usage?: Keeping['usage'];
  readonly loginShell?: Keeping['loginShell'];
}

/** A wire under test, and what came up from it. */
export interface Server {
  readonly wire: StdioWire;
  readonly runId: string;
  /** Lines that were logged. */
  readonly logged: readonly string[];
  open(): Promise<void>;
  send(message: string): Promise<Sent>;
  /** The first `count` things received, as soon as they are there; a message as a string with a character a byte. */
  received(count: number): Promise<unknown[]>;
}

const servers: Server[] = [];
let runs = 0;

afterEach(async () => {
  for (const { wire, runId } of servers.splice(0)) {
    await wire.close();
    expect(survivorsOf(runId)).toEqual([]);
  }
});

/** A wire to a fixture, or to whatever the target says; closed after the test, with a look for survivors. */
export function serverOf(fixture: string, wanted: Wanted = {}): Server {
  const runId = `spec-${process.pid}-${(runs += 1)}`;
  const logged: string[] = [];
  const keep = (line: string) => void logged.push(line);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  const wire = new StdioWire(
    v.parse(StdioTarget, { command: process.execPath, args: [`${fixture}.mjs`], ...wanted.target }),
    { maxQueuedBytes: wanted.maxQueuedBytes ?? 4 * 1024 * 1024 },
    {
      server: 'sample',
      folder: FIXTURES,
      runId,
      maxMessageBytes: 10 * 1024 * 1024,
      clock: realClock(),
      log,
      ...wanted.context,
    },
    {
      guardian: { watch: () => () => {} },
      marker: Promise.resolve(undefined),
      loginShell: wanted.loginShell ?? { path: () => Promise.resolve({ kind: 'nobody' }) },
      usage: wanted.usage ?? { watch: () => ({ usage: undefined, release: () => {} }) },
    },
  );
  const got: unknown[] = [];
  let look = () => {};
  const server: Server = {
    wire,
    runId,
    logged,
    open: () =>
      wire.open((received) => {
        got.push('bytes' in received ? Buffer.from(received.bytes).toString('latin1') : received);
        look();
      }),
    send: (message) => wire.send({ kind: 'request', segments: [Buffer.from(message)] }),
    received: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (got.length >= count) resolve(got.slice(0, count));
        };
        look();
      }),
  };
  servers.push(server);
  return server;
}

/** The same, opened. */
export async function started(fixture: string, wanted?: Wanted): Promise<Server> {
  const server = serverOf(fixture, wanted);
  await server.open();
  return server;
}

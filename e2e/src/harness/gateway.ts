import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { ServerPhase, ServerView } from '@switchyard/plugin-api';
import { shellEnvironment } from './environment.ts';
import { readEvents, type EventLog, type ServeEvent } from './event-log.ts';
import { temporaryFolder } from './folder.ts';
import { BIN } from './places.ts';
import { guardiansOf, survivorsOf } from './survivors.ts';
import { afterThisTest } from './undo.ts';
import { within } from './within.ts';

/** Once it said that it has stopped, nothing may keep the process. */
const EXIT_AFTER_STOPPED_MS = 4_000;
/** A gateway stops within this, its servers included: what docs/architecture.md promises. */
const STOP_MS = 15_000;

/** Where all calls are. */
export interface Ledger {
  readonly accepted: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly inFlight: number;
}

/** What a test needs of `GET /status`. */
export interface Status {
  readonly pid: number;
  readonly endpoints: readonly { readonly kind: string; readonly url?: string }[];
  readonly plugins: readonly { readonly id: string; readonly name: string; readonly state: string }[];
  readonly servers: readonly ServerView[];
  readonly problems: readonly { readonly server: string; readonly message: string }[];
  readonly ledger: Ledger;
}

/** A running gateway with its own folder; stopped after the test, with a look at what it leaves. */
export interface Gateway {
  /** Holds `switchyard.jsonc` and `state`. */
  readonly folder: string;
  readonly stateDir: string;
  /** Of `/mcp`. */
  readonly url: string;
  /** Where `/status`, `/graphql` and `/metrics` are, and what opens them. */
  readonly admin: { readonly url: string; readonly token: string };
  readonly pid: number;
  /** From spawn to the word that it listens. */
  readonly listeningAfterMs: number;
  readonly log: EventLog;
  stderr(): string;
  status(): Promise<Status>;
  server(name: string): Promise<ServerView>;
  /** Resolves when the server is, or was, in this phase. */
  phase(name: string, phase: ServerPhase): Promise<ServeEvent>;
  /** SIGTERM, and everything that must be true after it. Later calls do nothing. */
  stop(): Promise<void>;
  /** How its process ended, by whatever cause. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGKILL; `stop` does nothing after it. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** In the environment of all that it starts. */
  readonly runId: string;
}

/** How a gateway is started; all of it optional. */
export interface GatewayOptions {
  /** Instead of a new one. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Instead of the command that was built here. */
  readonly bin?: string;
  /** How many descriptors it may have open (`ulimit -n`); all that the system gives without it. */
  readonly descriptors?: number;
}

/**
 * Starts `switchyard serve` on a free port, and waits until clients can connect.
 * @param configuration a string is written as it is.
 */
export async function serve(configuration: object | string, options: GatewayOptions = {}): Promise<Gateway> {
  const folder = options.folder ?? (await temporaryFolder());
  const file = path.join(folder, 'switchyard.jsonc');
  const stateDir = path.join(folder, 'state');
  const text =
    typeof configuration === 'string' ? configuration : JSON.stringify(configuration, undefined, 2);
  await writeFile(file, text);
  const args = [
    'serve',
    '--json',
    '--config',
    file,
    '--port',
    '0',
    '--state-dir',
    stateDir,
    ...(options.args ?? []),
  ];
  const spawnedAt = performance.now();
  const command = [process.execPath, options.bin ?? BIN, ...args];
  const limited = ['sh', '-c', `ulimit -n ${options.descriptors}; exec "$0" "$@"`, ...command];
  const [program, ...programArgs] = options.descriptors === undefined ? command : limited;
  const child = spawn(program!, programArgs, {
    cwd: folder,
    env: shellEnvironment(folder, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever happens below, no process stays.
  afterThisTest(async () => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const log = readEvents(child.stdout, () => stderr);
  const exited = exitOf(child);
  const listening = await Promise.race([
    log.find('listening event', ({ event }) => event === 'listening'),
    exited.then(({ code }) => Promise.reject(new Error(`serve ended with code ${code}: ${stderr}`))),
  ]);
  const listeningAfterMs = performance.now() - spawnedAt;
  const url = String(listening['mcp']);
  const { runId, admin } = await readInstance(stateDir);
  const token = (await readFile(path.join(stateDir, 'admin-token'), 'utf8')).trim();

  const status = async (): Promise<Status> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(new URL('/status', admin), { headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Status;
  };
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) expectBalance((await status()).ledger);
    const beganAt = performance.now();
    child.kill('SIGTERM');
    const stopped = await log.find('stopped event', ({ event }) => event === 'stopped');
    const stoppedAt = performance.now();
    const { code, signal } = await within(STOP_MS, () => `end of the gateway\n${stderr}`, exited);
    const endedAt = performance.now();
    const ledger = stopped['ledger'] as Ledger;
    expectBalance(ledger);
    expect(ledger.inFlight).toBe(0);
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(survivorsOf(runId)).toEqual([]);
    expect(guardiansOf(runId)).toEqual([]);
    expect(endedAt - stoppedAt).toBeLessThan(EXIT_AFTER_STOPPED_MS);
    expect(endedAt - beganAt).toBeLessThan(STOP_MS);
    expect(log.junk).toEqual([]);
    expect(stderr).not.toMatch(/unhandled|uncaught|MaxListenersExceeded|SWY-E901|\n\s+at .*:\d+:\d+/i);
  };
  const gateway: Gateway = {
    folder,
    stateDir,
    url,
    admin: { url: admin, token },
    pid: child.pid!,
    listeningAfterMs,
    log,
    stderr: () => stderr,
    status,
    server: async (name) => {
      const view = (await status()).servers.find((server) => server.name === name);
      if (!view) throw new Error(`the status names no server ${name}`);
      return view;
    },
    phase: (name, phase) =>
      log.find(
        `${phase} of ${name}`,
        (line) => line.event === 'server' && line['name'] === name && line['phase'] === phase,
      ),
    stop: () => (stopping ??= stop()),
    ended: exited,
    async kill() {
      stopping = exited.then(() => {});
      child.kill('SIGKILL');
      await stopping;
    },
    runId,
  };
  afterThisTest(gateway.stop);
  return gateway;
}

function expectBalance({ accepted, answered, cancelled, inFlight }: Ledger): void {
  expect({ accepted }).toEqual({ accepted: answered + cancelled + inFlight });
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
}

async function readInstance(stateDir: string): Promise<{ runId: string; admin: string }> {
  return JSON.parse(await readFile(path.join(stateDir, 'instance.json'), 'utf8')) as {
    runId: string;
    admin: string;
  };
}

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type Ended, switchyard } from './command.ts';
import { shellEnvironment } from './environment.ts';
import { temporaryFolder } from './folder.ts';
import { BIN } from './places.ts';
import { survivorsOf } from './survivors.ts';
import { afterThisTest } from './undo.ts';
import { within } from './within.ts';

const SOON_MS = 60_000;
/** How the gateway begins each of them. */
const NOTIFICATION = '{"jsonrpc":"2.0","method":';

/** What a detached gateway left in its state directory for others. */
export interface Instance {
  readonly pid: number;
  readonly runId: string;
  readonly endpoints: readonly { readonly kind: string; readonly url?: string }[];
}

/** A configuration that clients come to by `switchyard stdio`. No gateway runs until one does; none stays. */
export interface StdioDoor {
  readonly folder: string;
  readonly stateDir: string;
  /** The official client, on a `switchyard stdio` of its own. */
  client(name?: string): Promise<Client>;
  /** `switchyard stdio` whose stdin stays open until the test ends it. */
  raw(): RawRelay;
  /** Runs a command of this configuration to its end. */
  run(args: readonly string[], input?: string): Promise<Ended>;
  instance(): Promise<Instance>;
  /** Resolves when nobody but that gateway serves here: who came too late has ended. */
  alone(instance: Instance): Promise<void>;
  /** Resolves when the gateway has ended, and checks that it left nothing. */
  gone(instance: Instance): Promise<void>;
}

/** `switchyard stdio`, line by line. */
export interface RawRelay {
  write(text: string): void;
  /** The next line of stdout that answers something: lists may change at any time. */
  answer(): Promise<string>;
  /** Ends stdin. */
  end(): void;
  readonly ended: Promise<Pick<Ended, 'code' | 'stderr'>>;
}

/**
 * @param idleSeconds after how long without a client the gateway ends.
 * @param state the name of the state directory.
 */
export async function stdioDoor(
  configuration: object,
  { idleSeconds = 1, state = 'state' }: { readonly idleSeconds?: number; readonly state?: string } = {},
): Promise<StdioDoor> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'switchyard.jsonc');
  const stateDir = path.join(folder, state);
  await mkdir(path.dirname(stateDir), { recursive: true });
  await writeFile(file, JSON.stringify(configuration, undefined, 2));
  const flags = ['--config', file, '--state-dir', stateDir];
  const own = { SWITCHYARD_IDLE_SECONDS: String(idleSeconds) };
  const env = shellEnvironment(folder, own);
  const instance = async () =>
    JSON.parse(await readFile(path.join(stateDir, 'instance.json'), 'utf8')) as Instance;

  // Whatever happens below, no process stays.
  afterThisTest(async () => {
    for (const pid of gatewaysOf(stateDir)) process.kill(pid, 'SIGKILL');
  });
  return {
    folder,
    stateDir,
    instance,
    async client(name = 'story') {
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [BIN, 'stdio', ...flags],
        env: env as Record<string, string>,
        stderr: 'inherit',
      });
      const client = new Client({ name, version: '1.0.0' });
      // The SDK's own class is not assignable to its interface under exactOptionalPropertyTypes.
      await client.connect(transport as Transport, { timeout: SOON_MS });
      afterThisTest(() => client.close());
      return client;
    },
    raw: () => rawRelay(['stdio', ...flags], env),
    run: (args, input) =>
      switchyard([...args, ...flags], { cwd: folder, env: own, ...(input !== undefined && { input }) }),
    alone: ({ pid }) => serving(stateDir, [pid]),
    async gone({ runId }) {
      await vanished(path.join(stateDir, 'lock'));
      await serving(stateDir, []);
      expect(survivorsOf(runId)).toEqual([]);
      // What outlives a run on purpose, and nothing else.
      const left = (await readdir(stateDir)).filter(
        (name) => !/^(admin-token|catalog|history|history-seq\.json|log(\.1)?)$/.test(name),
      );
      expect(left).toEqual([]);
    },
  };
}

/** The processes that serve from a state directory, by their command line. Only Linux can tell. */
export function gatewaysOf(stateDir: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      const words = commandLine(pid);
      return words.includes('--detached') && words.includes(stateDir);
    })
    .map(Number);
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Resolves when these processes, and no others, serve from the state directory. */
async function serving(stateDir: string, pids: readonly number[]): Promise<void> {
  const so = (async () => {
    while (gatewaysOf(stateDir).join() !== pids.join()) await nextTurn();
  })();
  await within(
    SOON_MS,
    () => `state with ${pids.join() || 'nobody'} alone, but ${gatewaysOf(stateDir).join()}`,
    so,
  );
}

async function vanished(file: string): Promise<void> {
  let look = (): void => {};
  // Watched before the first look, or an end between the two would be missed.
  const watcher = watch(path.dirname(file), () => look());
  const gone = new Promise<void>((resolve) => {
    look = () => {
      if (!existsSync(file)) resolve();
    };
    look();
  });
  try {
    await within(SOON_MS, `end of ${file}`, gone);
  } finally {
    watcher.close();
  }
}

function rawRelay(args: readonly string[], env: NodeJS.ProcessEnv): RawRelay {
  const child = spawn(process.execPath, [BIN, ...args], { env });
  afterThisTest(async () => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  let rest = '';
  let stderr = '';
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const line of parts.filter((each) => !each.startsWith(NOTIFICATION))) {
      const one = waiting.shift();
      if (one) one(line);
      else lines.push(line);
    }
  });
  const ended = new Promise<Pick<Ended, 'code' | 'stderr'>>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr }));
  });
  return {
    write: (text) => void child.stdin.write(text),
    answer: () => {
      const known = lines.shift();
      const next = known === undefined ? new Promise<string>((resolve) => waiting.push(resolve)) : known;
      return within(SOON_MS, () => `answer of switchyard stdio\n${stderr}`, Promise.resolve(next));
    },
    end: () => child.stdin.end(),
    ended: within(SOON_MS, 'end of switchyard stdio', ended),
  };
}

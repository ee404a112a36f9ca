import { afterEach } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { tempFolder } from './spec-temp-folder.ts';

/** A real process that wants a folder. */
export interface Contender {
  readonly pid: number;
  /** Lets it try, and resolves to `won` or the code of its error. */
  go(): Promise<string>;
  /** Lets it release what it has and end. */
  end(): Promise<void>;
  /** Ends it without a chance to release anything. */
  kill(): Promise<void>;
}

const running: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => gone(child, () => child.kill('SIGKILL'))));
});

/** Makes processes that want `folder`: each is up and waits when it is handed over. */
export async function contenders(
  folder: string,
  count: number,
  user?: number,
): Promise<readonly Contender[]> {
  const shelf = tempFolder();
  // Whoever they run as has to read their program.
  chmodSync(shelf, 0o755);
  const program = join(shelf, 'contender.mjs');
  await build({
    entryPoints: [new URL('./spec-contender.ts', import.meta.url).pathname],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@switchyard/source'],
    logLevel: 'silent',
  });
  return Promise.all(Array.from({ length: count }, () => contender(program, folder, user)));
}

async function contender(program: string, folder: string, user: number | undefined): Promise<Contender> {
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...identity,
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await lines.next()) as { value?: string }).value ?? 'ended';
  await next();
  return {
    pid: child.pid ?? 0,
    go: () => {
      child.stdin.write('go\n');
      return next();
    },
    end: () => gone(child, () => child.stdin.end()),
    kill: () => gone(child, () => child.kill('SIGKILL')),
  };
}

async function gone(child: ChildProcess, ask: () => unknown): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  ask();
  await ended;
}

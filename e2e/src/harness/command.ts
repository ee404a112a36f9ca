import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { shellEnvironment } from './environment.ts';
import { BIN } from './places.ts';
import { within } from './within.ts';

/** What a command that ended by itself left. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From spawn to exit. */
  readonly ms: number;
}

/** How a command is run; all of it optional but the folder. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on stdin; without it, stdin is closed. */
  readonly input?: string;
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
  /** Instead of the command that was built here. */
  readonly bin?: string;
}

const LONGEST_RUN_MS = 60_000;

/** Runs `switchyard <args>` to its end. */
export async function switchyard(args: readonly string[], options: CommandOptions): Promise<Ended> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...(options.node ?? []), options.bin ?? BIN, ...args], {
    cwd: options.cwd,
    env: shellEnvironment(options.cwd, options.env),
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(options.input ?? '');
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('exit', resolve);
    child.on('error', reject);
  });
  try {
    const code = await within(LONGEST_RUN_MS, `end of switchyard ${args.join(' ')}`, exit);
    const ms = performance.now() - startedAt;
    const [stdout, stderr] = await output;
    return { code, stdout, stderr, ms };
  } finally {
    child.kill('SIGKILL');
  }
}

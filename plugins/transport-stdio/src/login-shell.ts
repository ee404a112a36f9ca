import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import type { Clock } from '@switchyard/plugin-api';
import { inheritedVariables } from './environment.ts';
import type { Guardian } from './guardian.ts';
import { ProcessGroup } from './process-group.ts';

/** How long a shell may take to read its files. */
const LIMIT_MS = 3_000;
/** What its files may print before it is given up. */
const MAX_OUTPUT = 1 << 20;

/** The PATH of the user's login shell, or why it is not known. `nobody`: there is no shell to ask. */
export type LoginPath =
  | { readonly kind: 'known'; readonly shell: string; readonly path: string }
  | { readonly kind: 'unknown'; readonly shell: string; readonly reason: string }
  | { readonly kind: 'nobody' };

/** What asking takes. */
export interface LoginShellContext {
  readonly clock: Clock;
  readonly guardian: Pick<Guardian, 'watch'>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Knows the PATH that the user's terminals have: who starts the gateway from a desktop gives it the short one of launchd or
 * systemd, without the programs of nvm, Homebrew and the like. The shell is asked once; what it answered is kept.
 */
export class LoginShell {
  readonly #context: LoginShellContext;
  #answer: Promise<LoginPath> | undefined;
  #child: ChildProcess | undefined;

  constructor(context: LoginShellContext) {
    this.#context = context;
  }

  /** Whoever asks meanwhile gets the same answer. Only a shell that gave none is asked again. */
  path(runId: string): Promise<LoginPath> {
    this.#answer ??= this.#ask(runId).then((answer) => {
      if (answer.kind === 'unknown') this.#answer = undefined;
      return answer;
    });
    return this.#answer;
  }

  /** Ends a shell that is being asked. */
  close(): void {
    end(this.#child);
  }

  async #ask(runId: string): Promise<LoginPath> {
    const { clock, env, guardian } = this.#context;
    const shell = shellOf(env);
    if (shell === undefined) return { kind: 'nobody' };
    const unknown = (reason: string): LoginPath => ({ kind: 'unknown', shell, reason });

    const mark = randomBytes(12).toString('hex');
    return new Promise((resolve) => {
      const child = spawn(shell, [...flagsOf(shell), question(mark)], {
        // A home that is somewhere else has other files; nothing else of ours is the shell's business.
        env: { ...inheritedVariables(env), TERM: 'dumb' },
        cwd: '/',
        // Without stdin it cannot wait for an answer, and in a session of its own it has no terminal to take.
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      this.#child = child;
      let output = '';
      let release = () => {};
      const settle = (answer: LoginPath) => {
        // What its files left in the background may hold the pipe; nobody reads it any more.
        child.stdout?.destroy();
        resolve(answer);
      };
      const cancel = clock.after(LIMIT_MS, () => {
        end(child);
        settle(unknown(`did not tell its PATH within ${LIMIT_MS / 1000} s`));
      });
      child.once('spawn', () => {
        release = guardian.watch(child.pid!, runId);
      });
      child.once('error', (error) => {
        cancel();
        settle(
          unknown(`could not be started: ${(error as NodeJS.ErrnoException).code ?? 'no reason given'}`),
        );
      });
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString('latin1');
        const path = pathIn(output, mark);
        if (path !== undefined) settle({ kind: 'known', shell, path });
        else if (output.length > MAX_OUTPUT) {
          end(child);
          settle(unknown('printed too much'));
        }
      });
      child.once('exit', () => {
        cancel();
        release();
        this.#child = undefined;
      });
      child.once('close', () => settle(unknown('did not tell its PATH')));
    });
  }
}

/** What SHELL names, else what the system knows of the user; undefined where there are no such shells. */
function shellOf(env: LoginShellContext['env']): string | undefined {
  if (process.platform === 'win32') return undefined;
  const shell = env['SHELL'] || systemShell();
  return shell !== undefined && isAbsolute(shell) ? shell : undefined;
}

function systemShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}

/** People set PATH in files that are read by login shells only, and in others that interactive ones read. */
function flagsOf(shell: string): readonly string[] {
  // For them -l must be the only one.
  return /^t?csh$/.test(basename(shell)) ? ['-i', '-c'] : ['-i', '-l', '-c'];
}

/**
 * Understood by every shell: a program and two words in single quotes. It is `sh` that prints, for `$PATH` is a list in
 * some. The text of the question holds no answer, should the shell print what it does.
 */
function question(mark: string): string {
  return `/bin/sh -c 'printf "[%s]%s[/%s]" ${mark} "$PATH" ${mark}'`;
}

/** What a profile prints around the answer does not matter. */
function pathIn(output: string, mark: string): string | undefined {
  const [, path] = new RegExp(`\\[${mark}\\]([^]*?)\\[/${mark}\\]`).exec(output) ?? [];
  return path === undefined ? undefined : Buffer.from(path, 'latin1').toString();
}

/** It ignores TERM, being interactive. */
function end(child: ChildProcess | undefined): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  new ProcessGroup(child.pid).signal('SIGKILL');
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Log } from '@switchyard/plugin-api';
import { GUARDIAN_SCRIPT } from './guardian-script.ts';

/** A guardian that ends by itself this often is left alone: something ends it. */
const MAX_STARTS = 5;

/**
 * Ends the servers' process groups when the gateway has no chance to: a small `sh` that holds the other end of a pipe, and
 * is told which groups there are. When the gateway stops, it ends what has left its group.
 */
export class Guardian {
  readonly #log: Log;
  readonly #groups = new Set<number>();
  #runId: string | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #starts = 0;
  #phase: 'watching' | 'closed' = 'watching';

  constructor(log: Log) {
    this.#log = log;
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Has this group ended with the gateway, until the returned function says that it is gone. */
  watch(group: number, runId: string): () => void {
    // Windows has neither groups nor a shell of this kind.
    if (process.platform === 'win32' || this.#phase === 'closed') return () => {};
    this.#runId ??= runId;
    this.#groups.add(group);
    if (this.#child) this.#tell(`+ ${group}`);
    else this.#start();
    return () => {
      if (this.#groups.delete(group)) this.#tell(`- ${group}`);
    };
  }

  /** Has what is left of this run ended, groups that are still watched included. Resolves when that is done. */
  async close(): Promise<void> {
    this.#phase = 'closed';
    // Until now it kept nobody alive.
    this.#child?.ref();
    this.#child?.stdin?.end();
    await this.#ended;
  }

  #start(): void {
    if (this.#starts === MAX_STARTS) return;
    this.#starts += 1;
    const child = spawn('/bin/sh', ['-c', GUARDIAN_SCRIPT, 'switchyard-guardian', this.#runId!], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // In a session of its own: a signal to the gateway's group must not reach it.
      detached: true,
      // Without the marker of the run, or it would end itself.
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      cwd: '/',
    });
    this.#child = child;
    // As long as the gateway lives for no other reason, it does not live for its guardian.
    child.unref();
    child.stdin!.on('error', () => {});
    (child.stdin as Socket).unref();
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#log.warn('the guardian could not be started', { error: String(error) });
        resolve();
      });
      child.once('exit', () => {
        this.#again();
        resolve();
      });
    });
    for (const group of this.#groups) this.#tell(`+ ${group}`);
  }

  /** Somebody ended it: what it watched over has another one. */
  #again(): void {
    this.#child = undefined;
    if (this.#phase === 'closed') return;
    this.#log.warn('the guardian of the server processes was ended', { starts: this.#starts });
    if (this.#groups.size > 0) this.#start();
  }

  #tell(order: string): void {
    this.#child?.stdin?.write(`${order}\n`);
  }
}

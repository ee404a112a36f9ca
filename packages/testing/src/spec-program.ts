import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, jest } from '@jest/globals';
import type { Script } from './script.ts';
import type { ServerEntry } from './server-entry.ts';

// Bounds waits for events that never come; no test waits for time.
jest.setTimeout(30_000);

/** A server that a test speaks to. */
export interface Played {
  readonly pid: number;
  /** In its environment and that of its children. */
  readonly marker: string;
  write(text: string): void;
  /** The end of its stdin. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when stdout holds the text; with all of it, a character a byte. */
  said(text: string): Promise<string>;
  /** Resolves when stderr holds so many bytes. */
  complained(bytes: number): Promise<void>;
  /** Resolves at its end: code or signal. */
  readonly ended: Promise<number | string>;
  /** Resolves when nobody holds its stdout; with all of it. */
  readonly silent: Promise<string>;
  /** Resolves when nobody reads what is written to it. */
  readonly deaf: Promise<unknown>;
}

export const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-testing-'));
const program = path.join(folder, 'scripted-server.js');
const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
const source = new URL('scripted-server.ts', import.meta.url).pathname;
// Of these sources: what was built before may be of others.
execFileSync(esbuild, [source, '--bundle', '--platform=node', '--format=cjs', `--outfile=${program}`], {
  stdio: 'ignore',
});
afterAll(() => rmSync(folder, { recursive: true }));

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((each) => each()));

export function play(script: Script | string): Played {
  const argument = typeof script === 'string' ? `@${script}` : JSON.stringify(script);
  return start({ command: process.execPath, args: [program, argument] });
}

let starts = 0;

export function start({ command, args }: ServerEntry): Played {
  const marker = `testing-${process.pid}-${(starts += 1)}`;
  const child = spawn(command, args, { env: { PATH: process.env['PATH'], SWITCHYARD_RUN_ID: marker } });
  undo.push(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = 0;
  const waiting = new Set<() => void>();
  const until = <T>(value: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const found = value();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const look = () => waiting.forEach((each) => each());
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.length;
    look();
  });
  const deaf = new Promise((resolve) => child.stdin.on('error', resolve));
  return {
    pid: child.pid!,
    marker,
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    said: (text) => until(() => (stdout.includes(text) ? stdout : undefined)),
    complained: (bytes) => until(() => (stderr >= bytes ? stderr : undefined)).then(() => {}),
    ended: new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code!))),
    silent: new Promise((resolve) => child.stdout.on('end', () => resolve(stdout))),
    deaf,
  };
}

/** A request for a call of `echo`, as a line. */
export function echo(id: number | string, nonce: string, more: object = {}): string {
  const params = { name: 'echo', arguments: { nonce, ...more } };
  return `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`;
}

export function ask(id: number | string, method: string): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method })}\n`;
}

/** The answer to a call of `echo`, as a line. */
export function echoed(id: number | string, nonce: string): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: nonce }] } })}\n`;
}

export function read(file: string): string {
  return readFileSync(file, 'utf8');
}

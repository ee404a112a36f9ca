import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const STOP_MS = 10_000;
const START_MS = 30_000;
const running = new Set();

/** Is in the environment of everything that this run starts, servers of proxies included. */
export const BENCH_RUN = `${process.pid}-${Date.now()}`;

/** Starts a process in a group of its own. It must end when it is told to, or when its stdin ends. */
export function start(command, args, { env = {}, cwd } = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, NO_COLOR: '1', BENCH_RUN, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-2_000)));
  child.on('error', ({ message }) => (stderr += message));
  child.on('exit', () => running.delete(child));
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: () => stderr.trim(),
    exited: once(child, 'exit'),
    endInput: () => child.stdin.end(),
    stop: () => stop(child),
  };
}

/** The first line of JSON on stdout that `wanted` takes; the rest is read and dropped. */
export async function lineOf({ stdout, exited, stderr }, wanted) {
  const found = new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const event = line.startsWith('{') ? JSON.parse(line) : undefined;
      if (event !== undefined && wanted(event)) resolve(event);
    });
  });
  const ended = exited.then(() => {
    throw new Error(`it ended: ${stderr()}`);
  });
  ended.catch(() => undefined);
  return within(START_MS, 'the word that it listens', Promise.race([found, ended]));
}

/** Rejects when it takes longer. */
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function stop(child) {
  if (!running.has(child)) return;
  const exit = once(child, 'exit');
  child.stdin.destroy();
  child.kill('SIGTERM');
  await within(STOP_MS, 'end', exit).catch(() => undefined);
  killGroup(child.pid);
}

/** Ends all that is left of this run, at once. */
export function killAll() {
  for (const { pid } of running) killGroup(pid);
  for (const pid of survivors()) killGroup(pid);
}

/** Processes of this run that live, wherever they moved: found by their environment. */
export function survivors() {
  const marker = `BENCH_RUN=${BENCH_RUN}\0`;
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return readFileSync(`/proc/${entry}/environ`, 'latin1').includes(marker) ? [Number(entry)] : [];
    } catch {
      // It ended, or is somebody else's.
      return [];
    }
  });
}

function killGroup(pid) {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

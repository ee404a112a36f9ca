import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@switchyard/plugin-api';
import { PACE, readPaced } from './read-paced.ts';

/** What a pipe may hand over beside what was asked for: what it had read already. */
const CHUNK = 64 * 1024;

/** A clock whose timers go off when they are told to. */
function handClock() {
  const due: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after: (_ms, run) => {
      due.push(run);
      return () => due.splice(due.indexOf(run), 1);
    },
  };
  return { clock, due };
}

async function untilStill(read: () => number): Promise<number> {
  // Data of a pipe comes in turns of the event loop: a hundred of them without any mean that none is read.
  for (let before = -1, still = 0; still < 100; before = read()) {
    await new Promise((resolve) => setImmediate(resolve));
    still = read() === before ? still + 1 : 0;
  }
  return read();
}

describe('a flood', () => {
  it('is read at its pace, window after window, and never again once it is closed', async () => {
    const child = spawn('yes', { stdio: ['ignore', 'pipe', 'ignore'] });
    const { clock, due } = handClock();
    let bytes = 0;
    readPaced(child.stdout, clock, (chunk) => (bytes += chunk.length));
    for (const windows of [1, 2, 3]) {
      while (bytes < windows * PACE.bytes) await new Promise((resolve) => setImmediate(resolve));
      const read = await untilStill(() => bytes);
      expect(read).toBeLessThan(windows * (PACE.bytes + CHUNK));
      expect(due).toHaveLength(1);
      due.shift()!();
    }
    const closed = once(child.stdout, 'close');
    child.kill('SIGKILL');
    await closed;
    expect(due).toHaveLength(0);
  });

  it('is read to its end', async () => {
    const child = spawn('head', ['-c', String(2 * PACE.bytes + 1), '/dev/zero'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { clock, due } = handClock();
    let bytes = 0;
    readPaced(child.stdout, clock, (chunk) => (bytes += chunk.length));
    let isOver = false;
    void once(child.stdout, 'end').then(() => (isOver = true));
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (child.stdout.isPaused()) due.shift()?.();
    }
    expect(bytes).toBe(2 * PACE.bytes + 1);
  });
});

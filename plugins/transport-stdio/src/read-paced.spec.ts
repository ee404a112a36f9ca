import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { PACE, readPaced } from './read-paced.ts';
import { handClock, untilStill } from './spec-flood.ts';

/** What a pipe may hand over beside what was asked for: what it had read already. */
const CHUNK = 64 * 1024;

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

  it('is read to its end, though somebody paused it before', async () => {
    const child = spawn('head', ['-c', String(2 * PACE.bytes + 1), '/dev/zero'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { clock, due } = handClock();
    child.stdout.pause();
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

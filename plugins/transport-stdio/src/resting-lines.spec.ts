import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { RestingLines } from './resting-lines.ts';
import { handClock, untilStill } from './spec-flood.ts';

const LIMIT = 1024 * 1024;
const PORTION = 100;

/** A program that writes, read by lines; it rests after each portion of them, or does what the test says. */
function running([command = '', ...args]: readonly string[], then?: (lines: RestingLines) => void) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const { clock, due } = handClock();
  let count = 0;
  const lines: RestingLines = new RestingLines(child.stdout, clock, LIMIT, () => {
    count += 1;
    if (count % PORTION > 0) return;
    if (then) then(lines);
    else lines.rest(20);
  });
  return { child, due, lines, count: () => count, ended: once(child.stdout, 'end') };
}

describe('lines that rest', () => {
  it('are a portion each time, however much was read, and nothing is read meanwhile', async () => {
    const { child, due, count } = running(['yes']);
    let read = 0;
    child.stdout.on('data', (chunk: Buffer) => (read += chunk.length));
    for (let rest = 1; rest <= 5; rest += 1) {
      while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(await untilStill(count)).toBe(rest * PORTION);
      expect(due).toHaveLength(1);
      due.shift()!();
    }
    // Of a chunk with more lines than five portions nothing more was read.
    expect(read).toBeLessThanOrEqual(128 * 1024);
    const closed = once(child.stdout, 'close');
    child.kill('SIGKILL');
    while (due.length > 0) due.shift()!();
    child.stdout.destroy();
    await closed;
  });

  it('are all told in the end, in their order, the last one without its end too', async () => {
    const { child, due, count, ended } = running(['sh', '-c', 'yes | head -n 50000; printf y']);
    let isOver = false;
    void ended.then(() => (isOver = true));
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      due.shift()?.();
    }
    expect(count()).toBe(50_001);
    expect(child.stdout.readableEnded).toBe(true);
  });

  it('cannot be woken once they are stopped while they rest', async () => {
    const { child, lines, count, due } = running(['yes']);
    while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
    lines.stop();
    expect(due).toHaveLength(0);
    child.stdout.resume();
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(count()).toBe(PORTION);
  });

  it('are none after the stop, not even of the chunk that is being cut', async () => {
    const { child, count } = running(['yes'], (lines) => lines.stop());
    // The stream is for whoever comes next.
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
    while (bytes < LIMIT) await new Promise((resolve) => setImmediate(resolve));
    expect(count()).toBe(PORTION);
    child.kill('SIGKILL');
    await once(child, 'close');
  });
});

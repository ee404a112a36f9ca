import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isAlive, thisProcess } from './process-identity.ts';

describe('isAlive', () => {
  it('knows this process, and not an earlier one of the same number', () => {
    const self = thisProcess();
    expect(self.pid).toBe(process.pid);
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ pid: self.pid })).toBe(true);
    if (self.started !== undefined)
      expect(isAlive({ pid: self.pid, started: `${self.started}0` })).toBe(false);
  });

  it('holds numbers that no process has for dead', () => {
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 22 + 1]) expect(isAlive({ pid })).toBe(false);
  });

  it('sees a child end', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const pid = child.pid ?? 0;
    expect(isAlive({ pid })).toBe(true);
    child.stdin.end();
    await once(child, 'exit');
    expect(isAlive({ pid })).toBe(false);
  });

  it('holds a child for dead whose parent never looked, where the system tells', async () => {
    if (thisProcess().started === undefined) return;
    // The shell becomes a sleep that does not know of the child it has, which stays a zombie.
    const parent = spawn('sh', ['-c', 'sh -c : & echo $!; exec sleep 60']);
    try {
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      const deadline = Date.now() + 20_000;
      while (isAlive({ pid: Number(line) })) {
        expect(Date.now()).toBeLessThan(deadline);
        await new Promise(setImmediate);
      }
      expect(() => process.kill(Number(line), 0)).not.toThrow();
    } finally {
      parent.kill('SIGKILL');
    }
  }, 30_000);
});

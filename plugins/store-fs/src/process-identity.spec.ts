import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
    // The shell becomes a sleep that does not know of the child it has, which stays a zombie. The child ends when it is
    // told to, which is after that: a shell would look.
    const parent = spawn('sh', ['-c', 'exec 3<&0; sh -c "read line" <&3 & echo $!; exec sleep 60']);
    try {
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'sleep');
      expect(isAlive({ pid: Number(line) })).toBe(true);
      parent.stdin.end();
      await until(() => !isAlive({ pid: Number(line) }));
      expect(() => process.kill(Number(line), 0)).not.toThrow();
    } finally {
      parent.kill('SIGKILL');
    }
  }, 30_000);
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise(setImmediate);
  }
}

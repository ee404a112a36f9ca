import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { machineUnits, unitsIn } from './machine-units.ts';
import { parseStat } from './process-stat.ts';

const LINE =
  '42 (a (strange) name) S 7 40 40 0 -1 4194560 91 0 0 0 11 22 33 44 20 0 5 0 9000 1000000 640 18446744073709551615 1';

describe('a line of /proc/<pid>/stat', () => {
  it('is read whatever the name of the process is', () => {
    expect(parseStat(42, LINE)).toEqual({
      pid: 42,
      isZombie: false,
      parent: 7,
      group: 40,
      ownTicks: 33,
      childTicks: 77,
      threads: 5,
      startedAt: 9000,
      residentPages: 640,
    });
    expect(parseStat(42, LINE.replace(' S ', ' Z '))?.isZombie).toBe(true);
  });

  it('that is none is nothing', () => {
    expect(['', '42', '42 (name', LINE.slice(0, 60)].map((text) => parseStat(42, text))).toEqual(
      new Array(4).fill(undefined),
    );
  });

  it('of this process tells what it uses', () => {
    const own = parseStat(process.pid, readFileSync('/proc/self/stat', 'latin1'))!;
    expect(own.parent).toBe(process.ppid);
    const { user, system } = process.cpuUsage();
    const { ticksPerSecond, pageBytes } = machineUnits();
    // Both in seconds; what passes between the two readings is far less than a second.
    expect(Math.abs(own.ownTicks / ticksPerSecond - (user + system) / 1e6)).toBeLessThan(5);
    const share = (own.residentPages * pageBytes) / process.memoryUsage.rss();
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(2);
  });
});

describe('the units of a machine', () => {
  it('are in the auxiliary vector, and the usual ones where they are not', () => {
    const vector = Buffer.alloc(48);
    [6n, 16384n, 17n, 250n, 0n, 0n].forEach((value, index) => vector.writeBigUInt64LE(value, index * 8));
    expect(unitsIn(vector, 'LE')).toEqual({ pageBytes: 16384, ticksPerSecond: 250 });
    expect(unitsIn(Buffer.from(vector).swap64(), 'BE')).toEqual({ pageBytes: 16384, ticksPerSecond: 250 });
    expect(unitsIn(Buffer.alloc(3), 'LE')).toEqual({ pageBytes: 4096, ticksPerSecond: 100 });
  });
});

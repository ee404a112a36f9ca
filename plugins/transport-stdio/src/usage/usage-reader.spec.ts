import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock, Log, ProcessUsage } from '@switchyard/plugin-api';
import { realClock } from '../spec-clock.ts';
import { started, type Server } from '../spec-server.ts';
import { createUsageReader, type UsageReader } from './usage-reader.ts';

const lines: unknown[] = [];
const keep = (...line: unknown[]) => void lines.push(line);
const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
const undo: (() => void)[] = [];

function readerOn(clock: Clock): UsageReader {
  const reader = createUsageReader(clock, log);
  undo.push(() => reader.close());
  return reader;
}

/** A server with two `sleep`s, of which one has left its group, and what they are. */
async function family(reader: UsageReader, busyMs = 0) {
  const server = await started('family', {
    target: { args: ['family.mjs', String(busyMs)] },
    usage: reader,
  });
  const [line] = await server.received(1);
  const { pids } = JSON.parse(String(line)) as { pids: readonly number[] };
  // What left the group is not ended with it: there is no guardian here.
  undo.push(() => killed(pids[1]!));
  return { server, pids };
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function usageOf({ wire }: Server): ProcessUsage {
  return wire.usage!;
}

/** A clock whose timers run when the test says so. */
function heldClock() {
  const timers = new Map<() => void, number>();
  const clock: Clock = {
    ...realClock(),
    after(ms, run) {
      timers.set(run, ms);
      return () => void timers.delete(run);
    },
  };
  return { clock, timers };
}

describe('what a server uses', () => {
  // Before the look for survivors, which is further out.
  afterEach(() => {
    for (const each of undo.splice(0)) each();
  });

  it('is that of all its processes, of one that left its group too', async () => {
    const reader = readerOn(realClock());
    const { server } = await family(reader);
    expect(server.wire.usage).toBeUndefined();
    await reader.look();
    const usage = usageOf(server);
    expect(usage.processes).toBe(3);
    // Node.js has several; a `sleep` has one and three descriptors.
    expect(usage.threads).toBeGreaterThan(4);
    expect(usage.descriptors).toBeGreaterThan(8);
    const ofNode = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.wire.info.pid)])) * 1024;
    expect(usage.residentBytes).toBeGreaterThan(ofNode / 2);
    expect(usage.residentBytes).toBeLessThan(ofNode * 3);
    expect(Math.abs(usage.sampledAt - Date.now())).toBeLessThan(60_000);
    await server.wire.close();
  });

  it('counts the time of children that ended, and never falls', async () => {
    const reader = readerOn(realClock());
    const { server, pids } = await family(reader, 1_500);
    await reader.look();
    const first = usageOf(server);
    expect(first.cpuSeconds).toBeGreaterThan(1);
    killed(pids[0]!);
    for (let looks = 0; usageOf(server).processes === 3 && looks < 1_000; looks += 1) await reader.look();
    expect(usageOf(server).processes).toBe(2);
    expect(usageOf(server).cpuSeconds).toBeGreaterThanOrEqual(first.cpuSeconds);
  });

  it('includes what left the group when its parent ends', async () => {
    const reader = readerOn(realClock());
    const { server, pids } = await family(reader);
    await reader.look();
    await server.send('{}');
    await server.wire.closed;
    await reader.look();
    const usage = usageOf(server);
    expect(usage.processes).toBe(2);
    pids.forEach(killed);
  });

  it('is looked at while there are servers, and by one pass at a time', async () => {
    const { clock, timers } = heldClock();
    const reader = readerOn(clock);
    expect(timers.size).toBe(0);
    const first = reader.watch(process.pid);
    const second = reader.watch(1);
    expect([...timers.values()]).toEqual([1_000]);
    const looks = [reader.look(), reader.look()];
    expect(looks[0]).toBe(looks[1]);
    expect(timers.size).toBe(0);
    await looks[0];
    const [wait] = timers.values();
    expect(wait).toBeGreaterThanOrEqual(5_000);
    expect(wait).toBeGreaterThanOrEqual(reader.cost.busyMs * 200);
    expect(first.usage!.processes).toBeGreaterThanOrEqual(1);
    second.release();
    expect(timers.size).toBe(1);
    first.release();
    expect(timers.size).toBe(0);
    expect(lines).toEqual([]);
  });
});

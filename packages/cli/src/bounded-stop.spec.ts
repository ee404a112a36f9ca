import { describe, expect, it } from '@jest/globals';
import type { Clock, Log } from '@switchyard/plugin-api';
import { boundedStop, endSoon } from './bounded-stop.ts';

/** A clock whose waits are over when the test says so. */
function heldClock() {
  const waits: (() => void)[] = [];
  const clock: Clock = { now: () => 0, date: () => 0, after: (_ms, run) => (waits.push(run), () => {}) };
  return { clock, pass: () => waits.splice(0).forEach((run) => run()) };
}

function stopping(stop: () => Promise<void>) {
  const told: string[] = [];
  const keep = (message: string, fields?: unknown) =>
    void told.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  const [drain, rest] = [heldClock(), heldClock()];
  const exitCode = boundedStop({
    gateway: { stopWaitsFor: () => ['the server files'], log },
    stop,
    clock: drain.clock,
    realClock: rest.clock,
    kill: () => void told.push('killed'),
  });
  return { told, log, drain, rest, exitCode };
}

describe('a stop', () => {
  it('in order says nothing', async () => {
    const { told, exitCode } = stopping(() => Promise.resolve());
    expect([await exitCode, told]).toEqual([0, []]);
  });

  it('that fails is told of with every reason, however deep', async () => {
    const deep = new AggregateError([new Error('two'), 'three'], 'some');
    const { told, exitCode } = stopping(() => Promise.reject(new AggregateError([new Error('one'), deep])));
    expect(await exitCode).toBe(1);
    expect(told).toEqual([expect.stringMatching(/not cleanly: one; two; three .*SWY-E132/)]);
  });

  it('that hangs ends the servers by force after its time, and says what it waited for', async () => {
    const { told, exitCode, drain, rest } = stopping(() => new Promise(() => {}));
    rest.pass();
    drain.pass();
    expect(told).toEqual([]);
    rest.pass();
    expect(await exitCode).toBe(1);
    expect(told).toEqual([expect.stringMatching(/within 15 s: the server files .*SWY-E131/), 'killed']);
  });

  it('after which something still keeps the process ends it, and says what', async () => {
    const { told, log, rest } = stopping(() => Promise.resolve());
    const exited = new Promise<void>((exit) => {
      endSoon({
        process: { getActiveResourcesInfo: () => ['Timeout', 'Timeout'], exit: exit as () => never },
        log,
        written: () => Promise.resolve(),
        realClock: rest.clock,
        isInOrder: true,
      });
    });
    rest.pass();
    await exited;
    expect(told).toEqual([expect.stringContaining('{"left":["Timeout"]}')]);
  });
});

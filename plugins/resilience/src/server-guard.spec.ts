import { describe, expect, it } from '@jest/globals';
import { ownErrorOf } from '@switchyard/plugin-api';
import { guarded, LOST, refused, RESULT, TIMED_OUT } from './spec-resilience.ts';

/** Calls that fail one after another until the breaker opens. */
function outage(parts: ReturnType<typeof guarded>): void {
  for (let failure = 0; failure < 5; failure += 1) parts.ended(TIMED_OUT);
}
const phase = ({ guards }: ReturnType<typeof guarded>) => guards.of('a')?.state.phase;

describe('the breaker of a server', () => {
  it('refuses calls without sending them, and says when to come back', () => {
    const parts = guarded();
    outage(parts);
    const { outcomes } = parts.call();
    expect(parts.arrived).toHaveLength(5);
    expect(outcomes).toMatchObject([{ executed: 'no', from: 'gateway' }]);
    expect(ownErrorOf(outcomes[0]!)).toMatchObject({
      code: 'CIRCUIT_OPEN',
      message: 'calls to a are held back: 5 of the last 5 calls failed',
      retryAfterMs: 5_000,
    });
  });

  it('asks the server by itself, lets three calls through, and closes', async () => {
    const parts = guarded();
    outage(parts);
    await parts.advance(4_999);
    expect([parts.probes.length, phase(parts)]).toEqual([0, 'open']);
    await parts.advance(1);
    expect([parts.probes.length, phase(parts)]).toEqual([1, 'half_open']);
    const made = Array.from({ length: 5 }, () => parts.call());
    expect(made.map(({ outcomes }) => outcomes.length)).toEqual([0, 0, 0, 1, 1]);
    parts.arrived.slice(5).forEach(({ end }) => end(RESULT));
    expect(phase(parts)).toBe('closed');
    expect(parts.guards.of('a')?.counts.moves).toEqual({ closed: 1, open: 1, half_open: 1 });
    await parts.advance(10_000);
    expect(parts.timers.size).toBe(0);
  });

  it('goes on asking a server that does not answer, ever more rarely, and sends it no call', async () => {
    const parts = guarded();
    parts.answer(false);
    outage(parts);
    for (let second = 0; second < 200; second += 1) {
      await parts.advance(1_000);
      parts.call();
    }
    const [first = 0] = parts.probes;
    expect(parts.probes.map((at) => at - first)).toEqual([0, 10_000, 30_000, 70_000, 130_000, 190_000]);
    expect(parts.arrived).toHaveLength(5);
  });

  it('takes three calls that were cancelled for none', async () => {
    const parts = guarded();
    outage(parts);
    await parts.advance(5_000);
    for (let index = 0; index < 10; index += 1) parts.call().exchange.cancel('no more');
    expect(phase(parts)).toBe('half_open');
    expect(parts.arrived).toHaveLength(15);
  });

  it('asks nobody any more when its server is taken away, whatever its last call comes to', async () => {
    const parts = guarded({ breaker: { failures: 1, windowMs: 1_000, cooldownMs: 100 } });
    parts.call();
    parts.configure(undefined);
    parts.arrived.at(-1)?.end(TIMED_OUT);
    await parts.advance(10_000);
    expect([parts.probes, parts.timers.size]).toEqual([[], 0]);
  });

  it('hears 429 as an answer', () => {
    const parts = guarded();
    for (let index = 0; index < 10; index += 1) parts.ended(refused(429, 100_000));
    expect(phase(parts)).toBe('closed');
  });

  it('takes a crash with many calls under way for one failure', () => {
    const parts = guarded();
    const made = Array.from({ length: 64 }, () => parts.call());
    parts.arrived.forEach(({ end }) => end(LOST));
    expect(made.every(({ outcomes }) => outcomes.length === 1)).toBe(true);
    expect(phase(parts)).toBe('closed');
  });

  it('is told of at most once a second, and then as it is (F76)', async () => {
    const parts = guarded({ breaker: { failures: 1, windowMs: 1_000, cooldownMs: 1 } });
    let told = 0;
    parts.guards.changes$.subscribe(() => (told += 1));
    const startedAt = parts.clock.now();
    for (let round = 0; round < 200; round += 1) {
      for (let call = 0; call < 3; call += 1) parts.ended(RESULT);
      parts.ended(TIMED_OUT);
      await parts.advance(50);
    }
    const seconds = (parts.clock.now() - startedAt) / 1_000;
    const { open } = parts.guards.of('a')!.counts.moves;
    expect(open).toBeGreaterThan(5);
    expect(told).toBeLessThanOrEqual(seconds + 2);
    expect(parts.lines.length).toBeLessThanOrEqual(seconds + 2);
  });

  it('begins anew when it is reset, and when its entry changes', () => {
    const parts = guarded();
    outage(parts);
    parts.guards.of('a')?.reset();
    expect([phase(parts), parts.call().outcomes]).toEqual(['closed', []]);
    outage(parts);
    expect(phase(parts)).toBe('open');
    parts.configure({ timeoutMs: 1 });
    expect(phase(parts)).toBe('closed');
    outage(parts);
    parts.configure({ breaker: false });
    outage(parts);
    expect(parts.call().outcomes).toEqual([]);
    expect(parts.guards.of('a')?.aspect()).toBeUndefined();
  });

  it('leaves nothing behind of a server that is not configured any more', async () => {
    const parts = guarded();
    outage(parts);
    parts.configure(undefined);
    expect(parts.guards.all.size).toBe(0);
    expect(parts.call().outcomes).toEqual([]);
    await parts.advance(10_000);
    expect(parts.probes).toEqual([]);
  });
});

describe('what is shown of it', () => {
  it('is that it is closed, as long as it is', () => {
    const parts = guarded();
    parts.ended(TIMED_OUT);
    expect(parts.guards.of('a')?.aspect()).toMatchObject({
      condition: { type: 'breaker_closed', status: 'true', reason: 'Closed' },
      breaker: { phase: 'closed', failures: 1, threshold: 5, lastError: { code: 'SWY-E704' } },
    });
    expect(parts.guards.of('a')?.aspect()).not.toHaveProperty('problem');
  });

  it('is why it opened, since when, and when it asks', () => {
    const parts = guarded();
    outage(parts);
    const now = parts.clock.date();
    expect(parts.guards.of('a')?.aspect()).toMatchObject({
      condition: { status: 'false', reason: 'Open', since: now },
      problem: { code: 'SWY-E711', message: 'calls to a are held back: 5 of the last 5 calls failed' },
      breaker: { phase: 'open', failures: 5, openedAt: now, nextProbeAt: now + 5_000 },
    });
  });
});

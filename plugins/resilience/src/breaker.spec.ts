import { describe, expect, it } from '@jest/globals';
import { Breaker, LEAST_CALLS, LONGEST_OPEN_MS, STEADY_MS, TRIALS, type Verdict } from './breaker.ts';
import { MIDDLE } from './spec-resilience.ts';

const NUMBERS = { failures: 5, windowMs: 30_000, cooldownMs: 5_000 };

function opened(policy: ConstructorParameters<typeof Breaker>[0] = NUMBERS, random = MIDDLE) {
  const breaker = new Breaker(policy, random, 0);
  let now = 0;
  const call = (verdict: Verdict) => {
    const epoch = breaker.admit();
    if (epoch === undefined) return 'refused';
    breaker.told(epoch, verdict, now, (now += 1));
    return breaker.state.phase;
  };
  const calls = (count: number, verdict: Verdict) => {
    for (let index = 0; index < count; index += 1) call(verdict);
    return breaker.state.phase;
  };
  return {
    breaker,
    call,
    calls,
    pass: (ms: number) => (now += ms),
    now: () => now,
    /** Until the server is asked, which it answers or not. */
    probe(answers: boolean) {
      const { state } = breaker;
      if (state.phase !== 'open') throw new Error('it is not open');
      const wait = state.probeAt - now;
      now = state.probeAt;
      breaker.probed(answers, now);
      return wait;
    },
  };
}

describe('a breaker that is closed', () => {
  it('opens at the fifth failure in a row, and not before', () => {
    const { calls, call } = opened();
    expect(calls(4, 'failed')).toBe('closed');
    expect(call('failed')).toBe('open');
    expect(call('answered')).toBe('refused');
  });

  it('begins to count anew with each answer', () => {
    const { calls, call } = opened();
    for (let round = 0; round < 2; round += 1) {
      expect(calls(4, 'failed')).toBe('closed');
      expect(call('answered')).toBe('closed');
    }
    expect(calls(4, 'failed')).toBe('closed');
  });

  it('opens when half of at least 20 calls failed, whatever their order', () => {
    const { call } = opened();
    for (let pair = 0; pair < LEAST_CALLS / 2 - 1; pair += 1) {
      call('answered');
      expect(call('failed')).toBe('closed');
    }
    call('answered');
    expect(call('failed')).toBe('open');
  });

  it('stays closed while less than half of them fail', () => {
    const { call } = opened();
    for (let round = 0; round < 100; round += 1) {
      ['answered', 'failed', 'answered'].forEach((verdict) => call(verdict as Verdict));
    }
    expect(call('answered')).toBe('closed');
  });

  it('forgets what is older than the window', () => {
    const { breaker, call, pass } = opened();
    for (let pair = 0; pair < 9; pair += 1) {
      call('answered');
      call('failed');
    }
    pass(NUMBERS.windowMs + 3_000);
    for (let pair = 0; pair < 9; pair += 1) {
      call('answered');
      call('failed');
    }
    expect(breaker.state.phase).toBe('closed');
  });

  it('does not hear what says nothing of the server', () => {
    const { calls, call } = opened();
    expect(calls(4, 'failed')).toBe('closed');
    expect(calls(100, 'untold')).toBe('closed');
    expect(call('failed')).toBe('open');
  });

  it('takes the loss of many calls at one moment for one failure', () => {
    const { breaker } = opened();
    const epochs = Array.from({ length: 64 }, () => breaker.admit()!);
    epochs.forEach((epoch) => breaker.told(epoch, 'lost', 0, 10));
    expect([breaker.state.phase, breaker.streak]).toEqual(['closed', 1]);
    for (let loss = 1; loss < 5; loss += 1)
      breaker.told(breaker.admit()!, 'lost', 10 * loss + 1, 10 * loss + 5);
    expect(breaker.state.phase).toBe('open');
  });

  it('never opens where it is turned off', () => {
    const { calls } = opened(false);
    expect(calls(100, 'failed')).toBe('closed');
  });
});

describe('a breaker that is open', () => {
  it('is no better for what earlier calls come to', () => {
    const { breaker, calls, now } = opened();
    const epoch = breaker.admit()!;
    calls(5, 'failed');
    breaker.told(epoch, 'answered', 0, now());
    expect([breaker.state.phase, breaker.streak]).toEqual(['open', 5]);
  });

  it('waits twice as long for each probe that nobody answers, up to a minute', () => {
    const { calls, probe } = opened();
    calls(5, 'failed');
    const waits = Array.from({ length: 6 }, () => probe(false));
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, LONGEST_OPEN_MS, LONGEST_OPEN_MS]);
  });

  it('waits by chance half as long or half as long again', () => {
    for (const chance of [0, 0.999]) {
      const { calls, probe } = opened(NUMBERS, { next: () => chance });
      calls(5, 'failed');
      expect(probe(false)).toBeCloseTo(5_000 * (0.5 + chance));
    }
  });
});

describe('a breaker that is half open', () => {
  function tried() {
    const parts = opened();
    parts.calls(5, 'failed');
    parts.probe(true);
    return parts;
  }

  it('lets three calls through, and closes when all of them are answered', () => {
    const { breaker, now } = tried();
    const epochs = Array.from({ length: TRIALS }, () => breaker.admit()!);
    expect(breaker.admit()).toBeUndefined();
    const phases = epochs.map(
      (epoch) => (breaker.told(epoch, 'answered', now(), now()), breaker.state.phase),
    );
    expect(phases).toEqual(['half_open', 'half_open', 'closed']);
  });

  it('opens again at the first that fails, for twice as long', () => {
    const { call, probe } = tried();
    expect([call('answered'), call('failed'), call('answered')]).toEqual(['half_open', 'open', 'refused']);
    expect(probe(true)).toBe(10_000);
  });

  it('lets another call through for one that said nothing', () => {
    const { calls } = tried();
    expect(calls(10, 'untold')).toBe('half_open');
    expect(calls(TRIALS, 'answered')).toBe('closed');
  });
});

describe('a server that is well and ill in turn', () => {
  it('is left alone for longer each time (F76)', () => {
    const { calls, probe } = opened();
    const waits = Array.from({ length: 5 }, () => {
      calls(5, 'failed');
      const wait = probe(true);
      calls(5, 'answered');
      return wait;
    });
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000]);
  });

  it('is believed after a minute without', () => {
    const { calls, probe, pass } = opened();
    for (let round = 0; round < 3; round += 1) {
      calls(5, 'failed');
      probe(true);
      calls(5, 'answered');
    }
    pass(STEADY_MS);
    calls(5, 'failed');
    expect(probe(true)).toBe(5_000);
  });
});

describe('a breaker that is reset', () => {
  it('lets calls through at once, counts anew, and takes other numbers', () => {
    const { breaker, calls, call, now, probe } = opened();
    calls(5, 'failed');
    probe(false);
    expect(breaker.reset(now(), { ...NUMBERS, failures: 2, windowMs: 60_000 })).toBe(true);
    expect([call('failed'), call('failed')]).toEqual(['closed', 'open']);
    expect(probe(true)).toBe(5_000);
  });

  it('does not hear what calls from before come to', () => {
    const { breaker, now } = opened();
    const epochs = Array.from({ length: 10 }, () => breaker.admit()!);
    expect(breaker.reset(now())).toBe(false);
    epochs.forEach((epoch) => breaker.told(epoch, 'failed', now(), now()));
    expect([breaker.state.phase, breaker.streak]).toEqual(['closed', 0]);
  });
});

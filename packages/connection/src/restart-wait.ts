import type { Cause, Record, Wait } from './state.ts';
import { INTENSITY, type Timings } from './timings.ts';

const AT_ONCE: Wait = { ms: 0, slow: false };

/** The record of a server that has proved itself, or that somebody starts by hand. */
export function cleared(record: Record): Record {
  return { run: record.run, failures: 0, recent: [], slowWaits: 0 };
}

/** One more failed start or short run; enough of them in a short time are a crash loop, until the count is cleared. */
export function countFailure(record: Record, at: number, timings: Timings): Record {
  const recent = [...record.recent.filter((time) => at - time < timings.intensityWindow), at];
  const inCrashLoop = recent.length >= INTENSITY || record.slowWaits > 0;
  return {
    run: record.run,
    failures: record.failures + 1,
    recent: recent.slice(-INTENSITY),
    slowWaits: inCrashLoop ? record.slowWaits + 1 : 0,
  };
}

/** The wait after a run that was long enough: none, but for servers that are somewhere else. */
export function waitAfterHealthy(cause: Cause, chance: number, { remote, backoff }: Timings): Wait {
  return remote && cause.forgotten !== true ? { ms: Math.round(backoff * chance), slow: false } : AT_ONCE;
}

/** Doubling waits, spread by chance so that servers that fell together do not rise together. */
export function waitAfter(record: Record, chance: number, timings: Timings): Wait {
  if (record.slowWaits > 0) {
    const ms = timings.slow * 2 ** (record.slowWaits - 1) * (1 + 0.2 * chance);
    return { ms: Math.round(Math.min(timings.slowMax, ms)), slow: true };
  }
  const ms = Math.min(timings.backoffMax, timings.backoff * 2 ** (record.failures - 1));
  // Many gateways lost a remote server at one moment: they must not all come back at another.
  return { ms: Math.round(ms * (timings.remote ? chance : 0.8 + 0.4 * chance)), slow: false };
}

import type { Clock } from '@switchyard/plugin-api';

/** Real time, `scale` times as fast: a wait of 2 s takes 2 s / scale. */
export function realClock(scale = 1): Clock {
  const origin = performance.now();
  return {
    now: () => (performance.now() - origin) * scale,
    date: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms / scale).unref();
      return () => clearTimeout(timer);
    },
  };
}

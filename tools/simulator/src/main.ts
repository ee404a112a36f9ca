Error.stackTraceLimit = process.argv.includes('--stacks') ? 20 : 0;
import { failureOf, scenarioOf } from './worker.ts';

const [seed, count, steps] = process.argv.slice(2).map(Number) as [number, number, number];
const counts = new Map<string, number>();
const trace = process.argv.includes('--trace') ? (line: string) => console.log(line) : undefined;
process.on('unhandledRejection', (error) => console.log('UNHANDLED', error));
setImmediate(() => {
  const began = performance.now();
  let bad = 0;
  let calls = 0;
  let at = seed;
  const next = () => {
    if (at >= seed + count) {
      const ms = performance.now() - began;
      const { user, system } = process.cpuUsage();
      console.log(`cpu ${((user + system) / 1000 / count).toFixed(2)} ms a seed`);
      console.log(
        `${count} seeds, ${bad} broken, ${calls} calls, ${Math.round(ms)} ms, ${(ms / count).toFixed(2)} ms a seed`,
      );
      if (process.argv.includes('--counts'))
        console.log(
          [...counts]
            .sort((a, b) => b[1] - a[1])
            .map(([k, v]) => `${k} ${v}`)
            .join('\n'),
        );
      return;
    }
    const { failure, kept } = failureOf(scenarioOf(at, steps), { counts, ...(trace && { trace }) });
    calls += kept?.calls ?? 0;
    if (failure) {
      bad += 1;
      if (bad < 20) console.log(at, JSON.stringify(failure).slice(0, 600));
    }
    at += 1;
    setImmediate(next);
  };
  next();
});

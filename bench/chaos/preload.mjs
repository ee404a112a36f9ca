/*
 * Loaded into a gateway before itself (`node --expose-gc --import`): at SIGUSR2 it collects garbage and writes what is
 * left to the file that BENCH_SAMPLES names, a line of JSON each time.
 */
import { appendFileSync } from 'node:fs';

/** All of them, also those that keep no process: `getActiveResourcesInfo` knows only the others. */
const timers = new Set();
for (const [set, clear, isOnce] of [
  ['setTimeout', 'clearTimeout', true],
  ['setInterval', 'clearInterval', false],
]) {
  const [begin, end] = [globalThis[set], globalThis[clear]];
  const counted = (run, ms, ...rest) => {
    const timer = begin(
      (...given) => {
        if (isOnce) timers.delete(timer);
        run(...given);
      },
      ms,
      ...rest,
    );
    timers.add(timer);
    return timer;
  };
  globalThis[set] = Object.defineProperties(counted, Object.getOwnPropertyDescriptors(begin));
  globalThis[clear] = (timer) => {
    timers.delete(timer);
    end(timer);
  };
}

process.on('SIGUSR2', () => {
  globalThis.gc();
  // What finalizers let go is collected the second time.
  setImmediate(() => {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    const resources = {};
    for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
    delete resources.Timeout;
    const handles = Object.values(resources).reduce((sum, count) => sum + count, 0);
    const held = { timers: timers.size, handles, listeners: listeners() };
    const line = JSON.stringify({ heapUsed, external, rss, resources, ...held });
    appendFileSync(process.env.BENCH_SAMPLES, `${line}\n`);
  });
});

/** On the process itself, and on every handle that is open: there is no documented way to them. */
function listeners() {
  const emitters = [process, ...(process._getActiveHandles?.() ?? [])];
  return emitters.reduce((total, emitter) => total + listenersOf(emitter), 0);
}

function listenersOf(emitter) {
  const names = emitter.eventNames?.() ?? [];
  return names.reduce((total, name) => total + emitter.listenerCount(name), 0);
}

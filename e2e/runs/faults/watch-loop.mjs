/* `node --import watch-loop.mjs`: at each SIGUSR2, writes down the longest delay of the event loop since the last one. */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const monitor = monitorEventLoopDelay({ resolution: 5 });

process.on('SIGUSR2', () => {
  monitor.disable();
  appendFileSync(process.env.LOOP_DELAY_FILE, `${process.pid} ${monitor.max / 1e6}\n`);
  monitor.reset();
  monitor.enable();
});

import { cpuMs, peakMb, resetPeak } from './proc.mjs';

/** Runs one load against one variant: once in a round. Session and connections are open before the clock runs. */
export async function measure(load, { target, pid, names }, { ask, ...shape }) {
  await load.open(target, shape.lanes);
  try {
    if (pid !== undefined) resetPeak(pid);
    const cpuBefore = pid === undefined ? 0 : cpuMs(pid);
    const { calls, elapsedMs, p50, p99, faults, firstFault, generatorCpuMs } = await load.run({
      ask,
      names,
      load: shape,
    });
    if (faults > 0) throw new Error(`${faults} of ${faults + calls} answers were wrong: ${firstFault}`);
    return {
      rate: (calls * 1_000) / elapsedMs,
      p50,
      p99,
      // Who has no process in between has no figures of one.
      ...(pid !== undefined && { cpu: (cpuMs(pid) - cpuBefore) / calls, rss: peakMb(pid) }),
      generatorCpu: generatorCpuMs / calls,
      calls,
    };
  } finally {
    await load.close();
  }
}

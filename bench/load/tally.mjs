import { endsOf } from './message-text.mjs';
import { faultOf } from './requests.mjs';

/** Counts what came back and how long it took. */
export function createTally(request) {
  const latencies = [];
  let faults = 0;
  let firstFault;
  return {
    add(id, answer, ms) {
      const fault = faultOf(request, answer, answer.failed === undefined ? endsOf(answer) : '', id);
      if (fault === undefined) latencies.push(ms);
      else {
        faults += 1;
        firstFault ??= fault;
      }
      return fault === undefined;
    },
    total: () => latencies.length + faults,
    result(elapsedMs) {
      const sorted = Float64Array.from(latencies).sort();
      const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
      return { calls: sorted.length, elapsedMs, p50: at(0.5), p99: at(0.99), faults, firstFault };
    },
  };
}

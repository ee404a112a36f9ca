import { readFileSync, writeFileSync } from 'node:fs';

/** Ticks a second of /proc/<pid>/stat (proc(5)); every Linux that Node runs on has 100. */
const TICKS = 100;

/** Processor time that a process has used, in milliseconds, without its children. */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
}

/** What is resident now, in kilobytes. */
export function residentKb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? Number.NaN);
}

/** Forgets the peak of resident memory so far. */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory that was resident since the last reset, in megabytes. */
export function peakMb(pid) {
  const kb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(kb?.[1] ?? Number.NaN) / 1_024;
}

/** One process as /proc/<pid>/stat shows it (proc_pid_stat(5)). Times are in clock ticks, memory in pages. */
export interface ProcessStat {
  readonly pid: number;
  /** It ended, and nobody has waited for it yet: it holds nothing but its times. */
  readonly isZombie: boolean;
  readonly parent: number;
  readonly group: number;
  /** Of user and system. */
  readonly ownTicks: number;
  /** Of its children that ended and were waited for, and of theirs. */
  readonly childTicks: number;
  readonly threads: number;
  /** In ticks since the machine started: a number that was given anew has another one. */
  readonly startedAt: number;
  readonly residentPages: number;
}

/** Reads one line of /proc/<pid>/stat; undefined if it is none. */
export function parseStat(pid: number, text: string): ProcessStat | undefined {
  // "pid (name) state ppid pgrp …": the name may hold anything, parentheses and spaces included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0]!;
  if (fields.length < 22 || state === '') return undefined;
  return {
    pid,
    isZombie: state === 'Z' || state === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    ownTicks: Number(fields[11]) + Number(fields[12]),
    childTicks: Number(fields[13]) + Number(fields[14]),
    threads: Number(fields[17]),
    startedAt: Number(fields[19]),
    residentPages: Number(fields[21]),
  };
}

/** Whether two readings are of one process, and not of two that had the same number. */
export function isSameProcess(one: ProcessStat, other: ProcessStat | undefined): boolean {
  return one.startedAt === other?.startedAt;
}

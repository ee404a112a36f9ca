/** What is asked how often at once. `tools` is which servers stand behind: two tools to call, or 10,000 to list. */
export const CASES = [
  { name: 'small-1', title: 'small calls, 1 at a time', tools: 'few', ask: 'echo', lanes: 1 },
  { name: 'small-32', title: 'small calls, 32 at a time', tools: 'few', ask: 'echo', lanes: 32 },
  { name: 'big-1', title: 'results of 1 MB, 1 at a time', tools: 'few', ask: 'big', lanes: 1 },
  { name: 'big-32', title: 'results of 1 MB, 32 at a time', tools: 'few', ask: 'big', lanes: 32 },
  { name: 'list', title: 'tools/list of 10,000 tools', tools: 'many', ask: 'list', lanes: 1 },
];

/** Cases of another shape. */
export const OPEN_LOOP = 'open-loop';
export const START = 'start';
export const OBSERVED = 'observed';

/**
 * How much of everything: five rounds, about ten minutes; or two, about one. Node compiles what is called some
 * thousands of times, which a slow proxy reaches in seconds: without that long a warm-up, its start is what is measured.
 */
export const FULL = {
  rounds: 5,
  ms: 800,
  warm: { echo: { ms: 2_000, atLeast: 5_000, maxMs: 12_000 }, big: { ms: 1_000 }, list: { ms: 1_000 } },
  openLoopMs: 2_000,
  watchedMs: 4_000,
  startRounds: 3,
  startCounts: [10, 50],
};
export const QUICK = {
  rounds: 2,
  ms: 150,
  warm: { echo: { ms: 500 }, big: { ms: 150 }, list: { ms: 150 } },
  openLoopMs: 500,
  watchedMs: 500,
  startRounds: 1,
  startCounts: [10],
};

/** Tools that are listed, in all. */
export const MANY = 10_000;

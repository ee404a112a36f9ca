import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('preload.mjs', import.meta.url));
const POLL_MS = 20;
const LONGEST_MS = 20_000;
const MB = 1_048_576;

/** How a gateway is started of which samples are to be taken: options of `openGateway`. */
export function sampled(folder) {
  const file = path.join(folder, 'samples');
  return { node: ['--expose-gc', '--import', PRELOAD], env: { BENCH_SAMPLES: file } };
}

/** What the gateway holds when its garbage is collected. It must have been started with the options of `sampled`. */
export function samplerOf(pid, folder) {
  const file = path.join(folder, 'samples');
  let taken = 0;
  return async () => {
    process.kill(pid, 'SIGUSR2');
    taken += 1;
    const until = performance.now() + LONGEST_MS;
    for (;;) {
      const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
      if (lines.length >= taken) return sampleOf(pid, JSON.parse(lines.at(-1)));
      if (performance.now() > until) throw new Error('the gateway gives no sample');
      await sleep(POLL_MS);
    }
  };
}

function sampleOf(pid, { heapUsed, external, rss, ...held }) {
  return {
    at: performance.now(),
    heapMb: (heapUsed + external) / MB,
    rssMb: rss / MB,
    ...descriptorsOf(pid),
    children: childrenOf(pid),
    ...held,
  };
}

/** How many, and of what kinds; without the files of /proc that it may be reading just now. */
function descriptorsOf(pid) {
  const kinds = {};
  let descriptors = 0;
  for (const each of readdirSync(`/proc/${pid}/fd`)) {
    const [kind] = targetOf(`/proc/${pid}/fd/${each}`).split(/:\[?\d/);
    if (kind.startsWith('/proc/')) continue;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    descriptors += 1;
  }
  return { descriptors, kinds };
}

function targetOf(link) {
  try {
    return readlinkSync(link);
  } catch {
    return 'closed meanwhile';
  }
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).reduce((total, task) => {
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim();
    return total + (children === '' ? 0 : children.split(' ').length);
  }, 0);
}

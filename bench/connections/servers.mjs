import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lightServer } from '@switchyard/testing';
import { BENCH_RUN } from '../lib/processes.mjs';

const require = createRequire(import.meta.url);
const LIGHT_NODE = fileURLToPath(new URL('../fixtures/upstream-stdio.mjs', import.meta.url));
const MEMORY = path.join(
  path.dirname(require.resolve('@modelcontextprotocol/server-memory/package.json')),
  'dist/index.js',
);

/** Little more than Node. */
export const nodeServer = () => ({ command: process.execPath, args: [LIGHT_NODE], env: { BENCH_RUN } });

/** One that people use, as it is installed. */
export const memoryServer = (folder, index) => ({
  command: process.execPath,
  args: [MEMORY],
  env: { BENCH_RUN, MEMORY_FILE_PATH: path.join(folder, `memory-${index}.json`) },
});

/** No Node at all: for large counts, where a process of 40 MB would measure Node. */
export const sedServer = () => ({ ...lightServer(), env: { BENCH_RUN } });

/** `s0`, `s1`, … as a configuration has them. */
export function named(count, make) {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, make(index)]));
}

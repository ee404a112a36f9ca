import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../variants/ours.mjs';
import { listTools } from './ask.mjs';
import { BENCH_RUN, lineOf, start, within } from './processes.mjs';
import { median } from './statistics.mjs';

const LONGEST_MS = 60_000;
const ASK_DIRECTLY = fileURLToPath(new URL('../fixtures/ask-directly.mjs', import.meta.url));
const LIGHT = fileURLToPath(new URL('../fixtures/upstream-stdio.mjs', import.meta.url));
const require = createRequire(import.meta.url);
const MEMORY = path.join(
  path.dirname(require.resolve('@modelcontextprotocol/server-memory/package.json')),
  'dist/index.js',
);

/** What is started: the bench's own server, which is little more than Node, and one that people use. */
const SERVERS = [
  { kind: 'light', title: 'light servers', script: LIGHT },
  { kind: 'memory', title: 'server-memory', script: MEMORY },
];

/**
 * From the start of a process until the tools of all its servers are listed: Switchyard with a new state directory and
 * a client that connects at once, against a program that starts the servers in parallel and asks them itself.
 * @returns a list of { kind, title, count, direct, switchyard }, in milliseconds
 */
export async function startTimes({ startRounds, startCounts }, folder, tell) {
  const table = [];
  for (const { kind, title, script } of SERVERS) {
    for (const count of startCounts) {
      // Fifty real servers are fifty times half a second of processor time: that would measure the machine.
      if (kind !== 'light' && count > 10) continue;
      tell(`  ${count} ${title}`);
      const servers = Array.from({ length: count }, (_, index) => ({
        command: process.execPath,
        args: [script],
        env: { BENCH_RUN, MEMORY_FILE_PATH: path.join(folder, `memory-${index}.json`) },
      }));
      const times = { direct: [], switchyard: [] };
      // Not timed: who starts first would read the files from the disk for the other.
      const { listed: tools } = await directly(servers);
      for (let round = 0; round < startRounds; round++) {
        const ways = [
          async () => times.direct.push((await directly(servers)).ms),
          async () => times.switchyard.push(await throughSwitchyard(servers, folder, tools)),
        ];
        for (const way of round % 2 === 0 ? ways : ways.reverse()) await way();
      }
      table.push({ kind, title, count, direct: median(times.direct), switchyard: median(times.switchyard) });
    }
  }
  return table;
}

async function directly(servers) {
  const startedAt = performance.now();
  const process = start(globalThis.process.execPath, [ASK_DIRECTLY, JSON.stringify(servers)]);
  const { tools } = await lineOf(process, (line) => line.tools !== undefined);
  const ms = performance.now() - startedAt;
  await process.stop();
  return { ms, listed: tools };
}

async function throughSwitchyard(servers, folder, tools) {
  const startedAt = performance.now();
  const process = await serve(servers, folder);
  try {
    const { mcp } = await lineOf(process, ({ event }) => event === 'listening');
    const target = { dialect: 'http', url: mcp };
    const listed = async () => {
      // The first answer waits for servers that are starting; more are asked for only if it came too early.
      while ((await listTools(target)).tools.length < tools);
      return performance.now() - startedAt;
    };
    return await within(LONGEST_MS, `list of ${tools} tools`, listed());
  } finally {
    await process.stop();
  }
}

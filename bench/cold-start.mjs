/*
 * `node bench/cold-start.mjs [--starts 20]`: from the start of the process until /readyz says yes, without any server and
 * with a new state directory each time, beside the start of Node with nothing to do, in turns. Prints one line of JSON, and
 * one for people on stderr; keeps a whole run for the scorecard. Leaves no process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { keep } from './chaos/kept.mjs';
import { openGateway } from './connections/gateway.mjs';
import { ownFolder } from './lib/own-folder.mjs';
import { median } from './lib/statistics.mjs';

const WHOLE_STARTS = 20;

const { values } = parseArgs({ options: { starts: { type: 'string', default: String(WHOLE_STARTS) } } });
const count = Number(values.starts);
const { folder, leaveNothing } = ownFolder('cold-start');
try {
  const times = { node: [], listening: [], ready: [] };
  // Not timed: who starts first reads the files from the disk for the others.
  await coldStart();
  for (let round = 0; round < count; round += 1) {
    times.node.push(await bareNode());
    const { listeningMs, readyMs } = await coldStart();
    times.listening.push(listeningMs);
    times.ready.push(readyMs);
  }
  const of = (all) => ({ median: median(all), most: Math.max(...all) });
  const result = {
    starts: count,
    node: of(times.node),
    listening: of(times.listening),
    ready: of(times.ready),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.stderr.write(
    `  ready after ${Math.round(result.ready.median)} ms (${Math.round(result.ready.most)} at most), Node alone ${Math.round(result.node.median)} ms\n`,
  );
  if (count >= WHOLE_STARTS) await keep('cold-start', `node bench/cold-start.mjs --starts ${count}`, result);
} finally {
  leaveNothing();
}

async function coldStart() {
  const gateway = await openGateway({ mcpServers: {} }, folder);
  const readyz = new URL('/readyz', gateway.target.url);
  while ((await fetch(readyz)).status !== 200);
  const readyMs = performance.now() - gateway.startedAt;
  await gateway.stop();
  return { listeningMs: gateway.listeningAfterMs, readyMs };
}

async function bareNode() {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - startedAt;
}

import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sampled, samplerOf } from '../chaos/gateway-samples.mjs';
import { lineOf, start } from '../lib/processes.mjs';
import { median } from '../lib/statistics.mjs';
import { fitted } from './fitted.mjs';
import { openGateway } from './gateway.mjs';

const FAKES = fileURLToPath(new URL('../fixtures/upstream-http.mjs', import.meta.url));
/** Memory is read when nothing moves any more. */
const QUIET_MS = 8_000;

/**
 * What each server at a URL costs the gateway: how soon all of them are ready, and resident memory over their number when its
 * garbage is collected.
 * All of them live in one process, each on a port of its own.
 */
export async function manyUrls({ counts, rounds }, folder, tell) {
  const fakes = start(process.execPath, [FAKES], { env: { SERVERS: String(Math.max(...counts)) } });
  try {
    const { urls } = await lineOf(fakes, (line) => line.urls !== undefined);
    const rows = [];
    for (const count of counts) {
      const taken = [];
      for (let round = 0; round < rounds; round++) taken.push(await oneGateway(urls.slice(0, count), folder));
      const row = (field) => median(taken.map((each) => each[field]));
      rows.push({ count, readyMs: row('readyMs'), rssKb: row('rssKb') });
      tell(`  ${count} servers at URLs: ready after ${Math.round(rows.at(-1).readyMs)} ms`);
    }
    const { slope, r2 } = fitted(rows.map(({ count, rssKb }) => [count, rssKb]));
    const { count, readyMs } = rows.at(-1);
    return { rows, count, readyMs, kbEach: slope, r2 };
  } finally {
    await fakes.stop();
  }
}

async function oneGateway(urls, folder) {
  const mcpServers = Object.fromEntries(urls.map((url, index) => [`s${index}`, { url }]));
  const parent = await mkdtemp(path.join(folder, 'urls-'));
  const limits = { maxConnections: 2_000 };
  const gateway = await openGateway({ limits, mcpServers }, parent, sampled(parent));
  try {
    const readyMs = (await gateway.ready(Object.keys(mcpServers))) - gateway.startedAt;
    await sleep(QUIET_MS);
    const { rssMb } = await samplerOf(gateway.pid, parent)();
    return { readyMs, rssKb: rssMb * 1_024 };
  } finally {
    await gateway.stop();
  }
}

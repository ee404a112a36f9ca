import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, residentKb } from '../lib/proc.mjs';
import { median } from '../lib/statistics.mjs';
import { openGateway } from './gateway.mjs';
import { fitted } from './fitted.mjs';
import { named, sedServer } from './servers.mjs';

/** Memory is read when nothing moves any more: what the start left is collected by then. */
const QUIET_MS = 6_000;
const IDLE_MS = 5_000;

/**
 * What each server on stdio costs the gateway: how soon all of them are ready, resident memory and descriptors over the
 * number of servers, and the processor time of doing nothing. The servers are no Node processes: 200 of those are 8 GB.
 */
export async function manyServers({ counts, rounds }, folder, tell) {
  const rows = [];
  for (const count of counts) {
    const taken = [];
    for (let round = 0; round < rounds; round++) {
      taken.push(await oneGateway(count, folder));
      tell(`  ${count} servers: ready after ${Math.round(taken.at(-1).readyMs)} ms`);
    }
    rows.push({
      count,
      readyMs: median(taken.map(({ readyMs }) => readyMs)),
      rssKb: median(taken.map(({ rssKb }) => rssKb)),
      descriptors: median(taken.map(({ descriptors }) => descriptors)),
      idleCpu: median(taken.map(({ idleCpu }) => idleCpu)),
    });
  }
  const line = (field) => fitted(rows.map((row) => [row.count, row[field]]));
  return { rows, memory: line('rssKb'), descriptors: line('descriptors') };
}

async function oneGateway(count, folder) {
  const servers = named(count, sedServer);
  const gateway = await openGateway({ limits: { maxProcesses: 1_000 }, mcpServers: servers }, folder);
  try {
    const readyMs = (await gateway.ready(Object.keys(servers))) - gateway.startedAt;
    await sleep(QUIET_MS);
    const before = cpuMs(gateway.pid);
    await sleep(IDLE_MS);
    return {
      readyMs,
      idleCpu: (cpuMs(gateway.pid) - before) / IDLE_MS,
      rssKb: residentKb(gateway.pid),
      descriptors: readdirSync(`/proc/${gateway.pid}/fd`).length,
    };
  } finally {
    await gateway.stop();
  }
}

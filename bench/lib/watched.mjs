import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../variants/ours.mjs';
import { untilListed } from './ask.mjs';
import { measure } from './measure.mjs';
import { BENCH_RUN, lineOf, start } from './processes.mjs';
import { median, medians } from './statistics.mjs';

const WATCHERS = fileURLToPath(new URL('../load/watchers.mjs', import.meta.url));
const LIGHT = fileURLToPath(new URL('../fixtures/upstream-stdio.mjs', import.meta.url));
const LANES = 64;
/** How often the server beside is started anew, so that there are events to follow: watched or not. */
const RESTART_EVERY_MS = 500;

/**
 * The same arrivals, half of what saturates the gateway, with nobody watching and with fifty subscribers, scrapes and
 * queries. A second server is restarted all the time in both, which is what the subscribers hear of.
 * @returns { rate, plain, watched, did }: medians of the rounds, and what the watchers did in all
 */
export async function watched({ load, scale, folder, tell }) {
  const server = { command: process.execPath, args: [LIGHT], env: { BENCH_RUN } };
  const gateway = await serve([server, server], folder);
  try {
    const { mcp } = await lineOf(gateway, ({ event }) => event === 'listening');
    const target = { dialect: 'http', url: mcp };
    await untilListed(target, 4, 30_000);
    const admin = await adminOf(gateway.stateDir);
    const variant = { target, pid: gateway.pid, names: ['s0__echo'] };
    await measure(load, variant, { ask: 'echo', lanes: 32, ...scale.warm.echo });
    const { rate: saturation } = await measure(load, variant, { ask: 'echo', lanes: 32, ms: scale.ms });
    const shape = { ask: 'echo', lanes: LANES, ms: scale.openLoopMs, rate: saturation / 2 };
    const restarts = setInterval(() => void restart(admin).catch(() => undefined), RESTART_EVERY_MS);
    const rounds = { plain: [], watched: [] };
    const did = { events: 0, scrapes: 0, queries: 0, failed: 0 };
    try {
      for (let round = 0; round < scale.rounds; round++) {
        const ways = [
          async () => rounds.plain.push(await measure(load, variant, shape)),
          async () =>
            rounds.watched.push(await whileWatched(admin, did, () => measure(load, variant, shape))),
        ];
        for (const way of round % 2 === 0 ? ways : ways.reverse()) await way();
      }
    } finally {
      clearInterval(restarts);
    }
    tell(`    ${JSON.stringify(did)}`);
    // Of each round its own difference: what the machine did beside meets both halves of one.
    const more = median(rounds.watched.map(({ p99 }, round) => p99 - rounds.plain[round].p99));
    return { rate: shape.rate, plain: medians(rounds.plain), watched: medians(rounds.watched), more, did };
  } finally {
    await gateway.stop();
  }
}

async function whileWatched({ url, token }, did, run) {
  const watchers = start(process.execPath, [WATCHERS, url, token]);
  await lineOf(watchers, ({ watching }) => watching !== undefined);
  const over = lineOf(watchers, (line) => line.did !== undefined);
  try {
    return await run();
  } finally {
    watchers.endInput();
    const said = await over;
    for (const [what, count] of Object.entries(said.did)) did[what] += count;
    await watchers.stop();
  }
}

async function adminOf(stateDir) {
  const { admin } = JSON.parse(await readFile(path.join(stateDir, 'instance.json'), 'utf8'));
  return { url: admin, token: (await readFile(path.join(stateDir, 'admin-token'), 'utf8')).trim() };
}

async function restart({ url, token }) {
  await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation { restartServer(input: { server: "s1" }) { userErrors { code } } }',
    }),
  }).then((response) => response.text());
}

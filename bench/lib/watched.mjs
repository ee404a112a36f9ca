import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../variants/ours.mjs';
import { untilListed } from './ask.mjs';
import { measure } from './measure.mjs';
import { BENCH_RUN, lineOf, start } from './processes.mjs';
import { median, medians } from './statistics.mjs';

const WATCHERS = fileURLToPath(new URL('../load/watchers.mjs', import.meta.url));
const MEMORY = fileURLToPath(new URL('../fixtures/memory-echo.mjs', import.meta.url));
const LIGHT = fileURLToPath(new URL('../fixtures/upstream-stdio.mjs', import.meta.url));
/** The server that is restarted lives in the gateway: a process would cost more to start than all who hear of it. */
const BESIDE = { transport: 'memory', options: { module: MEMORY } };
const LANES = 64;
/** How often the server beside is started anew, so that there are events to follow: watched or not. */
const RESTART_EVERY_MS = 500;

/**
 * The same arrivals, half of what saturates the gateway: with nobody watching; with fifty subscribers, scrapes and queries
 * at another gateway, which is what their own processor time does to two cores; and with all of them at this one. A
 * second server is restarted all the time, which is what the subscribers hear of.
 * @returns { rate, plain, beside, watched, more, moreThanBeside, did }: medians of the rounds and of their differences,
 * and what the watchers did in all
 */
export async function watched({ load, scale, folder, tell }) {
  const server = { command: process.execPath, args: [LIGHT], env: { BENCH_RUN } };
  const gateway = await serve([server, BESIDE], folder);
  const other = await serve([server, BESIDE], folder);
  try {
    const [{ mcp }] = await Promise.all([gateway, other].map(listening));
    const target = { dialect: 'http', url: mcp };
    await untilListed(target, 3, 30_000);
    const [admin, otherAdmin] = await Promise.all([gateway, other].map(({ stateDir }) => adminOf(stateDir)));
    // Untimed: GraphQL is loaded, and everything is compiled.
    for (const each of [admin, otherAdmin]) await restart(each);
    const variant = { target, pid: gateway.pid, names: ['s0__echo'] };
    await measure(load, variant, { ask: 'echo', lanes: 32, ...scale.warm.echo });
    const { rate: saturation } = await measure(load, variant, { ask: 'echo', lanes: 32, ms: scale.ms });
    const shape = { ask: 'echo', lanes: LANES, ms: scale.watchedMs, rate: saturation / 2 };
    const run = () => measure(load, variant, shape);
    const restarts = setInterval(() => {
      for (const each of [admin, otherAdmin]) restart(each).catch(() => undefined);
    }, RESTART_EVERY_MS);
    const rounds = { plain: [], beside: [], watched: [] };
    const did = { events: 0, scrapes: 0, queries: 0, failed: 0 };
    try {
      for (let round = 0; round < scale.rounds; round++) {
        const ways = [
          async () => rounds.plain.push(await run()),
          async () => rounds.beside.push(await whileWatched(otherAdmin, {}, run)),
          async () => rounds.watched.push(await whileWatched(admin, did, run)),
        ];
        for (const way of round % 2 === 0 ? ways : ways.reverse()) await way();
      }
    } finally {
      clearInterval(restarts);
    }
    tell(`    ${JSON.stringify(did)}`);
    // Of each round its own difference: what the machine did beside meets all parts of one.
    const over = (name) => median(rounds.watched.map(({ p99 }, round) => p99 - rounds[name][round].p99));
    return {
      rate: shape.rate,
      ...Object.fromEntries(Object.entries(rounds).map(([name, measured]) => [name, medians(measured)])),
      more: over('plain'),
      moreThanBeside: over('beside'),
      did,
    };
  } finally {
    await Promise.all([gateway, other].map(({ stop }) => stop()));
  }
}

const listening = (gateway) => lineOf(gateway, ({ event }) => event === 'listening');

async function whileWatched({ url, token }, did, run) {
  const watchers = start(process.execPath, [WATCHERS, url, token]);
  await lineOf(watchers, ({ watching }) => watching !== undefined);
  const over = lineOf(watchers, (line) => line.did !== undefined);
  try {
    return await run();
  } finally {
    watchers.endInput();
    const said = await over;
    for (const [what, count] of Object.entries(said.did)) did[what] = (did[what] ?? 0) + count;
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

import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '@switchyard/testing';
import { openLink } from '../load/open-link.mjs';
import { endsOf } from '../load/message-text.mjs';
import { median } from '../lib/statistics.mjs';
import { bareStartMs, openGateway } from './gateway.mjs';
import { named, nodeServer } from './servers.mjs';

const SERVERS = 10;
/** Between two kills of one server, in milliseconds: 60 ± 15 s. */
const EVERY = { least: 45_000, most: 75_000 };
/** A run that lasted so long is a healthy one (docs/architecture.md, restarts), and a little more. */
const HEALTHY_MS = 12_000;
/** A call each so many milliseconds, to the servers in turn. */
const CALL_MS = 50;

/**
 * Every server is killed about once a minute, at seeded moments, while calls go on: how much of the time they are
 * connected, for all causes and for what the gateway adds to a bare start, and whether every second that one was not
 * ready has a kill before it and a cause in its history.
 */
export async function uptime({ minutes, seed }, folder, tell) {
  const bare = [];
  for (let round = 0; round < 20; round++) bare.push(await bareStartMs(nodeServer()));
  const servers = named(SERVERS, nodeServer);
  const names = Object.keys(servers);
  const gateway = await openGateway({ mcpServers: servers }, folder);
  try {
    await gateway.ready(names);
    const begin = Date.now();
    const end = begin + minutes * 60_000;
    const calls = callOn(gateway.target, names, end);
    const kills = (
      await Promise.all(names.map((name, index) => killOn(gateway, name, randomOf(seed + index), end)))
    ).flat();
    const answered = await calls;
    await sleep(2_000);
    const status = await gateway.status();
    const bareMs = median(bare);
    const parts = names.map((name) =>
      outages(status.servers.find((server) => server.name === name).transitions, begin, end),
    );
    const gone = parts.flat();
    tell(`  ${kills.length} kills, ${gone.length} outages, ${answered.calls} calls`);
    return {
      ...account({ gone, kills, begin, end, bareMs }),
      ...answered,
      ledger: status.ledger,
      seed,
      minutes,
    };
  } finally {
    await gateway.stop();
  }
}

/** Kills one server again and again; the moments of it. */
async function killOn(gateway, name, random, end) {
  const kills = [];
  for (;;) {
    // The first ones spread, so that they do not come together; none before its run is a healthy one, which alone is
    // started again at once.
    const least = kills.length === 0 ? HEALTHY_MS : EVERY.least;
    const ms = least + random() * (EVERY.most - least);
    if (Date.now() + ms > end - 5_000) {
      await sleep(Math.max(0, end - Date.now()));
      return kills;
    }
    await sleep(ms);
    const { servers } = await gateway.status();
    const { pid } = servers.find((server) => server.name === name);
    process.kill(pid, 'SIGKILL');
    kills.push({ name, at: Date.now() });
  }
}

/** The times in which a server was not ready, by its own history. */
function outages(transitions, begin, end) {
  const found = [];
  let open;
  for (const { to, from, at, cause, code } of transitions) {
    if (at < begin) continue;
    if (from === 'ready' && to !== 'ready') open = { from: at, cause, code };
    else if (to === 'ready' && open !== undefined) {
      found.push({ ...open, to: at });
      open = undefined;
    }
  }
  if (open !== undefined) found.push({ ...open, to: end });
  return found;
}

function account({ gone, kills, begin, end, bareMs }) {
  const wanted = SERVERS * (end - begin);
  const lost = gone.reduce((sum, { from, to }) => sum + to - from, 0);
  const added = gone.reduce((sum, { from, to }) => sum + Math.max(0, to - from - bareMs), 0);
  const isExplained = ({ from, cause }) =>
    cause !== undefined && kills.some(({ at }) => from >= at - 50 && from <= at + 2_000);
  const lengths = gone.map(({ from, to }) => to - from).sort((a, b) => a - b);
  return {
    kills: kills.length,
    outages: gone.length,
    unexplained: gone.filter((outage) => !isExplained(outage)).length,
    connected: 1 - lost / wanted,
    ofTheGateway: 1 - added / wanted,
    bareMs,
    outageP50: median(lengths),
    outageMost: lengths.at(-1),
  };
}

/** One call after the other is begun, whatever became of the one before; what they were answered. */
async function callOn(target, names, end) {
  const lanes = 32;
  const link = await openLink(target, lanes);
  const free = Array.from({ length: lanes }, (_, lane) => lane);
  const tally = { calls: 0, answers: 0, results: 0, unknown: 0, refused: 0, busy: 0 };
  let id = 1_000_000;
  while (Date.now() < end) {
    await sleep(CALL_MS);
    const lane = free.pop();
    if (lane === undefined) {
      tally.busy += 1;
      continue;
    }
    id += 1;
    tally.calls += 1;
    const name = `${names[id % names.length]}__echo`;
    const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}","arguments":{"nonce":"nonce-${id}"}}}`;
    link.send(lane, id, body, (answer) => {
      free.push(lane);
      tally.answers += 1;
      const text = answer.failed === undefined ? endsOf(answer) : '';
      if (text.includes(`nonce-${id}"`) || text.includes('"result"')) tally.results += 1;
      else if (text.includes('"executed":"unknown"')) tally.unknown += 1;
      else tally.refused += 1;
    });
  }
  while (free.length < lanes) await sleep(CALL_MS);
  await link.close();
  return tally;
}

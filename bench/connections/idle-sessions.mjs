import { setTimeout as sleep } from 'node:timers/promises';
import { sampled, samplerOf } from '../chaos/gateway-samples.mjs';
import { openLane } from '../load/lane.mjs';
import { HELLO, INITIALIZED } from '../load/requests.mjs';
import { median } from '../lib/statistics.mjs';
import { openGateway } from './gateway.mjs';
import { nodeServer } from './servers.mjs';

const RATE = 500;
const LANES = 32;
const AT_ONCE = 50;
const QUIET_MS = 6_000;
const ACCEPT = 'Accept: application/json, text/event-stream\r\n';
const HEADERS = `Content-Type: application/json\r\n${ACCEPT}`;

/**
 * What sessions cost that nobody uses: each is initialized and listens to its own stream, on a connection of its own.
 * What is resident before and after, garbage collected, and the latency of 500 calls a second of another client without
 * them and with them.
 */
export async function idleSessions({ count, rounds, ms }, { load, folder, tell }) {
  const plugins = { '@switchyard/endpoint-http': { maxSessions: count + 100 } };
  const gateway = await openGateway({ plugins, mcpServers: { s0: nodeServer() } }, folder, sampled(folder));
  await gateway.ready(['s0']);
  const sample = samplerOf(gateway.pid, folder);
  const calls = () => run(load, gateway, ms);
  const lanes = [];
  try {
    const alone = await several(rounds, calls);
    await sleep(QUIET_MS);
    const before = await sample();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, seat) => {
        for (let at = seat; at < count; at += AT_ONCE) lanes.push(await listening(gateway.target.url));
      }),
    );
    await sleep(QUIET_MS);
    const after = await sample();
    // Garbage of before may have been what is now used: the larger of what the process has and what the heap holds.
    const kbEach = (Math.max(after.rssMb - before.rssMb, after.heapMb - before.heapMb) * 1_024) / count;
    const { clients } = await gateway.status();
    const { descriptors } = after;
    if (clients < count || descriptors < count)
      throw new Error(`${clients} sessions, ${descriptors} descriptors`);
    const beside = await several(rounds, calls);
    tell(
      `  ${count} idle sessions: ${kbEach.toFixed(1)} KB each; p99 ${alone.p99.toFixed(1)} ms without, ${beside.p99.toFixed(1)} ms with them`,
    );
    const faults = alone.faults + beside.faults;
    return {
      count,
      rate: RATE,
      kbEach,
      descriptors: descriptors / count,
      alone: alone.p99,
      p99: beside.p99,
      faults,
    };
  } finally {
    for (const lane of lanes) lane.close();
    await gateway.stop();
  }
}

async function several(rounds, calls) {
  const taken = [];
  // Not timed: code is compiled.
  await calls();
  for (let round = 0; round < rounds; round++) taken.push(await calls());
  return {
    p99: median(taken.map(({ p99 }) => p99)),
    faults: taken.reduce((sum, { faults }) => sum + faults, 0),
  };
}

async function run(load, { target }, ms) {
  await load.open(target, LANES);
  try {
    return await load.run({ ask: 'echo', names: ['s0__echo'], load: { lanes: LANES, ms, rate: RATE } });
  } finally {
    await load.close();
  }
}

/** A session that listens to its own stream, on the connection that it began on. */
async function listening(url) {
  const lane = await openLane(url);
  const post = (headers, body) => new Promise((resolve) => lane.request('POST', headers, body, resolve));
  const { status, head, failed } = await post(HEADERS, HELLO);
  if (status !== 200) throw new Error(`initialize was answered ${failed ?? status}`);
  const session = /\r\nmcp-session-id: *([^\r]+)/i.exec(head)[1];
  const known = `Mcp-Session-Id: ${session}\r\nMCP-Protocol-Version: 2025-11-25\r\n`;
  await post(`${HEADERS}${known}`, INITIALIZED);
  lane.request('GET', `${ACCEPT}${known}`, '', () => undefined);
  return lane;
}

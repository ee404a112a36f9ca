import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway } from '../connections/gateway.mjs';
import { nodeServer } from '../connections/servers.mjs';
import { openLane } from '../load/lane.mjs';
import { HELLO, INITIALIZED } from '../load/requests.mjs';
import { sampled, samplerOf } from './gateway-samples.mjs';

const HEADERS = 'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n';
const AT_ONCE = 50;
/** Half an hour is what a session has otherwise. */
const IDLE_MS = 10_000;
const EXPIRED_MS = 4 * IDLE_MS;
const WARM_UP = 500;
/** Heap that may be more than before: what is not collected at once, and code that was compiled. */
const SLACK_MB = 2;
/** Of so many looks the least counts: what is read of /proc just then, and the timer that bounds it, stay with nobody. */
const LOOKS = 5;
const LOOK_MS = 330;
const EQUAL = ['clients', 'descriptors', 'timers', 'handles', 'listeners', 'children'];

/** Sessions that are opened, initialized, and whose connections are then gone without a DELETE. */
export async function vanishing(count, folder, tell) {
  const { gateway, sample } = await sampledGateway(folder);
  const look = async () => {
    const looks = [];
    for (let n = 0; n < LOOKS; n++) {
      looks.push({ clients: (await gateway.status()).clients, ...(await sample()) });
      await sleep(LOOK_MS);
    }
    const least = (what) => Math.min(...looks.map((each) => each[what]));
    return { ...looks.at(-1), ...Object.fromEntries(EQUAL.map((what) => [what, least(what)])) };
  };
  try {
    await vanish(gateway.target.url, WARM_UP);
    await sleep(EXPIRED_MS);
    const before = await look();
    const beganAt = performance.now();
    await vanish(gateway.target.url, count);
    const seconds = (performance.now() - beganAt) / 1_000;
    const held = await look();
    await sleep(EXPIRED_MS);
    const after = await look();
    const unequal = EQUAL.filter((what) => after[what] > before[what]);
    const moreMb = after.heapMb - before.heapMb;
    const isBack = unequal.length === 0 && moreMb <= SLACK_MB;
    const kbEach = ((held.heapMb - before.heapMb) * 1_024) / count;
    tell(
      `  ${count} sessions vanished in ${seconds.toFixed(1)} s: ${kbEach.toFixed(1)} KB of heap each while they are remembered, ` +
        `${moreMb.toFixed(1)} MB more when they have expired, ${unequal.length === 0 ? 'all else equal' : `NOT equal: ${unequal}`}`,
    );
    return {
      sessions: count,
      idleMs: IDLE_MS,
      seconds,
      before,
      held,
      after,
      kbEach,
      moreMb,
      unequal,
      isBack,
    };
  } finally {
    await gateway.stop();
  }
}

async function sampledGateway(folder) {
  const plugins = { '@switchyard/endpoint-http': { sessionIdleMs: IDLE_MS } };
  const gateway = await openGateway({ plugins, mcpServers: { s: nodeServer() } }, folder, sampled(folder));
  await gateway.ready(['s']);
  return { gateway, sample: samplerOf(gateway.pid, folder) };
}

async function vanish(url, count) {
  let left = count;
  const seats = Array.from({ length: AT_ONCE }, async () => {
    while (left > 0) {
      left -= 1;
      const lane = await openLane(url);
      const post = (headers, body) => new Promise((resolve) => lane.request('POST', headers, body, resolve));
      const { status, head, failed } = await post(HEADERS, HELLO);
      if (status !== 200) throw new Error(`initialize was answered ${failed ?? status}`);
      const session = /\r\nmcp-session-id: *([^\r]+)/i.exec(head)[1];
      await post(`${HEADERS}Mcp-Session-Id: ${session}\r\nMCP-Protocol-Version: 2025-11-25\r\n`, INITIALIZED);
      lane.close();
    }
  });
  await Promise.all(seats);
}

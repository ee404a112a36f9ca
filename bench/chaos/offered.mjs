import { endsOf } from '../load/message-text.mjs';
import { openHttpLink } from '../load/http-link.mjs';

/** Of a session, at once; it may have 64. */
const LANES = 60;

/** Sessions with as many connections as are asked for, each of which carries a call at a time. */
export async function openLanes(target, count) {
  const links = await Promise.all(
    Array.from({ length: Math.ceil(count / LANES) }, () => openHttpLink(target, LANES)),
  );
  const lanes = links.flatMap((link) => Array.from({ length: LANES }, (_, lane) => ({ link, lane })));
  let lastId = 1_000_000;
  return {
    lanes: lanes.slice(0, count),
    /** Calls on a lane; resolves with what became of it and how long that took, in milliseconds. */
    call({ link, lane }, tool) {
      const id = (lastId += 1);
      const nonce = `nonce-${id}`;
      const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"nonce":"${nonce}"}}}`;
      const sentAt = performance.now();
      return new Promise((resolve) =>
        link.send(lane, id, body, (answer) =>
          resolve({ ...fateOf(answer, nonce), ms: performance.now() - sentAt }),
        ),
      );
    },
    close: () => Promise.all(links.map((link) => link.close())),
  };
}

function fateOf(answer, nonce) {
  if (answer.failed !== undefined) return { fate: 'broken', code: answer.failed };
  const text = endsOf(answer);
  if (text.includes(`${nonce}"`)) return { fate: 'result' };
  const code = /SWY-E\d+/.exec(text)?.[0] ?? `HTTP ${answer.status}`;
  return { fate: text.includes('"executed":"no"') ? 'refused' : 'other', code };
}

/** Each lane calls again when it has its answer. */
export async function closedLoop({ lanes, call }, tool, ms) {
  const tally = openTally();
  const end = performance.now() + ms;
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < end) tally.add(await call(lane, tool));
    }),
  );
  return tally.result(ms);
}

/** Calls at a given rate, whatever comes back; what finds no free lane is counted as not offered. */
export async function openLoop({ lanes, call }, tool, rate, ms) {
  const tally = openTally();
  const free = [...lanes];
  const under = new Set();
  const beganAt = performance.now();
  let due = 0;
  let unoffered = 0;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now() - beganAt;
      if (now >= ms) {
        clearInterval(timer);
        resolve();
        return;
      }
      for (; due < (now * rate) / 1_000; due += 1) {
        // The one that was used longest ago: the gateway closes those that are silent for a minute.
        const lane = free.shift();
        if (lane === undefined) {
          unoffered += 1;
          continue;
        }
        const done = call(lane, tool).then((fate) => {
          // What comes after the end is no goodput of this time.
          tally.add(fate, performance.now() - beganAt <= ms);
          free.push(lane);
          under.delete(done);
        });
        under.add(done);
      }
    }, 1);
  });
  const result = { ...tally.result(ms), offeredASecond: ((due - unoffered) * 1_000) / ms, unoffered };
  return { result, drained: Promise.all(under) };
}

function openTally() {
  const ms = { result: [], refused: [], other: [], broken: [] };
  const codes = {};
  return {
    add({ fate, code, ms: took }, counts = true) {
      if (!counts) return;
      ms[fate].push(took);
      if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
    },
    result: (duration) => ({
      goodput: (ms.result.length * 1_000) / duration,
      codes: { ...codes },
      ...Object.fromEntries(Object.entries(ms).map(([fate, all]) => [fate, spread(all)])),
    }),
  };
}

function spread(all) {
  const sorted = Float64Array.from(all).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) };
}

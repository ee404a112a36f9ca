/*
 * `npm run overload`: three times more than can be carried, for a minute, and 5,000 sessions that come and vanish. See
 * README.md. Prints one line of JSON a part, and some for people on stderr. Leaves no process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { openGateway } from '../connections/gateway.mjs';
import { nodeServer } from '../connections/servers.mjs';
import { ownFolder } from '../lib/own-folder.mjs';
import { BENCH_RUN, survivors } from '../lib/processes.mjs';
import { keep } from './kept.mjs';
import { closedLoop, openLanes, openLoop } from './offered.mjs';
import { vanishing } from './vanishing.mjs';

const PACED = fileURLToPath(new URL('paced-server.mjs', import.meta.url));
const WHOLE_SECONDS = 60;
const WHOLE_SESSIONS = 5_000;
/** All parts together take four and a half minutes. */
const LONGEST_MS = 6 * 60_000;
const TIMES = 3;
const PACE = 400;
/** Whose saturation it is: that of a server which is slow by itself, or that of the gateway before a fast one. */
const CASES = {
  'slow-server': {
    title: 'a server that is slow',
    entry: () => ({ command: process.execPath, args: [PACED, String(PACE)], env: { BENCH_RUN } }),
    lanes: 600,
  },
  gateway: { title: 'the gateway itself', entry: nodeServer, lanes: 1_200 },
};
/** In flight while the peak is looked for: as many as a server on stdio is given. */
const PEAK_LANES = 60;
const PEAK_MS = 5_000;
const PROBE_MS = 10;
const USED_MS = 25_000;
/** So many probes in a row are as fast as before, or it has not recovered. */
const PROBES = 5;
const RECOVERY_MS = 30_000;
const SLACK_MS = 5;
const WANTED = { goodput: 0.8, refusalMs: 5, recoveryMs: 2_000 };

const PARTS = {
  'slow-server': () => overloaded('slow-server'),
  gateway: () => overloaded('gateway'),
  vanishing: async () => {
    const result = await vanishing(sessions, folder, tell);
    return { result, isWhole: sessions >= WHOLE_SESSIONS, isMet: result.isBack };
  },
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(PARTS).join() },
    seconds: { type: 'string', default: String(WHOLE_SECONDS) },
    sessions: { type: 'string', default: String(WHOLE_SESSIONS) },
  },
});
const seconds = Number(values.seconds);
const sessions = Number(values.sessions);
const chosen = values.only.split(',');
for (const name of chosen)
  if (!(name in PARTS)) throw new Error(`no part is called "${name}": ${Object.keys(PARTS)}`);
const tell = (line) => process.stderr.write(`${line}\n`);

const { folder, leaveNothing } = ownFolder('overload');
setTimeout(() => {
  tell(`it is not over after ${LONGEST_MS / 1_000} s`);
  process.exit(1);
}, LONGEST_MS).unref();
process.exitCode = 0;
try {
  for (const name of chosen) {
    const { result, isWhole, isMet } = await PARTS[name]();
    result.orphans = survivors().length;
    process.stdout.write(`${JSON.stringify({ part: name, ...result })}\n`);
    if (isWhole) await keep(`overload-${name}`, `npm run overload -- --only ${name}`, result);
    if (!isMet || result.orphans > 0) process.exitCode = 1;
  }
} finally {
  leaveNothing();
}

async function overloaded(name) {
  const result = { seconds, times: TIMES, ...(await overload(CASES[name])) };
  tell(inWords(result));
  // Where nothing was refused, nothing was refused late.
  const isMet = Object.values(result.met).every((met) => met !== false);
  return { result, isWhole: seconds >= WHOLE_SECONDS, isMet };
}

async function overload({ title, entry, lanes: count }) {
  const gateway = await openGateway({ mcpServers: { s: entry() } }, folder);
  await gateway.ready(['s']);
  const tool = 's__echo';
  const few = await openLanes(gateway.target, PEAK_LANES);
  await closedLoop(few, tool, PEAK_MS);
  const peak = await closedLoop(few, tool, PEAK_MS);
  const usual = await probes(few, tool, 100);
  const many = await openLanes(gateway.target, count);
  // The lane that recovery is seen on must not be closed for its silence by then.
  const used = setInterval(() => void few.call(few.lanes[0], tool), USED_MS);
  const { result, drained } = await openLoop(many, tool, peak.goodput * TIMES, seconds * 1_000);
  clearInterval(used);
  const recoveryMs = await recovery(few, tool, usual);
  await drained;
  const { ledger } = await gateway.status();
  await Promise.all([few.close(), many.close()]);
  await gateway.stop();
  const share = result.goodput / peak.goodput;
  return {
    title,
    peak: peak.goodput,
    usualMs: usual,
    ...result,
    share,
    offeredTimes: result.offeredASecond / peak.goodput,
    recoveryMs,
    ledger,
    met: {
      goodput: share >= WANTED.goodput,
      refusals: result.refused.count === 0 ? null : result.refused.p99 <= WANTED.refusalMs,
      recovery: recoveryMs <= WANTED.recoveryMs,
    },
  };
}

/** The slowest of some calls, one after the other. */
async function probes({ lanes, call }, tool, count) {
  const took = [];
  for (let n = 0; n < count; n++) took.push((await call(lanes[0], tool)).ms);
  return Math.max(...took);
}

/** From now until calls are as fast again as they were, in milliseconds. */
async function recovery({ lanes, call }, tool, usual) {
  const beganAt = performance.now();
  let goodSince;
  for (let good = 0; good < PROBES;) {
    const now = performance.now() - beganAt;
    if (now > RECOVERY_MS) return RECOVERY_MS;
    const { fate, ms } = await call(lanes[0], tool);
    const isGood = fate === 'result' && ms <= usual + SLACK_MS;
    if (isGood && good === 0) goodSince = performance.now() - beganAt;
    good = isGood ? good + 1 : 0;
    await sleep(PROBE_MS);
  }
  return goodSince;
}

function inWords({ title, peak, offeredTimes, goodput, share, refused, other, broken, recoveryMs, codes }) {
  const ms = (value) => value?.toFixed(1);
  return (
    `  ${title}: peak ${Math.round(peak)}/s, offered ${offeredTimes.toFixed(1)} ×, goodput ${Math.round(goodput)}/s (${Math.round(share * 100)} %), ` +
    `${refused.count} refused (p50 ${ms(refused.p50)}, p99 ${ms(refused.p99)}, most ${ms(refused.most)} ms), ` +
    `${other.count} other, ${broken.count} broken, recovered after ${Math.round(recoveryMs)} ms; ${JSON.stringify(codes)}`
  );
}

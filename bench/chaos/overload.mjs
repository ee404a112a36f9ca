/*
 * `npm run overload`: three times more than can be carried, for a minute, and 5,000 sessions that come and vanish. See
 * README.md. Prints one line of JSON, and some for people on stderr. Leaves no process.
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
const TIMES = 3;
const PACE = 400;
/** Whose saturation it is: that of a server which is slow by itself, or that of the gateway before a fast one. */
const CASES = {
  server: {
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
/** So many probes in a row are as fast as before, or it has not recovered. */
const PROBES = 5;
const RECOVERY_MS = 30_000;
const SLACK_MS = 5;
const WANTED = { goodput: 0.8, refusalMs: 5, recoveryMs: 2_000 };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: String(WHOLE_SECONDS) },
    sessions: { type: 'string', default: '5000' },
  },
});
const seconds = Number(values.seconds);
const tell = (line) => process.stderr.write(`${line}\n`);

const { folder, leaveNothing } = ownFolder('overload');
try {
  const result = { seconds, times: TIMES, cases: {} };
  for (const [name, each] of Object.entries(CASES)) {
    result.cases[name] = await overload(each);
    tell(inWords(result.cases[name]));
  }
  result.vanishing = await vanishing(Number(values.sessions), folder, tell);
  result.orphans = survivors().length;
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (seconds >= WHOLE_SECONDS && result.vanishing.sessions >= 5_000)
    await keep('overload', `npm run overload -- --seconds ${seconds}`, result);
  const isMet = Object.values(result.cases).every(({ met }) => Object.values(met).every(Boolean));
  process.exitCode = isMet && result.vanishing.isBack && result.orphans === 0 ? 0 : 1;
} finally {
  leaveNothing();
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
  const { result, drained } = await openLoop(many, tool, peak.goodput * TIMES, seconds * 1_000);
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
      refusals: result.refused.count === 0 ? undefined : result.refused.p99 <= WANTED.refusalMs,
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

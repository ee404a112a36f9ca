/*
 * `npm run soak`: ten minutes in which servers end, sessions come and vanish and subscriptions begin and break, and what
 * the gateway holds all the while and when everybody has gone. See README.md. Leaves no process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomOf } from '@switchyard/testing';
import { ownFolder } from '../lib/own-folder.mjs';
import { survivors } from '../lib/processes.mjs';
import { openWorld, TIME_SCALE } from './chaotic-world.mjs';
import { openExecutionReader } from './execution-reader.mjs';
import { sampled, samplerOf } from './gateway-samples.mjs';
import { openJudge } from './judge.mjs';
import { keep } from './kept.mjs';
import { openNotedSession } from './noted-session.mjs';
import { openOnlookers } from './onlookers.mjs';
import { payloads } from './payloads.mjs';
import { slopeOf, verdictOf } from './slope.mjs';

const WHOLE_MINUTES = 10;
/** Of the run, before heap counts: code is compiled, and rings are filled. */
const WARM_UP_SHARE = 0.3;
const SAMPLE_MS = 10_000;
const SEATS = 8;
const PAUSE_MS = 20;
const CALLS_OF_A_SESSION = 400;
const CANCEL_EVERY = 37;
/** The share of sessions that are gone without a DELETE. */
const VANISHING = 0.3;
/** In the gateway's own time, which runs faster here. */
const SESSION_IDLE_MS = 20_000 * TIME_SCALE;
/** Not before the sessions that vanished have expired. */
const QUIET = { afterMs: 25_000, aloneMs: 8_000, samples: 5, everyMs: 2_000, longestMs: 120_000 };
/** What must be as it was when everybody has gone; less than before is no leak, and is shown. */
const EQUAL = ['descriptors', 'timers', 'handles', 'listeners', 'children'];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: String(WHOLE_MINUTES) },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const tell = (line) => process.stderr.write(`${line}\n`);

const { folder, leaveNothing } = ownFolder('soak');
try {
  const { shown, ...result } = await run();
  for (const sentence of shown) tell(`✗ ${sentence}`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  tell(sentenceOf(result));
  if (minutes >= WHOLE_MINUTES)
    await keep('soak', `npm run soak -- --minutes ${minutes} --seed ${seed}`, result);
  process.exitCode = result.isKept ? 0 : 1;
} finally {
  leaveNothing();
}

async function run() {
  const world = await openWorld({
    seed,
    calls: minutes * 60 * 1_000,
    folder,
    gatewayOptions: sampled(folder),
    plugins: { '@switchyard/endpoint-http': { sessionIdleMs: SESSION_IDLE_MS } },
  });
  const sample = samplerOf(world.gateway.pid, folder);
  const reader = await openExecutionReader(world.logs);
  const judge = openJudge(reader, world.unlogged);
  const load = loadOn(world, judge);
  // Once before the first quiet: what is made at first use is there from then on.
  await load.during(Math.min(30, minutes * 6) * 1_000);
  const before = await quiet(world, sample);
  tell(`  quiet before: ${inWords(before)}`);

  const samples = [];
  const beganAt = performance.now();
  const lasting = load.during(minutes * 60_000);
  let isOver = false;
  void lasting.then(() => (isOver = true));
  while (!isOver) {
    await Promise.race([sleep(SAMPLE_MS), lasting]);
    if (isOver) break;
    samples.push(await sample());
    tell(`  ${Math.round((performance.now() - beganAt) / 1_000)} s: ${inWords(samples.at(-1))}`);
  }
  await lasting;
  const after = await quiet(world, sample);
  tell(`  quiet after: ${inWords(after)}`);
  const { ledger } = await world.gateway.status();
  const faults = await world.faults();
  await world.close();
  const { counts, shown } = await judge.end();
  await reader.close();

  const warm = samples.filter(({ at }) => at - beganAt >= minutes * 60_000 * WARM_UP_SHARE);
  const points = warm.map(({ at, heapMb }) => [(at - beganAt) / 3_600_000, heapMb]);
  const heap = points.length > 5 ? slopeOf(points) : undefined;
  const unequal = EQUAL.filter((what) => before[what] !== after[what]);
  const orphans = survivors().length;
  const isEven = ledger.accepted === ledger.answered + ledger.cancelled && ledger.inFlight === 0;
  return {
    minutes,
    seed,
    ...load.did(),
    faults,
    violations: counts,
    ledger: { ...ledger, isEven },
    before,
    after,
    unequal,
    rssAddedShare: after.rssMb / before.rssMb - 1,
    heapMbAnHour: heap,
    heapVerdict: verdictOf(heap),
    orphans,
    samples,
    shown,
    isKept:
      unequal.every((what) => after[what] < before[what]) &&
      orphans === 0 &&
      isEven &&
      verdictOf(heap) !== 'missed' &&
      Object.values(counts).every((count) => count === 0),
  };
}

/** Sessions one after the other at each seat, and onlookers, for some time. */
function loadOn(world, judge) {
  const random = randomOf(seed);
  const textOf = payloads(seed);
  const messages = { sent: 0, received: 0, broken: 0 };
  const did = { sessions: 0, vanished: 0, calls: 0, onlookers: 0, lostScrapes: 0 };
  async function sit(isOver) {
    while (!isOver()) {
      const name = `c${did.sessions++}`;
      judge.expect(name);
      const session = await openNotedSession(world.gateway.target.url, name, world.names.length, messages);
      let left = CALLS_OF_A_SESSION;
      const vanishes = random() < VANISHING;
      await Promise.all(
        world.names.map(async (server, lane) => {
          while (left > 0 && !isOver()) {
            left -= 1;
            const number = did.calls++;
            world.called(server);
            const text = world.unlogged.has(server) ? undefined : textOf(number);
            await session.call(lane, server, text, number % CANCEL_EVERY === 0);
            // In the midst of its calls.
            if (vanishes && left === 0) session.vanish();
            await sleep(PAUSE_MS);
          }
        }),
      );
      if (vanishes) did.vanished += 1;
      if (vanishes) session.vanish();
      else await session.close();
      await judge.judge(name, session.history, session.corrupt);
    }
  }
  return {
    async during(ms) {
      const end = performance.now() + ms;
      const isOver = () => performance.now() >= end;
      const onlookers = openOnlookers(world.gateway, randomOf(seed + did.sessions));
      await Promise.all(Array.from({ length: SEATS }, () => sit(isOver)));
      const { came, lost } = await onlookers.close();
      did.onlookers += came;
      did.lostScrapes += lost;
    },
    did: () => ({ ...did, messages: messages.sent + messages.received }),
  };
}

/** When nobody is there, all servers are ready and nothing changes any more. */
async function quiet(world, sample) {
  const until = performance.now() + QUIET.longestMs;
  const isReady = async () => (await world.gateway.status()).servers.every(({ phase }) => phase === 'ready');
  await sleep(QUIET.afterMs);
  for (;;) {
    while (!(await isReady()) && performance.now() < until) await sleep(QUIET.everyMs);
    // Who asks is there too, until the sockets of the questions have been closed.
    await sleep(QUIET.aloneMs);
    const samples = [];
    for (let n = 0; n < QUIET.samples; n++) {
      samples.push({ ...(await sample()), atUrls: world.proxies.map(({ counts }) => counts.open) });
      await sleep(QUIET.everyMs);
    }
    const last = samples.at(-1);
    const isSame = EQUAL.every((what) => samples.every((each) => each[what] === last[what]));
    if (isSame && (await isReady())) return last;
    if (performance.now() > until) return { ...last, neverQuiet: true };
  }
}

function inWords({ heapMb, rssMb, descriptors, timers, handles, listeners, children }) {
  return (
    `heap ${heapMb.toFixed(1)} MB, RSS ${rssMb.toFixed(0)} MB, ${descriptors} descriptors, ${timers} timers, ` +
    `${handles} handles, ${listeners} listeners, ${children} children`
  );
}

function sentenceOf({
  isKept,
  heapMbAnHour: heap,
  heapVerdict,
  unequal,
  before,
  after,
  sessions,
  calls,
  orphans,
}) {
  const line =
    heap && `${heap.slope.toFixed(1)} MB/h (95 %: ${heap.from.toFixed(1)} to ${heap.to.toFixed(1)})`;
  const quietly = `${before.heapMb.toFixed(1)} → ${after.heapMb.toFixed(1)} MB when quiet`;
  return (
    `${isKept ? '✓' : '✗'} ${minutes} minutes, ${sessions} sessions, ${calls} calls; heap ${line ?? ''} ${heapVerdict}, ${quietly}; ` +
    `${unequal.length === 0 ? 'all else equal' : `NOT equal: ${unequal.join(', ')}`}; ${orphans} orphans`
  );
}

/*
 * `npm run million`: a million messages between clients and a gateway whose servers misbehave all the time, and whether
 * anybody was lied to. See README.md. Prints one line of JSON, and one for people on stderr; fails at any violation.
 * Leaves no process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ownFolder } from '../lib/own-folder.mjs';
import { survivors } from '../lib/processes.mjs';
import { openWorld } from './chaotic-world.mjs';
import { openExecutionReader } from './execution-reader.mjs';
import { openJudge } from './judge.mjs';
import { keep } from './kept.mjs';
import { openNotedSession } from './noted-session.mjs';
import { payloads } from './payloads.mjs';

const MILLION = 1_000_000;
/** Sessions at once; each has so many calls under way at each server, and makes so many before the next one comes. */
const SEATS = 16;
const AT_ONCE = 2;
const CALLS_OF_A_SESSION = 1_500;
const CANCEL_EVERY = 37;
const TELL_MS = 10_000;
/** Whoever was refused waits so long before the next call. */
const REFUSED_MS = 100;

const { values } = parseArgs({
  options: { messages: { type: 'string', default: String(MILLION) }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.messages);
const seed = Number(values.seed);

const { folder, leaveNothing } = ownFolder('million');
try {
  const { shown, ...result } = await run();
  for (const sentence of shown) process.stderr.write(`✗ ${sentence}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.stderr.write(`${sentenceOf(result)}\n`);
  if (wanted >= MILLION) await keep('million', `npm run million -- --seed ${seed}`, result);
  process.exitCode = result.isKept ? 0 : 1;
} finally {
  leaveNothing();
}

async function run() {
  const world = await openWorld({ seed, calls: wanted / 2, folder });
  const reader = await openExecutionReader(world.logs);
  const judge = openJudge(reader, world.unlogged);
  const before = (await world.gateway.status()).ledger;
  const textOf = payloads(seed);
  const counts = { sent: 0, received: 0, broken: 0 };
  const answers = {};
  let calls = 0;
  let sessions = 0;
  let residentMb = 0;
  const messages = () => counts.sent + counts.received;
  const beganAt = performance.now();
  const telling = setInterval(() => {
    residentMb = Math.max(residentMb, process.memoryUsage().rss / 1_048_576);
    process.stderr.write(`  ${messages()} messages, ${sessions} sessions\n`);
  }, TELL_MS);

  /** One session after the other, until there were messages enough. */
  async function sit() {
    while (messages() < wanted) {
      const name = `c${sessions++}`;
      judge.expect(name);
      const session = await openNotedSession(
        world.gateway.target.url,
        name,
        world.names.length * AT_ONCE,
        counts,
      );
      let left = CALLS_OF_A_SESSION;
      const lanes = world.names.flatMap((server) => Array.from({ length: AT_ONCE }, () => server));
      await Promise.all(
        lanes.map(async (server, lane) => {
          while (left > 0 && messages() < wanted) {
            left -= 1;
            const number = calls++;
            world.called(server);
            const text = world.unlogged.has(server) ? undefined : textOf(number);
            const executed = await session.call(lane, server, text, number % CANCEL_EVERY === 0);
            // Or most of a million would be refusals by servers that are away.
            if (executed === 'no') await sleep(REFUSED_MS);
          }
        }),
      );
      await session.close();
      countAnswers(answers, session.history);
      await judge.judge(name, session.history, session.corrupt);
    }
  }

  await Promise.all(Array.from({ length: SEATS }, sit));
  const seconds = (performance.now() - beganAt) / 1_000;
  clearInterval(telling);
  const { ledger } = await world.gateway.status();
  const faults = await world.faults();
  await world.close();
  const { counts: violations, shown, ...judged } = await judge.end();
  await reader.close();
  const orphans = survivors().length;
  const isEven = ledger.accepted === ledger.answered + ledger.cancelled && ledger.inFlight === 0;
  const isCounted = ledger.accepted - before.accepted === calls - (answers.refused ?? 0);
  return {
    messages: messages(),
    calls,
    sessions,
    seed,
    seconds: Number(seconds.toFixed(1)),
    messagesASecond: Math.round(messages() / seconds),
    ...violations,
    orphans,
    ledger: { ...ledger, isEven, isCounted },
    answers,
    brokenConnections: counts.broken,
    ...judged,
    faults,
    residentMb: Math.round(Math.max(residentMb, process.memoryUsage().rss / 1_048_576)),
    isKept: Object.values(violations).every((count) => count === 0) && isEven && isCounted && orphans === 0,
    shown,
  };
}

function countAnswers(answers, history) {
  for (const { event, answer } of history) {
    if (event === 'invoked') continue;
    const kind =
      event !== 'answered' ? event : answer.kind === 'result' ? 'result' : `executed: ${answer.executed}`;
    answers[kind] = (answers[kind] ?? 0) + 1;
  }
}

function sentenceOf(result) {
  const { messages, sessions, seconds, messagesASecond, answers, ledger, orphans, isKept } = result;
  const told = Object.entries(answers).map(([kind, count]) => `${count} ${kind}`);
  const words = ['unanswered', 'duplicate', 'foreign', 'corrupt', 'dishonest'];
  return (
    `${isKept ? '✓' : '✗'} ${messages} messages in ${seconds} s (${messagesASecond}/s), ${sessions} sessions: ` +
    `${words.map((word) => `${result[word]} ${word}`).join(', ')}, ${orphans} orphans; ` +
    `${told.join(', ')}; ledger ${ledger.isEven && ledger.isCounted ? 'exact' : 'NOT exact'}`
  );
}

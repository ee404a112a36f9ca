/*
 * `node bench/outage.mjs [--calls 10000]`: what a server gets while it is out of order, when every call may be tried again
 * (`tools.retrySafe: ["*"]`). The server counts what reaches it, and answers 503 or resets the connection; without a
 * breaker, so that nothing but the budget of retries holds calls back, and with one. Prints one line of JSON, and some for
 * people on stderr; keeps a whole run for the scorecard. Leaves no process.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keep } from './chaos/kept.mjs';
import { openLanes } from './chaos/offered.mjs';
import { openGateway } from './connections/gateway.mjs';
import { ownFolder } from './lib/own-folder.mjs';
import { lineOf, start, survivors, within } from './lib/processes.mjs';

const FAILING = fileURLToPath(new URL('chaos/failing-server.mjs', import.meta.url));
const WHOLE_CALLS = 10_000;
const LANES = 60;
/** What may be sent again beside a fifth of what was asked for (reliability, R7). */
const FLOOR = 3;
const BACK_MS = 60_000;
const CASES = [
  { title: 'status 503, no breaker', fails: '503', breaker: false },
  { title: 'connections reset, no breaker', fails: 'reset', breaker: false },
  { title: 'status 503', fails: '503' },
];

const { values } = parseArgs({ options: { calls: { type: 'string', default: String(WHOLE_CALLS) } } });
const count = Number(values.calls);
const tell = (line) => process.stderr.write(`${line}\n`);

const { folder, leaveNothing } = ownFolder('outage');
try {
  const cases = [];
  for (const each of CASES) {
    cases.push(await outage(each));
    tell(inWords(cases.at(-1)));
  }
  const result = { calls: count, floor: FLOOR, cases, orphans: survivors().length };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (count >= WHOLE_CALLS) await keep('outage', `node bench/outage.mjs --calls ${count}`, result);
  process.exitCode = cases.every(({ isMet }) => isMet) && result.orphans === 0 ? 0 : 1;
} finally {
  leaveNothing();
}

async function outage({ title, fails, breaker }) {
  const server = start(process.execPath, [FAILING]);
  const { port } = await lineOf(server, (line) => line.port !== undefined);
  const url = `http://127.0.0.1:${port}`;
  const control = async (how) => (await (await fetch(`${url}/control?fails=${how}`)).json()).calls;
  const entry = { url: `${url}/mcp`, tools: { retrySafe: ['*'] }, ...(breaker === false && { breaker }) };
  const gateway = await openGateway({ mcpServers: { s: entry } }, folder);
  await gateway.ready(['s']);
  const lanes = await openLanes(gateway.target, LANES);
  await control(fails);
  const fates = await callAll(lanes);
  const reached = await control('no');
  const backMs = await within(BACK_MS, 'call that is answered after the outage', untilAnswered(lanes));
  const { ledger } = await gateway.status();
  await lanes.close();
  await gateway.stop();
  await server.stop();
  const isHonest = fates.result === undefined && ledger.inFlight === 0;
  return {
    title,
    offered: count,
    reached,
    share: reached / count,
    fates,
    backMs,
    isMet: reached <= 1.2 * count + FLOOR && isHonest,
  };
}

/** So many calls, as many at a time as there are lanes; resolves with how many came to what. */
async function callAll({ lanes, call }) {
  const fates = {};
  let left = count;
  await Promise.all(
    lanes.map(async (lane) => {
      while (left > 0) {
        left -= 1;
        const { fate } = await call(lane, 's__echo');
        fates[fate] = (fates[fate] ?? 0) + 1;
      }
    }),
  );
  return fates;
}

/** From now until a call has a result, in milliseconds. */
async function untilAnswered({ lanes, call }) {
  const beganAt = performance.now();
  while ((await call(lanes[0], 's__echo')).fate !== 'result');
  return performance.now() - beganAt;
}

function inWords({ title, offered, reached, share, backMs, fates }) {
  return (
    `  ${title}: ${offered.toLocaleString('en')} calls, ${reached.toLocaleString('en')} reached the server (${share.toFixed(3)} ×); ` +
    `answered again after ${Math.round(backMs)} ms; ${JSON.stringify(fates)}`
  );
}

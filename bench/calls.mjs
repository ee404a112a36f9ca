/*
 * `npm run calls`: 10,000 calls over ten servers, 32 in flight at each, while each server ends twice at seeded calls.
 * What every client was told is then held against what every server executed. Prints one line of JSON, and one for
 * people on stderr; fails when anybody was lied to or the ledger is not exact. Leaves no process.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { check, readExecutionLogs, scriptedServer, seededEnds } from '@switchyard/testing';
import { keep } from './chaos/kept.mjs';
import { openGateway } from './connections/gateway.mjs';
import { named } from './connections/servers.mjs';
import { ownFolder } from './lib/own-folder.mjs';
import { BENCH_RUN } from './lib/processes.mjs';
import { openHttpLink } from './load/http-link.mjs';

const WANTED_SECONDS = 10;
/** A run of so many calls is kept for the scorecard. */
const WHOLE = 10_000;
const SERVERS = 10;
/** A session may have 64 calls under way, and a server's gate takes 32: eight clients with four at each of ten servers. */
const CLIENTS = 8;
const AT_ONCE = 4;
/** Of all clients: the greeting of a session has used the first ids. */
const FIRST_ID = 10;
const SHOWN_VIOLATIONS = 5;

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const calls = Number(values.calls);
const seed = Number(values.seed);

const { folder, leaveNothing } = ownFolder('calls');
try {
  const result = await run();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.stderr.write(`${sentenceOf(result)}\n`);
  if (calls >= WHOLE) await keep('calls', `npm run calls -- --seed ${seed}`, result);
  process.exitCode = result.exact && result.violations === 0 ? 0 : 1;
} finally {
  leaveNothing();
}

async function run() {
  const logOf = (name) => path.join(folder, `${name}.executed`);
  const mcpServers = named(SERVERS, (index) => ({
    ...scriptedServer({
      executionLog: logOf(`s${index}`),
      runCount: path.join(folder, `s${index}.starts`),
      runs: seededEnds(seed * SERVERS + index, calls / SERVERS),
    }),
    env: { BENCH_RUN },
  }));
  const names = Object.keys(mcpServers);
  const gateway = await openGateway({ mcpServers }, folder);
  const readyMs = (await gateway.ready(names)) - gateway.startedAt;

  const history = [];
  const left = Object.fromEntries(names.map((name) => [name, calls / SERVERS]));
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, n) => openClient(gateway.target, `client${n}`, history)),
  );
  const before = (await gateway.status()).ledger;
  const beganAt = performance.now();
  await Promise.all(clients.map((client) => client.run(names, left)));
  const seconds = (performance.now() - beganAt) / 1_000;
  const { ledger, servers } = await gateway.status();
  await Promise.all(clients.map((client) => client.close()));
  await gateway.stop();

  const executions = await readExecutionLogs(Object.fromEntries(names.map((name) => [name, logOf(name)])));
  const violations = check(history, executions);
  for (const { promise, sentence } of violations.slice(0, SHOWN_VIOLATIONS))
    process.stderr.write(`✗ ${promise} ${sentence}\n`);
  const ends = servers.flatMap(({ transitions }) =>
    transitions.filter(({ event }) => event === 'lost'),
  ).length;
  return {
    calls,
    servers: SERVERS,
    inFlight: CLIENTS * AT_ONCE,
    seed,
    ends,
    seconds: Number(seconds.toFixed(2)),
    readyMs: Math.round(readyMs),
    answers: answersOf(history),
    executions: executions.size,
    violations: violations.length,
    ledger,
    exact:
      ends === 2 * SERVERS &&
      ledger.accepted - before.accepted === calls &&
      ledger.answered - before.answered === calls &&
      ledger.inFlight === 0,
    metTime: seconds <= WANTED_SECONDS,
  };
}

/** A session with a lane for each call that it has in flight. */
async function openClient(target, client, history) {
  const link = await openHttpLink(target, SERVERS * AT_ONCE);
  let nextId = FIRST_ID;
  const callOn = (lane, server) =>
    new Promise((resolve) => {
      const id = nextId++;
      const nonce = `${client}-${id}`;
      history.push({ event: 'invoked', client, id, nonce, server });
      const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${server}__echo","arguments":{"nonce":"${nonce}"}}}`;
      link.send(lane, id, body, (answer) => {
        note(history, client, id, answer);
        resolve();
      });
    });
  return {
    close: () => link.close(),
    /** @param left how many calls each server still gets, from whatever client */
    async run(names, left) {
      const lanes = names.flatMap((name) => Array.from({ length: AT_ONCE }, () => name));
      await Promise.all(
        lanes.map(async (server, lane) => {
          while (left[server] > 0) {
            left[server] -= 1;
            await callOn(lane, server);
          }
        }),
      );
    },
  };
}

/** Each message is noted by its own id, whoever asked; a connection that broke is no answer. */
function note(history, client, asked, { failed, status, pieces }) {
  if (failed !== undefined) return;
  const messages = messagesOf(Buffer.concat(pieces).toString());
  for (const { id, result, error } of messages) {
    const answer = error
      ? { kind: 'error', message: error.message, executed: error.data?.executed }
      : { kind: 'result', text: String(result?.content?.[0]?.text) };
    history.push({ event: 'answered', client, id, answer });
  }
  if (status !== 200 && messages.length === 0) history.push({ event: 'refused', client, id: asked });
}

function messagesOf(body) {
  const texts = body.startsWith('{')
    ? [body]
    : [...body.matchAll(/^data: *(\{.*)$/gm)].map(([, text]) => text);
  return texts.map((text) => JSON.parse(text)).filter(({ id }) => id !== undefined && id !== null);
}

function answersOf(history) {
  const counts = {};
  for (const { event, answer } of history) {
    if (event === 'invoked') continue;
    const kind =
      event === 'refused' ? event : answer.kind === 'result' ? 'result' : `executed: ${answer.executed}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function sentenceOf({ answers, violations, ends, exact, seconds, metTime }) {
  const told = Object.entries(answers).map(([kind, count]) => `${count} ${kind}`);
  return (
    `${calls} calls over ${SERVERS} servers, ${CLIENTS * AT_ONCE} in flight at each, ${ends} ends: ${told.join(', ')}; ` +
    `${violations} lies, ledger ${exact ? 'exact' : 'NOT exact'}, ${seconds} s ` +
    `(${metTime ? '≤' : 'MISSED:'} ${WANTED_SECONDS} s)`
  );
}

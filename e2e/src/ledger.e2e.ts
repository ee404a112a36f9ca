import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  check,
  readExecutionLogs,
  scriptedServer,
  seededEnds,
  type Action,
  type Answered,
  type ExecutionLog,
  type HistoryEvent,
  type Script,
} from '@switchyard/testing';
import { concurrently } from './harness/concurrently.ts';
import { figure } from './harness/figure.ts';
import { temporaryFolder } from './harness/folder.ts';
import { serve } from './harness/gateway.ts';
import { openNotedClient } from './harness/noted-client.ts';

const SEED = 5;
const SERVERS = ['north', 'east', 'south', 'west', 'centre'];
const CLIENTS = ['ada', 'ben', 'cleo', 'dan'];
const CALLS_OF_EACH_SERVER = 400;
/** Of each client at each server: 32 at a server, and 40 of a session, which may have 64. */
const AT_ONCE = 8;
const CANCEL_EVERY = 20;

/** What a server may do to an answer, and what the client may be told then. */
const MISDEEDS: readonly (readonly Action[])[] = [
  [{ answer: 'repeated', times: 3 }],
  [{ answer: 'id', id: '"$id"' }],
  [{ answer: 'id', id: 'null' }],
  [{ answer: 'late', after: 5 }],
  [
    {
      answer: 'raw',
      text: '{"jsonrpc":"2.0","id":$id,"result":{"content":[{"type":"text","text":"\xff"}]}}\n',
    },
  ],
  [{ answer: 'raw', text: '{"jsonrpc":"2.0","id":$id,"result":{},"error":{"code":1,"message":"both"}}\n' }],
  [{ answer: 'raw', text: '$answer\r\n' }],
  [{ answer: 'large', bytes: 11 * 1024 * 1024 }],
  [{ noise: '{"jsonrpc":"2.0","id":$i,"result":{"content":[]}}', lines: 20 }],
  [{ noise: 'listening on port $i', lines: 3 }],
  [{ answer: 'none' }],
];
const MISDEED_EVERY = 15;
/** For answers that never come. */
const TIMEOUT_MS = 2_000;

describe('the ledger is exact, and nobody is lied to', () => {
  it('while every server ends twice under 32 calls', async () => {
    const { told, executions } = await callAll((place) => seededEnds(SEED + place, CALLS_OF_EACH_SERVER));
    // It was no calm sea: each server was lost twice, with calls of which nobody can know, and came back.
    expect(runsOf(executions)).toEqual([1, 2, 3]);
    expect(countOf(told, 'unknown')).toBeGreaterThanOrEqual(2 * SERVERS.length);
    expect(countOf(told, 'result')).toBeGreaterThan(told.length / 2);
  });

  it('while every server repeats, breaks, delays and withholds answers', async () => {
    const { told, executions } = await callAll((place) => [misdeedsOf(place)], { timeout: TIMEOUT_MS });
    expect(runsOf(executions)).toEqual([1]);
    // Answers that came and were no good, and answers that did not come.
    expect(countOf(told, 'yes')).toBeGreaterThanOrEqual(SERVERS.length);
    expect(countOf(told, 'unknown')).toBeGreaterThanOrEqual(SERVERS.length);
    expect(countOf(told, 'result')).toBeGreaterThan(told.length / 2);
  });
});

/**
 * All clients call all servers at once; then everything that anybody wrote down is compared.
 * @param more of each server's entry
 */
async function callAll(
  runsAt: (place: number) => Script['runs'],
  more: object = {},
): Promise<{ told: readonly Answered[]; executions: ExecutionLog }> {
  const folder = await temporaryFolder();
  const file = (name: string, what: string) => path.join(folder, `${name}.${what}`);
  const entries = SERVERS.map((name, place) => {
    const [executionLog, runCount] = [file(name, 'executed'), file(name, 'starts')];
    const entry = scriptedServer({ executionLog, runCount, runs: runsAt(place) });
    return [name, { ...entry, ...more }];
  });
  const gateway = await serve({ mcpServers: Object.fromEntries(entries) }, { folder });
  await Promise.all(SERVERS.map((name) => gateway.phase(name, 'ready')));

  const history: HistoryEvent[] = [];
  const clients = await Promise.all(CLIENTS.map((name) => openNotedClient(gateway.url, name, history)));
  const before = (await gateway.status()).ledger;
  const beganAt = performance.now();
  await Promise.all(
    clients.flatMap((client) =>
      SERVERS.map((server) =>
        concurrently(CALLS_OF_EACH_SERVER / CLIENTS.length, AT_ONCE, (n) =>
          n % CANCEL_EVERY === CANCEL_EVERY - 1 ? client.callAndCancel(server) : client.call(server),
        ),
      ),
    ),
  );
  const seconds = (performance.now() - beganAt) / 1_000;
  figure('calls while five servers misbehave', (SERVERS.length * CALLS_OF_EACH_SERVER) / seconds, '/s');

  const logs = Object.fromEntries(SERVERS.map((name) => [name, file(name, 'executed')]));
  const executions = await readExecutionLogs(logs);
  expect(check(history, executions).map(({ promise, sentence }) => `${promise} ${sentence}`)).toEqual([]);
  // The gateway counts what the clients counted.
  const told = history.flatMap((one) => (one.event === 'answered' ? [one.answer] : []));
  const { accepted, answered, cancelled, inFlight } = (await gateway.status()).ledger;
  expect({ accepted: accepted - before.accepted, answered: answered - before.answered, inFlight }).toEqual({
    accepted: SERVERS.length * CALLS_OF_EACH_SERVER,
    answered: told.length,
    inFlight: 0,
  });
  expect(accepted).toBe(answered + cancelled);
  return { told, executions };
}

/** Each server begins with another misdeed. */
function misdeedsOf(place: number): Script['runs'][number] {
  return Array.from({ length: Math.floor(CALLS_OF_EACH_SERVER / MISDEED_EVERY) }, (_, n) => ({
    at: { method: 'tools/call', nth: (n + 1) * MISDEED_EVERY },
    do: MISDEEDS[(n + place) % MISDEEDS.length]!,
  }));
}

/** The runs that each of the servers executed something in. */
function runsOf(executions: ExecutionLog): readonly number[] {
  const all = [...executions.values()].flat();
  const [first, ...others] = SERVERS.map((name) => [
    ...new Set(all.filter(({ server }) => server === name).map(({ run }) => run)),
  ]);
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

function countOf(told: readonly Answered[], what: 'result' | 'yes' | 'no' | 'unknown'): number {
  return told.filter((answer) => (answer.kind === 'result' ? 'result' : answer.executed) === what).length;
}

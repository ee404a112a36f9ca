import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { check, readExecutionLogs, scriptedServer, seededEnds, type HistoryEvent } from '@switchyard/testing';
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

describe('the ledger', () => {
  it('is exact, and nobody is lied to, while every server ends twice under 32 calls', async () => {
    const folder = await temporaryFolder();
    const file = (name: string, what: string) => path.join(folder, `${name}.${what}`);
    const mcpServers = Object.fromEntries(
      SERVERS.map((name, place) => [
        name,
        scriptedServer({
          executionLog: file(name, 'executed'),
          runCount: file(name, 'starts'),
          runs: seededEnds(SEED + place, CALLS_OF_EACH_SERVER),
        }),
      ]),
    );
    const gateway = await serve({ mcpServers }, { folder });
    await Promise.all(SERVERS.map((name) => gateway.phase(name, 'ready')));

    const history: HistoryEvent[] = [];
    const beganAt = performance.now();
    const clients = await Promise.all(CLIENTS.map((name) => openNotedClient(gateway.url, name, history)));
    const before = (await gateway.status()).ledger;
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

    const executions = await readExecutionLogs(
      Object.fromEntries(SERVERS.map((name) => [name, file(name, 'executed')])),
    );
    expect(check(history, executions).map(({ promise, sentence }) => `${promise} ${sentence}`)).toEqual([]);
    // It was no calm sea: each server was lost twice, with calls of which nobody can know, and came back.
    const runs = [...executions.values()].flat().map(({ server, run }) => `${server} ${run}`);
    expect([...new Set(runs)].sort()).toEqual(
      SERVERS.flatMap((name) => [1, 2, 3].map((run) => `${name} ${run}`)).sort(),
    );
    const told = history.flatMap((one) => (one.event === 'answered' ? [one.answer] : []));
    const unknown = told.filter((answer) => answer.kind === 'error' && answer.executed === 'unknown');
    expect(unknown.length).toBeGreaterThanOrEqual(2 * SERVERS.length);
    expect(told.filter(({ kind }) => kind === 'result').length).toBeGreaterThan(unknown.length);

    // The gateway counts what the clients counted.
    const { accepted, answered, cancelled, inFlight } = (await gateway.status()).ledger;
    expect(accepted - before.accepted).toBe(SERVERS.length * CALLS_OF_EACH_SERVER);
    expect({ answered: answered - before.answered, inFlight }).toEqual({
      answered: told.length,
      inFlight: 0,
    });
    expect(accepted).toBe(answered + cancelled);
    figure('calls while five servers end twice', (SERVERS.length * CALLS_OF_EACH_SERVER) / seconds, '/s');
  });
});

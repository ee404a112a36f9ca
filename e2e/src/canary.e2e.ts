import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { switchyard } from './harness/command.ts';
import { serve } from './harness/gateway.ts';
import { ask } from './harness/graphql.ts';
import { fixture } from './harness/places.ts';
import { openSession } from './harness/raw-session.ts';
import { callTool } from './harness/rpc.ts';

/** One secret for each place where a configuration may have one. */
const CANARIES = {
  variable: 'c4nary-in-a-variable-1a',
  env: 'c4nary-in-env-2b',
  flag: 'c4nary-behind-a-flag-3c',
  key: 'c4nary-with-its-key-4d',
  header: 'c4nary-in-a-header-5e',
  token: 'c4nary-of-a-client-6f',
  url: 'c4nary-in-a-url-7g',
};

/** Everything that the admin API tells of servers, plugins and the log. */
const EVERYTHING = `{
  kernel { version endpoints { kind url } }
  plugins { name problem { message why hint } }
  problems { message }
  servers(first: 10) { nodes {
    name phase where instructions capabilities
    problem { code message where why hint }
    process { pid command }
    connections { key phase }
    history(first: 40) { nodes { from to event code cause } }
  } }
  catalog(first: 100) { nodes { name originalName description definition } }
  logs(last: 500, level: DEBUG) { message server plugin fields }
}`;

describe('secrets of a configuration', () => {
  it('are in no log line, status, metric, answer, error, file or argument of ours, whatever servers tell', async () => {
    const leaking = {
      command: process.execPath,
      args: [fixture('leaking.mjs'), '--token', CANARIES.flag, `--api-key=${CANARIES.key}`, '${VARIABLE}'],
      env: { SERVICE_PASSWORD: CANARIES.env },
      // The connection whose end is told is everybody's.
      sharing: 'all',
    };
    const away = {
      url: `http://127.0.0.1:9/mcp?token=${CANARIES.url}`,
      headers: { Authorization: `Bearer ${CANARIES.header}` },
    };
    const gateway = await serve(
      {
        logging: { level: 'debug' },
        listen: { http: { tokens: { ada: '${ADA}' } } },
        mcpServers: { leaking, away },
      },
      { env: { VARIABLE: CANARIES.variable, ADA: CANARIES.token } },
    );
    await gateway.phase('leaking', 'ready');
    await gateway.phase('away', 'backoff');
    const session = await openSession(gateway.url, 'ada', CANARIES.token);
    const answers = [
      await callTool(session, 4, `leaking__tell-${CANARIES.env}`, { how: 'speak' }),
      await callTool(session, 1, 'leaking__tell', { how: 'fail' }),
      await callTool(session, 2, 'leaking__tell', { how: 'die' }),
      await callTool(session, 3, 'away__tell'),
    ];
    await gateway.phase('leaking', 'backoff');
    const { admin, folder } = gateway;
    const told = {
      answers: JSON.stringify(answers),
      status: JSON.stringify(await gateway.status()),
      graphql: JSON.stringify(await ask(gateway, EVERYTHING)),
      metrics: await (await fetch(`${admin.url}/metrics`)).text(),
      command: (await switchyard(['status', '-o', 'wide', '--state-dir', gateway.stateDir], { cwd: folder }))
        .stdout,
      stderr: gateway.stderr(),
      events: JSON.stringify(gateway.log),
      instance: await readFile(`${gateway.stateDir}/instance.json`, 'utf8'),
      argv: await readFile(`/proc/${gateway.pid}/cmdline`, 'utf8').catch(() => ''),
    };
    // The last words of the server are told: what is masked in them was there.
    expect(told.status).toContain('died with');
    expect(told.graphql).toContain('[redacted]');
    const hits = Object.entries(told).flatMap(([place, text]) =>
      Object.entries(CANARIES).flatMap(([name, canary]) =>
        text.includes(canary) ? [`${name} in ${place}`] : [],
      ),
    );
    expect(hits).toEqual([]);
  });
});

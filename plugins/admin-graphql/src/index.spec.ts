import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { adminModules, definePlugin, type AdminModule, type AnyPlugin } from '@switchyard/plugin-api';
import { closeGateways, openGateway } from './spec-gateway.ts';

afterEach(closeGateways);

/** A plugin that adds to the admin API. */
function adding(id: string, module: Omit<AdminModule, 'name'>): AnyPlugin {
  return definePlugin({
    id,
    api: 1,
    setup: (host) => host.contribute(adminModules, { name: id, ...module }),
  });
}

describe('the admin API', () => {
  it('tells the gateway, its plugins, its doors and its servers as /status does', async () => {
    const { ask, gateway, url } = await openGateway({ servers: { files: { tools: [{ name: 'read' }] } } });
    await gateway.servers.listed(30_000);
    const { data, errors } = await ask(`{
      kernel { version pid ready revision startedAt uptime endpoints { kind url } clients }
      plugins { name askedFor state needs contributes holds problem { code } }
      broken: plugins(state: [FAILED]) { name }
      ledger { accepted answered cancelled inFlight }
      problems { message }
      servers { totalCount nodes { name phase desired counts { tools } conditions { type status } problem { code } } }
    }`);
    expect(errors).toBeUndefined();
    const now = gateway.status();
    expect(data).toMatchObject({
      kernel: {
        version: '1.2.3',
        pid: process.pid,
        ready: true,
        revision: now.revision,
        startedAt: new Date(now.startedAt).toISOString(),
        endpoints: [{ kind: 'graphql', url }],
        clients: 0,
      },
      plugins: now.plugins.map(({ id, name, needs, contributes }) => ({
        name: id,
        askedFor: name,
        state: 'READY',
        needs,
        contributes,
        problem: null,
      })),
      broken: [],
      ledger: now.ledger,
      problems: [],
      servers: {
        totalCount: 1,
        nodes: [
          {
            name: 'files',
            phase: 'READY',
            desired: 'READY',
            counts: { tools: 1 },
            conditions: [
              { type: 'PROCESS_UP', status: 'TRUE' },
              { type: 'CONNECTED', status: 'TRUE' },
              { type: 'NEGOTIATED', status: 'TRUE' },
              { type: 'CATALOG_FRESH', status: 'TRUE' },
              { type: 'RESPONSIVE', status: 'UNKNOWN' },
            ],
            problem: null,
          },
        ],
      },
    });
  });

  it('tells of problems of servers and of the catalog what to do', async () => {
    const { ask, gateway } = await openGateway({
      servers: {
        one: { resources: [{ uri: 'file:///a', name: 'a' }] },
        two: { resources: [{ uri: 'file:///a', name: 'a' }] },
      },
      entries: { wrong: { transport: 'pigeon', options: {} } },
    });
    await gateway.servers.listed(30_000);
    const { data } = await ask(`{
      servers(filter: { hasProblem: true }) { nodes { name phase conditions { type } problem { code message where hint } } }
      problems { server { name } kind message code hint }
    }`);
    const [wrong] = gateway.status().servers.filter(({ problem }) => problem);
    expect(data).toMatchObject({
      servers: {
        nodes: [
          {
            name: 'wrong',
            phase: 'FAILED',
            conditions: [],
            problem: { code: wrong!.problem!.code, hint: wrong!.problem!.remedy },
          },
        ],
      },
      problems: gateway
        .status()
        .problems.map(({ server, message }) => ({ server: { name: server }, message })),
    });
    expect(gateway.status().problems).not.toEqual([]);
  });

  it('lets other plugins add fields, and does not show what their resolvers throw', async () => {
    const { ask } = await openGateway({
      servers: { files: {} },
      plugins: [
        adding('greeting', {
          typeDefs: 'extend type Server { greeting: String! } extend type Query { who: String! fails: Int }',
          resolvers: {
            Server: { greeting: ({ name }: { name: string }) => `Hello, ${name}` },
            Query: {
              who: (_root: unknown, _given: unknown, { principal }: { principal: string }) => principal,
              fails: () => {
                throw new Error('the password is hunter2');
              },
            },
          },
        }),
      ],
    });
    const { data, errors } = await ask('{ who fails servers { nodes { greeting } } }');
    expect(data).toEqual({
      who: 'admin',
      fails: null,
      servers: { nodes: [{ greeting: 'Hello, files' }] },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL', correlationId: expect.any(String) } }]);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  it('lets nobody in where two plugins define the same', async () => {
    const hello = { typeDefs: 'extend type Query { hello: Int }', resolvers: {} };
    const opening = openGateway({ plugins: [adding('one', hello), adding('two', hello)] });
    await expect(opening).rejects.toMatchObject({
      code: 'PLUGIN_CLASH',
      details: { first: 'one', second: 'two', name: 'Query.hello' },
    });
  });

  it('ends what is followed when the gateway stops', async () => {
    const { follow, gateway } = await openGateway({ servers: { files: {} } });
    const events = await follow('subscription { catalogChanged { seq } }');
    await events.next();
    await gateway.stop();
    await expect(events.next()).rejects.toThrow('the stream ended');
  });
});

describe('the examples of the documentation', () => {
  const folder = new URL('../examples/', import.meta.url);
  const names = readdirSync(folder);

  it.each(names)('%s', async (name) => {
    const { ask, follow, gateway } = await openGateway({
      servers: { files: { tools: [{ name: 'read', description: 'Reads a file' }] } },
    });
    await gateway.servers.listed(30_000);
    const document = readFileSync(new URL(name, folder), 'utf8');
    const variables = JSON.parse(/^# variables: (.*)$/m.exec(document)?.[1] ?? '{}') as object;
    if (/^subscription/m.test(document)) {
      expect(await (await follow(document, variables)).next()).toMatchObject({ seq: 1, dropped: 0 });
      return;
    }
    const { status, data, errors } = await ask(document, variables);
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(Object.values(data!)).not.toContain(null);
    expect(JSON.stringify(data)).not.toContain('"userErrors":[{');
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { closeGateways, openGateway, type SpecOptions } from '../spec-gateway.ts';

afterEach(closeGateways);

async function opened(servers: SpecOptions['servers']) {
  const parts = await openGateway(servers ? { servers } : {});
  await parts.gateway.servers.listed(30_000);
  return {
    ...parts,
    async read(query: string, variables?: object) {
      const { data, errors } = await parts.ask(query, variables);
      if (errors) throw new Error(JSON.stringify(errors));
      return data as Readonly<Record<string, unknown>>;
    },
  };
}

const EVERYTHING = {
  files: {
    instructions: 'Use with care.',
    tools: [
      { name: 'read', title: 'Read', description: 'Reads a file', annotations: { readOnlyHint: true } },
      { name: 'write', annotations: { title: 'Write' }, outputSchema: { type: 'object' } },
    ],
    prompts: [{ name: 'ask', arguments: [{ name: 'what' }] }],
    resources: [{ uri: 'file:///a', name: 'a', mimeType: 'text/plain', size: 3 }],
    templates: [{ uriTemplate: 'file:///{path}', name: 'any' }],
  },
};

describe('the catalog', () => {
  it('shows what each kind of item says, and finds each by its id', async () => {
    const { read, gateway } = await opened(EVERYTHING);
    const { catalog } = await read(`{ catalog { totalCount revision nodes {
      __typename id kind name originalName title description definitionHash server { name instructions }
      ... on Tool { inputSchema outputSchema annotations }
      ... on Prompt { arguments }
      ... on Resource { uri mimeType size }
      ... on ResourceTemplate { uriTemplate mimeType }
    } } }`);
    const { nodes, ...page } = catalog as { nodes: readonly { id: string; name: string }[] };
    expect(page).toEqual({ totalCount: 5, revision: String(gateway.catalog.snapshot.revision) });
    const server = { name: 'files', instructions: 'Use with care.' };
    expect(nodes).toMatchObject([
      {
        __typename: 'Tool',
        kind: 'TOOL',
        name: 'files__read',
        originalName: 'read',
        title: 'Read',
        description: 'Reads a file',
        definitionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        server,
        inputSchema: { type: 'object' },
        outputSchema: null,
        annotations: { readOnlyHint: true },
      },
      { name: 'files__write', title: 'Write', description: null, outputSchema: { type: 'object' } },
      { __typename: 'Prompt', kind: 'PROMPT', name: 'files__ask', arguments: [{ name: 'what' }] },
      { __typename: 'Resource', uri: 'file:///a', name: 'file:///a', mimeType: 'text/plain', size: 3 },
      { __typename: 'ResourceTemplate', uriTemplate: 'file:///{path}', mimeType: null },
    ]);
    const { server: files, plugins } = (await read(
      '{ server(name: "files") { id name } plugins { id name } }',
    )) as { server: { id: string; name: string }; plugins: readonly { id: string; name: string }[] };
    const all = [...nodes, files, ...plugins];
    const found = await read(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on CatalogItem { name } ... on Server { name } ... on Plugin { name } } }',
      { ids: all.map(({ id }) => id) },
    );
    expect(found['nodes']).toEqual(all.map(({ id, name }) => ({ id, name })));
  });

  it('knows no more what is gone, and refuses what is no id', async () => {
    const { ask, read, server, gateway } = await opened(EVERYTHING);
    const { catalog } = (await read('{ catalog(first: 1) { nodes { id } } }')) as {
      catalog: { nodes: readonly { id: string }[] };
    };
    const [{ id }] = catalog.nodes as [{ id: string }];
    server('files').tools = [];
    await gateway.servers.refresh('files');
    expect(await read('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
    const { errors, data } = await ask('{ nodes(ids: ["nonsense"]) { id } }');
    expect(data).toEqual({ nodes: [null] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is read page by page while it changes, without a gap and without a repetition', async () => {
    const tools = Array.from({ length: 30 }, (_, index) => ({ name: `tool${index}` }));
    const { read, server, gateway } = await opened({ files: { tools } });
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { catalog } = (await read(
        'query ($after: String) { catalog(first: 7, after: $after, filter: { kind: [TOOL] }) { nodes { originalName } pageInfo { hasNextPage endCursor } } }',
        { after },
      )) as {
        catalog: {
          nodes: readonly { originalName: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
      seen.push(...catalog.nodes.map(({ originalName }) => originalName));
      if (!catalog.pageInfo.hasNextPage) break;
      after = catalog.pageInfo.endCursor;
      // In turn: another comes first, the last one that was read goes.
      const { tools } = server('files');
      const isEven = seen.length % 2 === 0;
      server('files').tools = isEven
        ? [{ name: `new${seen.length}` }, ...tools]
        : tools.filter(({ name }) => name !== seen.at(-1));
      await gateway.servers.refresh('files');
    }
    expect(seen).toEqual(tools.map(({ name }) => name));
  });

  it('is searched in names, titles and descriptions, in whatever case', async () => {
    const { read } = await opened({ ...EVERYTHING, mail: { tools: [{ name: 'send' }] } });
    const names = async (filter: string) => {
      const { catalog } = (await read(`{ catalog(filter: ${filter}) { nodes { name } } }`)) as {
        catalog: { nodes: readonly { name: string }[] };
      };
      return catalog.nodes.map(({ name }) => name);
    };
    expect(await names('{ search: "READS a" }')).toEqual(['files__read']);
    expect(await names('{ search: "mail__" }')).toEqual(['mail__send']);
    expect(await names('{ server: ["mail"] }')).toEqual(['mail__send']);
    expect(await names('{ kind: [PROMPT, RESOURCE] }')).toEqual(['files__ask', 'file:///a']);
    const { server } = (await read(
      '{ server(name: "files") { tools(filter: { search: "wr" }) { totalCount nodes { name } } } }',
    )) as { server: unknown };
    expect(server).toEqual({ tools: { totalCount: 1, nodes: [{ name: 'files__write' }] } });
  });

  it.each([
    ['first: 0', 'first must be between 1 and 500'],
    ['first: -3', 'first must be between 1 and 500'],
    ['last: 501', 'last must be between 1 and 500'],
    ['first: 1, last: 1', 'give first or last, not both'],
    ['after: "x"', 'after is no cursor of this list'],
  ])('refuses a page of %s in words', async (page, message) => {
    const { ask } = await opened({});
    const { errors } = await ask(`{ catalog(${page}) { totalCount } }`);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('refuses to look for a server that there is none of', async () => {
    const { ask } = await opened({});
    const { errors } = await ask('{ catalog(filter: { server: ["gone"] }) { totalCount } }');
    expect(errors?.[0]?.message).toContain('gone');
  });
});

describe('servers', () => {
  it('are filtered, paged from both ends, and tell their history', async () => {
    const { read, gateway } = await opened({ files: {}, mail: {}, notes: {} });
    await gateway.servers.stop('mail');
    expect(
      await read(`{
        stopped: servers(filter: { phase: [STOPPED] }) { nodes { name } }
        well: servers(filter: { hasProblem: false, search: "E", transport: ["scripted"] }) { nodes { name } }
        last: servers(last: 1) { totalCount nodes { name } pageInfo { hasPreviousPage hasNextPage } }
      }`),
    ).toEqual({
      stopped: { nodes: [{ name: 'mail' }] },
      well: { nodes: [{ name: 'files' }, { name: 'notes' }] },
      last: {
        totalCount: 3,
        nodes: [{ name: 'notes' }],
        pageInfo: { hasPreviousPage: true, hasNextPage: false },
      },
    });
    const { server } = (await read(`{ server(name: "mail") {
      process { pid } protocolVersion era connections { key phase process { pid } }
      history(last: 2) { totalCount edges { cursor node { from to } } }
    } }`)) as { server: { history: { edges: readonly { cursor: string }[] } } };
    expect(server).toMatchObject({
      process: null,
      connections: [{ key: 'primary', phase: 'STOPPED', process: null }],
      history: { edges: [{ node: { to: 'STOPPING' } }, { node: { from: 'STOPPING', to: 'STOPPED' } }] },
    });
    const [edge] = server.history.edges;
    const rest = await read(
      'query ($before: String) { server(name: "mail") { history(last: 1, before: $before) { nodes { to } } } }',
      { before: edge!.cursor },
    );
    expect(rest).toEqual({ server: { history: { nodes: [{ to: 'READY' }] } } });
  });

  it('that run tell their process and what it uses, their era and how they introduce themselves', async () => {
    const { read } = await opened({ files: { instructions: 'Use with care.' } });
    const uses = {
      rssBytes: 5_000_000_000,
      cpuSeconds: 1.25,
      threads: 12,
      descriptors: 40,
      processes: 2,
      sampledAt: '2023-11-14T22:13:20.000Z',
    };
    expect(
      await read(`{ server(name: "files") {
        process { pid command startedAt ...uses } connections { process { ...uses } }
        era protocolVersion implementation { name version } capabilities instructions restarts remembered
      } }
      fragment uses on ServerProcess { rssBytes cpuSeconds threads descriptors processes sampledAt }`),
    ).toEqual({
      server: {
        process: {
          pid: 4242,
          command: '/usr/bin/scripted',
          startedAt: expect.stringMatching(/T.*Z$/),
          ...uses,
        },
        connections: [{ process: uses }],
        era: 'LEGACY',
        protocolVersion: '2025-11-25',
        implementation: { name: 'scripted', version: '1.0.0' },
        capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
        instructions: 'Use with care.',
        restarts: 0,
        remembered: false,
      },
    });
  });
});

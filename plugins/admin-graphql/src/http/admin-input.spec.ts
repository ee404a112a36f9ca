import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, closeGateways, openGateway, type SpecGateway } from '../spec-gateway.ts';

let opened: SpecGateway;
beforeAll(async () => {
  opened = await openGateway({ servers: { files: { tools: [{ name: 'read' }] } } });
  await opened.gateway.servers.listed(30_000);
});
afterAll(closeGateways);

const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions?.['code']);
const COMMAND = '{ name: "evil", config: { command: "touch", args: ["x"] } }';

describe('what the admin API does not have', () => {
  it.each([
    [
      'addServer with a command',
      `mutation { addServer(input: ${COMMAND}) { server { name } } }`,
      'addServer',
    ],
    [
      'updateServer with a command',
      `mutation { updateServer(input: ${COMMAND}) { server { name } } }`,
      'updateServer',
    ],
    ['removeServer', 'mutation { removeServer(input: { server: "files" }) { removedId } }', 'removeServer'],
    ['callTool', 'mutation { callTool(input: { name: "read" }) { content } }', 'callTool'],
    ...['config', 'json', 'file', 'path'].map((key) => [
      `a reload with ${key}: it reads the file that the gateway was started with`,
      `mutation { reloadConfig(input: { ${key}: "x" }) { clientMutationId } }`,
      key,
    ]),
    ...['command', 'args', 'env', 'url', 'cwd', 'headers', 'path', 'config'].map((key) => [
      `a start with ${key}`,
      `mutation { startServer(input: { server: "files", ${key}: "x" }) { server { name } } }`,
      key,
    ]),
    [
      'an order with expectedVersion: nothing here has a version to conflict with',
      'mutation { restartServer(input: { server: "files", expectedVersion: "1" }) { server { name } } }',
      'expectedVersion',
    ],
    ...['env', 'headers', 'args', 'config', 'token', 'tokens', 'hasToken', 'secrets'].map((key) => [
      `${key} of a server`,
      `{ server(name: "files") { ${key} } }`,
      key,
    ]),
    ['the configuration', '{ config { effective } }', 'config'],
    ['options of a plugin', '{ plugins { config } }', 'config'],
  ])('%s', async (_, query, key) => {
    const answer = await opened.ask(query);
    expect(answer.status).toBe(400);
    expect(codes(answer)!.every((code) => code === 'GRAPHQL_VALIDATION_FAILED')).toBe(true);
    expect(answer.errors!.some(({ message }) => message.includes(`"${key}"`))).toBe(true);
    expect(JSON.stringify(answer)).not.toMatch(/did you mean/i);
    expect(answer.data).toBeUndefined();
  });
});

describe('values that mean nothing', () => {
  it.each([
    ['a negative page size', '{ servers(first: -1) { totalCount } }', 200],
    ['a page size of 0', '{ catalog(first: 0) { totalCount } }', 200],
    ['a page size of 501', '{ catalog(first: 501) { totalCount } }', 200],
    ['a cursor of nobody', '{ catalog(after: "nonsense") { totalCount } }', 200],
    ['a number of log lines below 0', '{ logs(last: -5) { seq } }', 200],
  ])('%s', async (_, query, status) => {
    const answer = await opened.ask(query);
    expect([answer.status, codes(answer)]).toEqual([status, ['BAD_USER_INPUT']]);
  });

  it.each([
    ['an enum value', '{ servers(filter: { phase: [READI] }) { totalCount } }'],
    ['a page size that is no number', '{ servers(first: "many") { totalCount } }'],
    ['a page size of 2 to the 40', '{ servers(first: 1099511627776) { totalCount } }'],
    ['an id that is an object', '{ node(id: {}) { id } }'],
  ])('%s that does not exist', async (_, query) => {
    const answer = await opened.ask(query);
    expect([answer.status, codes(answer)]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
  });

  it.each(['', 'nonsense', 'U2VydmVyOm5vYm9keQ', '../../etc/passwd', '\u0000', 'x'.repeat(10_000)])(
    'the id %j of nothing',
    async (id) => {
      const answer = await opened.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual({ node: null });
    },
  );
});

describe('orders to a server that is not there (any more)', () => {
  const ORDER = (name: string) =>
    `mutation ($server: ID!) { ${name}(input: { server: $server }) { server { name } userErrors { field code number hint } } }`;

  it.each(['startServer', 'stopServer', 'restartServer'])(
    '%s says so, as often as it is given',
    async (name) => {
      for (let n = 0; n < 2; n += 1) {
        const answer = await opened.ask(ORDER(name), { server: 'removed' });
        expect(answer).toMatchObject({
          status: 200,
          data: {
            [name]: {
              server: null,
              userErrors: [{ field: ['server'], code: 'SERVER_UNKNOWN', hint: expect.any(String) }],
            },
          },
        });
      }
    },
  );

  it('stopServer twice is the same as once', async () => {
    const stop =
      'mutation { stopServer(input: { server: "files", waitFor: "30s" }) { server { phase } userErrors { code } } }';
    const said = { stopServer: { server: { phase: 'STOPPED' }, userErrors: [] } };
    expect((await opened.ask(stop)).data).toEqual(said);
    expect((await opened.ask(stop)).data).toEqual(said);
  });
});

describe('introspection', () => {
  it('is for who has the token', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await opened.ask(query)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    const answer = await fetch(opened.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('Query');
  });
});

describe('what is nested in pages', () => {
  it('costs what it may be, though nobody says how large a page is', async () => {
    const answer = await opened.ask(
      '{ catalog { nodes { server { tools { nodes { server { history { nodes { to } } } } } } } } }',
    );
    expect([answer.status, codes(answer)]).toEqual([400, ['QUERY_TOO_COSTLY']]);
    const usual = await opened.ask(
      '{ servers { nodes { name tools { nodes { name } } history(last: 10) { nodes { to } } } } }',
    );
    expect(usual.errors?.map(({ message }) => message)).toBeUndefined();
  });
});

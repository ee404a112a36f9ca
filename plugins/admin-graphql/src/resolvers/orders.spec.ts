import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { closeGateways, openGateway, type SpecOptions } from '../spec-gateway.ts';
import { orderResolvers } from './orders.ts';
import { WaitingRoom } from './waiting.ts';

afterEach(closeGateways);

const PAYLOAD = `{
  server { name phase desired restarts }
  transition { to event run }
  userErrors { field code number message hint }
  clientMutationId
}`;

async function opened(options?: SpecOptions) {
  const parts = await openGateway(options ?? { servers: { files: { tools: [{ name: 'read' }] } } });
  await parts.gateway.servers.listed(30_000);
  return {
    ...parts,
    async order(name: string, input: object) {
      const type = 'ServerRefInput!';
      const { data, errors } = await parts.ask(
        `mutation ($input: ${type}) { ${name}(input: $input) ${PAYLOAD} }`,
        { input },
      );
      if (!data) throw new Error(JSON.stringify(errors));
      return data[name] as unknown;
    },
  };
}

describe('orders', () => {
  it('wait for what they aim at: stopped, started, started anew', async () => {
    const { order } = await opened();
    expect(await order('stopServer', { server: 'files', waitFor: '30s', clientMutationId: 'one' })).toEqual({
      server: { name: 'files', phase: 'STOPPED', desired: 'STOPPED', restarts: 0 },
      transition: { to: 'STOPPED', event: 'closed', run: 1 },
      userErrors: [],
      clientMutationId: 'one',
    });
    expect(await order('startServer', { server: 'files', waitFor: 'PT30S' })).toMatchObject({
      server: { phase: 'READY', desired: 'READY' },
      transition: { to: 'READY', run: 2 },
      userErrors: [],
    });
    expect(await order('restartServer', { server: 'files', waitFor: 30_000 })).toMatchObject({
      server: { phase: 'READY' },
      transition: { to: 'READY', run: 3 },
      userErrors: [],
    });
  });

  it('are only given where nobody waits', async () => {
    const { order, server } = await opened();
    server('files').mute.add('initialize');
    expect(await order('restartServer', { server: 'files' })).toMatchObject({
      server: { desired: 'READY' },
      userErrors: [],
    });
  });

  it('that are carried out already change nothing', async () => {
    const { order, server } = await opened();
    for (const waitFor of [null, '30s']) {
      expect(await order('startServer', { server: 'files', waitFor })).toMatchObject({
        server: { phase: 'READY' },
        transition: null,
        userErrors: [],
      });
    }
    expect(server('files').starts).toBe(1);
  });

  it('tell whoever waits in vain that the time is over, and stand', async () => {
    const { order, server } = await opened();
    server('files').mute.add('initialize');
    expect(await order('restartServer', { server: 'files', waitFor: '50ms' })).toMatchObject({
      server: { desired: 'READY' },
      userErrors: [
        {
          field: ['waitFor'],
          code: 'WAIT_TIMED_OUT',
          number: 'SWY-E741',
          message: expect.stringContaining('was not ready within 0.05 s'),
        },
      ],
    });
  });

  it('tell whoever waits that another order came', async () => {
    const { order, server, gateway } = await opened();
    server('files').mute.add('initialize');
    const changed = new Promise<void>((resolve) => {
      const following = gateway.servers.changes$.subscribe(({ phase }) => {
        if (phase !== 'negotiating') return;
        following.unsubscribe();
        resolve();
      });
    });
    const waiting = order('restartServer', { server: 'files', waitFor: '60s' });
    await changed;
    await order('stopServer', { server: 'files' });
    expect(await waiting).toMatchObject({ userErrors: [{ code: 'ORDER_OVERTAKEN', field: null }] });
  });

  it('to servers that are not there, turned off, or wrong are refused in words', async () => {
    const { order } = await opened({
      servers: { files: {} },
      entries: {
        off: { transport: 'scripted', options: {}, enabled: false },
        wrong: { transport: 'pigeon', options: {} },
      },
    });
    for (const name of ['startServer', 'stopServer', 'restartServer']) {
      const unknown = {
        server: null,
        transition: null,
        userErrors: [{ field: ['server'], code: 'SERVER_UNKNOWN', number: 'SWY-E207' }],
      };
      // Again: the answer is the same.
      for (const waitFor of [null, '1s']) {
        expect(await order(name, { server: 'gone', waitFor })).toMatchObject(unknown);
      }
    }
    expect(await order('startServer', { server: 'off', waitFor: '30s' })).toMatchObject({
      server: { phase: 'DISABLED' },
      userErrors: [{ field: ['server'], code: 'SERVER_DISABLED', number: 'SWY-E740' }],
    });
    expect(await order('restartServer', { server: 'wrong', waitFor: '30s' })).toMatchObject({
      server: { phase: 'FAILED' },
      userErrors: [{ field: ['server'], code: 'PLUGIN_TRANSPORT_MISSING' }],
    });
    for (const server of ['off', 'wrong']) {
      expect(await order('stopServer', { server, waitFor: '30s' })).toMatchObject({ userErrors: [] });
    }
  });

  it('take ids as well as names, and no wait that nobody would want', async () => {
    const { ask, order } = await opened();
    const { data } = await ask('{ server(name: "files") { id } }');
    const { id } = data!['server'] as unknown as { id: string };
    expect(await order('startServer', { server: id })).toMatchObject({ userErrors: [] });
    for (const waitFor of ['11m', 'soon', -1]) {
      const { errors } = await ask(
        'mutation ($input: ServerRefInput!) { startServer(input: $input) { userErrors { code } } }',
        { input: { server: 'files', waitFor } },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('are not waited for by more than there is room for', async () => {
    const { ask, server } = await opened();
    server('files').mute.add('initialize');
    const many = (name: string, from: number, count: number) =>
      Array.from(
        { length: count },
        (_, index) =>
          `m${from + index}: ${name}(input: { server: "files", waitFor: "60s" }) { userErrors { code } }`,
      ).join('\n');
    // Mutations of one document run one after the other, so each is a request of its own.
    await ask('mutation { restartServer(input: { server: "files" }) { clientMutationId } }');
    const waits = Array.from({ length: 65 }, () => ask(`mutation { ${many('startServer', 0, 1)} }`));
    const first = await Promise.race(waits);
    expect(first.data).toEqual({ m0: { userErrors: [{ code: 'WAITS_LIMIT' }] } });
    await ask('mutation { stopServer(input: { server: "files" }) { clientMutationId } }');
    const codes = (await Promise.all(waits)).map(({ data }) => JSON.stringify(data));
    expect(codes.filter((code) => code.includes('ORDER_OVERTAKEN'))).toHaveLength(64);
  });
});

describe('refreshCatalog', () => {
  const REFRESH = `mutation ($input: ServerRefInput!) { refreshCatalog(input: $input) {
    server { name } added { name } removed changed { name description } userErrors { code field } clientMutationId } }`;

  it('says what came, went and changed', async () => {
    const { ask, server } = await opened({
      servers: { files: { tools: [{ name: 'read' }, { name: 'write' }] } },
    });
    server('files').tools = [{ name: 'read', description: 'reads' }, { name: 'list' }];
    const { data } = await ask(REFRESH, { input: { server: 'files', clientMutationId: 'x' } });
    expect(data!['refreshCatalog']).toEqual({
      server: { name: 'files' },
      added: [{ name: 'files__list' }],
      removed: ['files__write'],
      changed: [{ name: 'files__read', description: 'reads' }],
      userErrors: [],
      clientMutationId: 'x',
    });
  });

  it('says why nothing can be read', async () => {
    const { ask, gateway, server } = await opened();
    const asked = async (input: object) =>
      (await ask(REFRESH, { input })).data!['refreshCatalog'] as unknown as { userErrors: unknown[] };
    server('files').mute.add('tools/list');
    expect((await asked({ server: 'files', waitFor: '50ms' })).userErrors).toEqual([
      { code: 'WAIT_TIMED_OUT', field: ['waitFor'] },
    ]);
    await gateway.servers.stop('files');
    expect((await asked({ server: 'files' })).userErrors).toEqual([
      { code: 'UPSTREAM_UNAVAILABLE', field: null },
    ]);
    expect((await asked({ server: 'gone' })).userErrors).toEqual([
      { code: 'SERVER_UNKNOWN', field: ['server'] },
    ]);
  });

  it('is no success where the server refuses a list, and its words are masked', async () => {
    const { ask, server } = await opened({
      servers: { files: {} },
      entries: { files: { transport: 'scripted', options: { token: 'of-files-only' } } },
    });
    server('files').refusals.set('tools/list', 'the token of-files-only is no good');
    const { data } = await ask(
      'mutation { refreshCatalog(input: { server: "files" }) { userErrors { code number message } } }',
    );
    expect(data!['refreshCatalog']).toEqual({
      userErrors: [
        {
          code: 'LISTS_UNREAD',
          number: 'SWY-E744',
          message:
            'files did not give all of its lists: tools: the server refused its list: the token [redacted] is no good (-32603)',
        },
      ],
    });
  });
});

describe('an order of a gateway that stops', () => {
  it('answers with what was told of the server last', async () => {
    const view = (phase: string, seq: number) =>
      ({
        name: 'files',
        phase,
        desired: 'stopped',
        connections: [{}],
        transitions: [{ seq, to: phase }],
      }) as unknown as ServerView;
    const listeners = new Set<(view: ServerView) => void>();
    const changes$ = {
      subscribe(next: (view: ServerView) => void) {
        listeners.add(next);
        return { unsubscribe: () => void listeners.delete(next) };
      },
    };
    const tell = (now: ServerView) => [...listeners].forEach((next) => next(now));
    let servers: readonly ServerView[] = [view('ready', 1)];
    const context = {
      servers: { list: () => servers, changes$, stop: () => new Promise(() => {}) },
      serverNamed: (name: string) => servers.find((each) => each.name === name),
      clock: { after: () => () => {} },
    } as unknown as AdminContext;
    const { stopServer } = orderResolvers(new WaitingRoom()).Mutation;
    const answer = stopServer(undefined, { input: { server: 'files', waitFor: 1_000 } }, context);
    servers = [];
    tell(view('stopping', 2));
    tell(view('stopped', 3));
    expect(await answer).toMatchObject({
      server: { name: 'files', phase: 'stopped' },
      transition: { seq: 3, to: 'stopped' },
      userErrors: [],
    });
    expect(listeners.size).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  calls,
  clock,
  definePlugin,
  endpoints,
  interceptors,
  routers,
  servers,
  type Execute,
  type SwitchyardError,
} from '@switchyard/plugin-api';
import { EMPTY_CATALOG } from './catalog-service.ts';
import { createGateway } from './gateway.ts';
import type { Gateway } from './gateway-types.ts';
import { callFor, recorder, RESULT } from './spec-calls.ts';
import {
  answeringRouter,
  configurationOf,
  diaryDoor,
  emptyCatalog,
  installed,
  silentTransport,
  type Diary,
} from './spec-plugins.ts';
import { systemClock } from './system-clock.ts';

/** A gateway over plugins that write down what happens to them. */
function gatewayOf(
  diary: Diary,
  plugins: Parameters<typeof installed>[0][],
  mcpServers: object = {},
): Gateway {
  return createGateway({
    configuration: configurationOf(mcpServers as Record<string, unknown>),
    plugins: plugins.map(installed),
    version: '1.2.3',
  });
}

const ONE_SERVER = { files: { command: 'files' } };

describe('a gateway', () => {
  it('sets up plugins, opens the catalog, then the doors, and starts servers last; stopping undoes it in reverse', async () => {
    const diary: Diary = [];
    const parts = [emptyCatalog(diary), answeringRouter(diary), diaryDoor(diary), silentTransport(diary)];
    const gateway = gatewayOf(diary, parts, ONE_SERVER);
    await gateway.start();
    await gateway.stop();
    expect(diary).toEqual([
      'catalog set up',
      'router set up',
      'catalog opened',
      'door opened',
      'files started',
      'door closed',
      'files closed',
      'router undone',
      'catalog undone',
    ]);
  });

  it('starts no server when a door cannot be opened, and undoes what was begun', async () => {
    const diary: Diary = [];
    const parts = [
      emptyCatalog(diary),
      answeringRouter(diary),
      diaryDoor(diary, { fails: true }),
      silentTransport(diary),
    ];
    const gateway = gatewayOf(diary, parts, ONE_SERVER);
    await expect(gateway.start()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(diary).not.toContain('files started');
    expect(diary.slice(-2)).toEqual(['router undone', 'catalog undone']);
  });

  it.each<[string, string, (diary: Diary) => Parameters<typeof installed>[0][]]>([
    ['no catalog', 'PLUGIN_ROLE_MISSING', (diary) => [answeringRouter(diary)]],
    ['no router', 'PLUGIN_ROLE_MISSING', (diary) => [emptyCatalog(diary)]],
    [
      'two catalogs',
      'PLUGIN_CLASH',
      (diary) => [emptyCatalog(diary), emptyCatalog(diary, 'another'), answeringRouter(diary)],
    ],
    [
      'two transports of one kind',
      'PLUGIN_CLASH',
      (diary) => [
        emptyCatalog(diary),
        answeringRouter(diary),
        silentTransport(diary),
        silentTransport(diary, 'another'),
      ],
    ],
  ])('does not start with %s', async (_what, code, plugins) => {
    const diary: Diary = [];
    const started = gatewayOf(diary, plugins(diary)).start();
    await expect(started).rejects.toMatchObject({ code });
    await started.catch((error: SwitchyardError) => expect(error.remedy).not.toMatch(/\{\w+\}/));
  });

  it('does not start with a catalog that lacks a part, and names it', async () => {
    const incomplete = { ...EMPTY_CATALOG, counts: undefined };
    const started = gatewayOf(
      [],
      [emptyCatalog([], 'catalog', incomplete as never), answeringRouter([])],
    ).start();
    await expect(started).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringContaining('counts'),
    });
  });

  it.each([
    [{ name: 'odd', place: 'call', intercept: () => {} }, 'wrap'],
    [{ name: 'odd', place: 'everywhere', wrap: (next: Execute) => next }, 'place'],
  ])('does not start with an interceptor that is none: %j', async (item, words) => {
    const wrong = definePlugin({
      id: 'wrong',
      api: 1,
      setup: (host) => host.contribute(interceptors, item as never),
    });
    const started = gatewayOf([], [emptyCatalog([]), answeringRouter([]), wrong]).start();
    await expect(started).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringContaining(words),
    });
    await started.catch((error: SwitchyardError) => expect(error.message).toContain('wrong'));
  });

  it('gives plugins the services of the composition root', async () => {
    const diary: Diary = [];
    let execute: Execute | undefined;
    const caller = definePlugin({
      id: 'caller',
      api: 1,
      needs: [calls, servers, clock],
      setup(host) {
        execute = host.get(calls);
        expect(host.get(servers).list()).toEqual([]);
        expect(host.get(clock).now()).toBeGreaterThan(0);
      },
    });
    const gateway = gatewayOf(diary, [caller, emptyCatalog(diary), answeringRouter(diary)]);
    const early = recorder();
    await gateway.start();
    execute?.(callFor('anything'), early.sink);
    expect(early.outcomes).toEqual([RESULT]);
    expect(gateway.status()).toMatchObject({ version: '1.2.3', ledger: { accepted: 1, answered: 1 } });
    await gateway.stop();
  });

  it('refuses a call that comes before it is up', () => {
    const { sink, outcomes } = recorder();
    gatewayOf([], []).execute(callFor('anything'), sink);
    expect(outcomes).toMatchObject([{ kind: 'error', executed: 'no' }]);
  });

  it('shows a server with a bad entry, starts the others, and says what to do', async () => {
    const diary: Diary = [];
    const parts = [emptyCatalog(diary), answeringRouter(diary), silentTransport(diary)];
    const gateway = gatewayOf(diary, parts, {
      bad: { command: 5 },
      foreign: { transport: 'carrier-pigeon', options: {} },
      off: { command: 'off', enabled: false },
      good: { command: 'good' },
    });
    await gateway.start();
    const seen = gateway.servers
      .list()
      .map(({ name, phase, transport, problem }) => ({ name, phase, transport, code: problem?.code }));
    expect(seen).toEqual([
      { name: 'bad', phase: 'failed', transport: 'stdio', code: 'SWY-E606' },
      { name: 'foreign', phase: 'failed', transport: 'carrier-pigeon', code: 'SWY-E801' },
      { name: 'off', phase: 'disabled', transport: 'stdio', code: undefined },
      {
        name: 'good',
        phase: expect.stringMatching(/^(starting|negotiating)$/),
        transport: 'silent',
        code: undefined,
      },
    ]);
    await gateway.stop();
    expect(diary.filter((line) => line.endsWith('started'))).toEqual(['good started']);
  });

  it('stops everything else although a door does not close, and says so', async () => {
    const diary: Diary = [];
    const broken = diaryDoor(diary, { close: () => Promise.reject(new Error('jammed')) });
    const gateway = gatewayOf(
      diary,
      [emptyCatalog(diary), answeringRouter(diary), broken, silentTransport(diary)],
      ONE_SERVER,
    );
    await gateway.start();
    await expect(gateway.stop()).rejects.toThrow('did not stop cleanly');
    expect(diary.slice(-3)).toEqual(['files closed', 'router undone', 'catalog undone']);
  });

  it('gives plugins the time that they take, however much faster its own waits are', async () => {
    const slow = definePlugin({
      id: 'slow',
      api: 1,
      setup: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    const diary: Diary = [];
    const gateway = createGateway({
      configuration: configurationOf({}),
      plugins: [slow, emptyCatalog(diary), answeringRouter(diary), diaryDoor(diary)].map(installed),
      version: '1.2.3',
      clock: systemClock(1_000),
    });
    await gateway.start();
    await gateway.stop();
    expect(diary).toContain('door opened');
  });

  it('gives a door up that never closes', async () => {
    const diary: Diary = [];
    const parts = [
      emptyCatalog(diary),
      answeringRouter(diary),
      diaryDoor(diary, { close: () => new Promise<void>(() => {}) }),
    ];
    const gateway = createGateway({
      configuration: configurationOf({}),
      plugins: parts.map(installed),
      version: '1.2.3',
      clock: systemClock(1_000),
    });
    await gateway.start();
    expect(gateway.stopWaitsFor()).toEqual([]);
    const stopped = gateway.stop();
    expect(gateway.stopWaitsFor()).toEqual(['the endpoint "diary"']);
    await expect(stopped).rejects.toMatchObject({
      errors: [{ message: expect.stringContaining('"diary"') }],
    });
    expect(gateway.stopWaitsFor()).toEqual([]);
    expect(diary.slice(-2)).toEqual(['router undone', 'catalog undone']);
  });

  it('lets calls that come while the doors open wait until the servers are known', async () => {
    const diary: Diary = [];
    const early = recorder();
    const seen: number[] = [];
    const counting = definePlugin({
      id: 'counting',
      api: 1,
      needs: [servers],
      setup(host) {
        const known = host.get(servers);
        host.contribute(routers, {
          name: 'counting',
          route() {
            seen.push(known.list().length);
            return { kind: 'answer', outcome: RESULT };
          },
        });
      },
    });
    const eagerDoor = definePlugin({
      id: 'eager-door',
      api: 1,
      setup(host) {
        host.contribute(endpoints, {
          kind: 'eager',
          async open(door) {
            door.execute(callFor('tools'), early.sink);
            return {};
          },
          close: async () => {},
        });
      },
    });
    const gateway = gatewayOf(
      diary,
      [emptyCatalog(diary), counting, eagerDoor, silentTransport(diary)],
      ONE_SERVER,
    );
    await gateway.start();
    await new Promise(setImmediate);
    expect(seen).toEqual([1]);
    expect(early.outcomes).toEqual([RESULT]);
    await gateway.stop();
  });

  it('stops once, however often it is told to', async () => {
    const diary: Diary = [];
    const gateway = gatewayOf(diary, [emptyCatalog(diary), answeringRouter(diary), diaryDoor(diary)]);
    await gateway.start();
    await Promise.all([gateway.stop(), gateway.stop()]);
    expect(diary.filter((line) => line === 'door closed')).toHaveLength(1);
  });
});

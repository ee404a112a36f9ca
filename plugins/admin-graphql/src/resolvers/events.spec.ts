import { afterEach, describe, expect, it } from '@jest/globals';
import { definePlugin, type Log } from '@switchyard/plugin-api';
import { closeGateways, openGateway } from '../spec-gateway.ts';

afterEach(closeGateways);

interface StateEvent {
  readonly seq: number;
  readonly dropped: number;
  readonly server: { readonly name: string; readonly phase: string };
  readonly transition: { readonly seq: number; readonly from: string; readonly to: string } | null;
}

const STATES = `seq dropped server { name phase } transition { seq from to event cause exitCode }`;

describe('serverStateChanged', () => {
  it('tells the present, then each change once and in order, with its cause', async () => {
    const { follow, gateway, server } = await openGateway({ servers: { files: {}, mail: {} } });
    await gateway.servers.listed(30_000);
    const events = await follow(`subscription { serverStateChanged { ${STATES} } }`);
    expect([await events.next(), await events.next()]).toEqual([
      { seq: 1, dropped: 0, server: { name: 'files', phase: 'READY' }, transition: null },
      { seq: 2, dropped: 0, server: { name: 'mail', phase: 'READY' }, transition: null },
    ]);
    server('mail').exit(7);
    const rest = await events.until((event: StateEvent) => event.transition?.to === 'READY');
    const told = rest as unknown as readonly StateEvent[];
    const transitions = told.map(({ transition }) => transition!);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 3));
    // Each begins where the one before ended: none is missing and none comes twice.
    expect(transitions.map(({ from }) => from)).toEqual([
      'READY',
      ...transitions.slice(0, -1).map(({ to }) => to),
    ]);
    expect(new Set(transitions.map(({ seq }) => seq)).size).toBe(transitions.length);
    expect(transitions[0]).toMatchObject({
      event: 'lost',
      exitCode: 7,
      cause: expect.stringContaining('exited with code 7'),
    });
    expect(told.every(({ server }) => server.name === 'mail')).toBe(true);
  });

  it('tells one server, and only what matches', async () => {
    const { follow, gateway } = await openGateway({ servers: { files: {}, mail: {} } });
    await gateway.servers.listed(30_000);
    const events = await follow(
      `subscription { serverStateChanged(server: "mail", filter: { phase: [READY, STOPPED] }, snapshot: false) { ${STATES} } }`,
    );
    // The answer has begun, so the subscription has.
    await gateway.servers.stop('files');
    await gateway.servers.stop('mail');
    await gateway.servers.start('mail');
    const told = (await events.until(
      (event: StateEvent) => event.transition?.to === 'READY',
    )) as unknown as readonly StateEvent[];
    expect(told.map(({ seq, server, transition }) => [seq, server.name, transition?.to])).toEqual([
      [1, 'mail', 'STOPPED'],
      [2, 'mail', 'READY'],
    ]);
  });

  it('refuses a server that there is none of', async () => {
    const { follow } = await openGateway();
    await expect(follow('subscription { serverStateChanged(server: "gone") { seq } }')).rejects.toThrow(
      'HTTP 400',
    );
  });
});

describe('catalogChanged', () => {
  it('tells the revision, then for each server what came, went and changed', async () => {
    const { follow, gateway, server } = await openGateway({
      servers: { files: { tools: [{ name: 'read' }, { name: 'write' }] }, mail: {} },
    });
    await gateway.servers.listed(30_000);
    const events = await follow(
      `subscription { catalogChanged(server: "files") { seq dropped revision server { name counts { tools } } added { name kind } removed changed { name description } } }`,
    );
    const { revision } = gateway.catalog.snapshot;
    const present = await events.next();
    expect(present).toEqual({
      seq: 1,
      dropped: 0,
      revision: String(revision),
      server: { name: 'files', counts: { tools: 2 } },
      added: [],
      removed: [],
      changed: [],
    });
    server('mail').offer([{ name: 'send' }]);
    server('files').offer([{ name: 'read', description: 'reads' }, { name: 'list' }]);
    expect(await events.next()).toEqual({
      seq: 2,
      dropped: 0,
      revision: expect.any(String),
      server: { name: 'files', counts: { tools: 2 } },
      added: [{ name: 'files__list', kind: 'TOOL' }],
      removed: ['files__write'],
      changed: [{ name: 'files__read', description: 'reads' }],
    });
    // What came by a change can go by the next.
    server('files').offer([{ name: 'read', description: 'reads' }]);
    expect(await events.next()).toMatchObject({ seq: 3, added: [], removed: ['files__list'], changed: [] });
  });
});

describe('logged', () => {
  it('tells the kept lines after one, then each line, of the level that was asked for', async () => {
    let log!: Log;
    const writer = definePlugin({ id: 'writer', api: 1, setup: (host) => void (log = host.log) });
    const { ask, follow } = await openGateway({ plugins: [writer] });
    for (const line of ['one', 'two']) log.warn(line, { server: 'files', number: 1 });
    log.info('not this one');
    const { data } = await ask(
      '{ logs(plugin: "writer", level: WARN) { seq level message plugin server fields } }',
    );
    const lines = data!['logs'] as unknown as readonly { readonly seq: number }[];
    expect(lines).toMatchObject([
      { level: 'WARN', message: 'one', plugin: 'writer', server: 'files', fields: { number: 1 } },
      { message: 'two' },
    ]);
    const after = lines[0]!.seq;
    const events = await follow(
      `subscription { logged(level: WARN, server: "files", afterSeq: ${after}) { seq dropped entry { message } } }`,
    );
    const first = await events.next();
    log.error('about another', { server: 'mail' });
    log.error('three', { server: 'files' });
    expect([first, await events.next()]).toEqual([
      { seq: lines[1]!.seq, dropped: 0, entry: { message: 'two' } },
      { seq: lines[1]!.seq + 3, dropped: 0, entry: { message: 'three' } },
    ]);
  });

  it('counts lines that are not kept any more as dropped', async () => {
    const { follow } = await openGateway();
    const events = await follow('subscription { logged(level: DEBUG, afterSeq: -5) { seq dropped } }');
    expect(await events.next()).toEqual({ seq: expect.any(Number), dropped: expect.any(Number) });
  });
});

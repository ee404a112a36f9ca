import { describe, expect, it } from '@jest/globals';
import { settled } from './spec-clock.ts';
import { connected, ready } from './spec-connection.ts';
import { TIMINGS } from './timings.ts';

/** A ready connection to a server of another revision. */
async function readyAt(protocolVersion: string) {
  const parts = connected();
  const serverInfo = { name: 'old', version: '1' };
  parts.server.on('initialize', () => ({
    result: { protocolVersion, capabilities: { tools: {} }, serverInfo },
  }));
  await parts.started();
  return parts;
}

/** Two calls in flight; the first is the one that something happens to. */
async function twoCalls(protocolVersion?: string) {
  const parts = protocolVersion === undefined ? await ready() : await readyAt(protocolVersion);
  parts.server.silent('tools/call');
  const [first, second] = [parts.call(), parts.call()];
  await settled();
  const ids = parts.server.executions.map(({ id }) => Number(id));
  return { ...parts, first: first!, second: second!, id: ids[0]!, secondId: ids[1]! };
}

/** The other call, and calls to come, are as if nothing had happened. */
async function unharmed({
  server,
  second,
  secondId,
  call,
  connection,
}: Awaited<ReturnType<typeof twoCalls>>) {
  server.wire.respond(secondId, { result: {} });
  server.on('tools/call', () => ({ result: {} }));
  const later = call();
  await settled();
  expect([second.outcomes, later.outcomes].map(([outcome]) => outcome?.kind)).toEqual(['result', 'result']);
  expect(server.wire.thrown).toEqual([]);
  expect(connection.state.phase).toBe('ready');
}

const filler = 'x'.repeat(10_000);

describe('an answer that cannot be passed on', () => {
  it.each([
    [
      'has both a result and an error',
      '{"jsonrpc":"2.0","id":ID,"result":{},"error":{"code":1,"message":""}}',
    ],
    ['has no method, no result and no error', '{"jsonrpc":"2.0","id":ID}'],
    ['has a result that is no object', '{"jsonrpc":"2.0","id":ID,"result":7}'],
    ['is of no known version of JSON-RPC', '{"jsonrpc":"1.0","id":ID,"result":{}}'],
    ['breaks off', '{"jsonrpc":"2.0","id":ID,"result":{"content":['],
    ['is nested too deeply', `{"jsonrpc":"2.0","id":ID,"result":{"x":${'['.repeat(100)}${']'.repeat(100)}}}`],
    ['has its id last and is damaged before', '{"jsonrpc":"2.0","result":{"x":tru},"id":ID}'],
  ])('because it %s costs its call alone: it was executed', async (_why, text) => {
    const parts = await twoCalls();
    parts.server.wire.push(text.replace('ID', String(parts.id)));
    await settled();
    expect(parts.first.outcomes).toMatchObject([{ code: 'UPSTREAM_PROTOCOL', executed: 'yes' }]);
    expect(parts.connection.session?.dropped).toBe(1);
    await unharmed(parts);
  });

  it('because it is not UTF-8 costs its call alone, and nothing is put in the place of a byte', async () => {
    const parts = await twoCalls();
    parts.server.wire.push(
      Buffer.concat([
        Buffer.from(`{"jsonrpc":"2.0","id":${parts.id},"result":{"text":"`),
        Buffer.from([0xff]),
        Buffer.from('"}}'),
      ]),
    );
    await settled();
    expect(parts.first.outcomes).toMatchObject([
      { code: 'UPSTREAM_PROTOCOL', executed: 'yes', message: expect.stringContaining('not UTF-8') },
    ]);
    await unharmed(parts);
  });

  it.each([
    ['first', `{"jsonrpc":"2.0","id":ID,"result":{"x":"${filler}"}}`],
    ['last', `{"result":{"x":"${filler}","id":1},"jsonrpc":"2.0","id":ID}`],
  ])('because it is too large, its id %s, costs its call alone', async (_where, text) => {
    const parts = await twoCalls();
    parts.server.wire.pushOversize(text.replace('ID', String(parts.id)));
    await settled();
    expect(parts.first.outcomes).toMatchObject([{ code: 'MESSAGE_TOO_LARGE', executed: 'yes' }]);
    await unharmed(parts);
  });
});

describe('what is no answer', () => {
  it.each([
    ['log lines', 'Server listening on stdio\u001b[0m'],
    ['JSON that is no MCP', '{"level":"info","msg":"hello"}'],
    ['null', 'null'],
    ['an empty line', ''],
    ['a batch of junk', '[1,2]'],
    ['an answer to nobody', '{"jsonrpc":"2.0","id":999,"result":{}}'],
    ['an answer without an id', '{"jsonrpc":"2.0","result":{}}'],
    ['an answer with an id of null', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}'],
    ['an answer to a fraction', '{"jsonrpc":"2.0","id":1.5,"result":{}}'],
    ['an id that only a string holds', '{"text":"\\"id\\":ID}'],
    ['a log line with an id', '{"level":30,"msg":"handling tool call","id":ID}'],
    ['a log line that quotes a request', 'DEBUG request {"method":"x","jsonrpc":"2.0","id":ID}'],
    ['a log line that quotes an answer', 'DEBUG answer {"result":{},"jsonrpc":"2.0","id":ID}'],
    ['a log line that breaks off', '{"id":ID,"msg":"handling'],
    ['a log line whose answer is inside', '{"msg":{"result":tru},"id":ID}'],
  ])('is dropped and counted: %s', async (_what, text) => {
    const parts = await twoCalls();
    parts.server.wire.push(text.replace('ID', String(parts.id)));
    await settled();
    expect(parts.first.outcomes).toEqual([]);
    expect(parts.connection.session?.dropped).toBeGreaterThan(0);
    await unharmed(parts);
  });

  it.each([
    ['damaged', (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"roots/list","params":[]}`, false],
    [
      'too large',
      (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"x","params":{"x":"${filler}"}}`,
      true,
    ],
  ])('is a %s request of the server, though it has the id of a call', async (_how, textOf, oversize) => {
    const parts = await twoCalls();
    const text = textOf(parts.id);
    if (oversize) parts.server.wire.pushOversize(text);
    else parts.server.wire.push(text);
    await settled();
    expect(parts.first.outcomes).toEqual([]);
    await unharmed(parts);
  });

  it('is a log line that is too large, though an id ends it', async () => {
    const parts = await twoCalls();
    parts.server.wire.pushOversize(`{"level":30,"msg":"${filler}","id":${parts.id}}`);
    await settled();
    expect([parts.first.outcomes, parts.connection.session?.dropped]).toEqual([[], 1]);
    await unharmed(parts);
  });

  it('is a flood when it does not end: the server is lost, and what is left of it is not read', async () => {
    const parts = await twoCalls();
    for (let line = 0; line < 50_000; line += 1) parts.server.wire.push('y');
    await settled();
    expect(parts.server.wire.closeAsked).toBe(true);
    expect(parts.first.outcomes).toMatchObject([{ kind: 'error', executed: 'unknown' }]);
    expect(parts.connection.state).toMatchObject({
      phase: 'waiting',
      cause: { retryable: true, problem: { message: expect.stringContaining('2000 lines within a second') } },
    });
  });

  it('is no flood when it takes its time', async () => {
    const parts = await twoCalls();
    for (let second = 0; second < 3; second += 1) {
      for (let line = 0; line < 1_600; line += 1) parts.server.wire.push('y');
      await parts.clock.advance(1_001);
    }
    await unharmed(parts);
  });

  it('is quoted in the log a few times, not each time', async () => {
    const parts = await twoCalls();
    for (let line = 0; line < 1_000; line += 1) parts.server.wire.push(`noise ${line}`);
    await settled();
    expect(parts.connection.session?.dropped).toBe(1_000);
    const lines = parts.log.lines.filter((line) => line.includes('noise'));
    expect(lines).toHaveLength(5);
    await unharmed(parts);
  });

  it.each([
    ['an answer', '{"jsonrpc":"1.0","id":ID,"result":{"text":"hunter2"}}'],
    ['an answer after spaces', ' \r{"jsonrpc":"1.0","id":ID,"result":{"text":"hunter2"}}'],
    ['an answer after a byte order mark', '\ufeff{"jsonrpc":"1.0","id":ID,"result":{"text":"hunter2"}}'],
    ['a batch', '[{"jsonrpc":"2.0","id":ID,"result":{"text":"hunter2"}}]'],
  ])('is quoted at debug only where it is data: %s', async (_what, text) => {
    const parts = await twoCalls();
    parts.server.wire.push(text.replace('ID', String(parts.id)));
    await settled();
    const quoting = parts.log.lines.filter((line) => line.includes('hunter2'));
    expect(quoting.map((line) => line.split(' ')[0])).toEqual(['debug']);
    const bytes = Buffer.byteLength(text.replace('ID', String(parts.id)));
    expect(parts.log.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining(`"bytes":${bytes}`),
    ]);
  });

  it('is described by its length and id, if it is too large', async () => {
    const parts = await twoCalls();
    parts.server.wire.pushOversize(`{"jsonrpc":"2.0","id":${parts.id},"result":{"x":"${filler}"}}`);
    await settled();
    const [line] = parts.log.lines.filter((each) => each.startsWith('warn'));
    expect(line).toMatch(new RegExp(`"reason":"oversize","bytes":10\\d{3},"id":${parts.id}`));
    expect(line).not.toContain('xxx');
  });

  it('is quoted though late answers were counted before it', async () => {
    const { server, log } = await ready();
    for (let count = 0; count < 10; count += 1) server.wire.respond(999, { result: {} });
    server.wire.push('Traceback (most recent call last)');
    await settled();
    expect(log.lines.filter((line) => line.includes('Traceback'))).toHaveLength(1);
  });
});

describe('a batch', () => {
  const answer = (id: number) => ({ jsonrpc: '2.0', id, result: {} });
  const kinds = ({ first, second }: Awaited<ReturnType<typeof twoCalls>>) =>
    [first, second].map(({ outcomes }) => outcomes[0]?.kind);

  it('from a server of 2025-03-26 counts as if its answers came one by one', async () => {
    const parts = await twoCalls('2025-03-26');
    parts.server.wire.push([answer(parts.id), 'junk', answer(parts.secondId)]);
    await settled();
    expect(kinds(parts)).toEqual(['result', 'result']);
    expect(parts.connection.session?.dropped).toBe(1);
  });

  it('inside a batch is dropped and counted, and its neighbours are not', async () => {
    const parts = await twoCalls('2025-03-26');
    parts.server.wire.push([[answer(parts.id)], answer(parts.secondId)]);
    await settled();
    expect(kinds(parts)).toEqual([undefined, 'result']);
    expect(parts.connection.session?.dropped).toBe(1);
  });

  it.each(['2024-11-05', '2025-06-18', '2025-11-25'])(
    'from a server of %s is dropped and counted',
    async (version) => {
      const parts = await twoCalls(version);
      parts.server.wire.push([answer(parts.id), answer(parts.secondId)]);
      await settled();
      expect(kinds(parts)).toEqual([undefined, undefined]);
      expect(parts.connection.session?.dropped).toBe(1);
    },
  );
});

describe('a request of the server', () => {
  it('for a sign of life is answered, with its typed id', async () => {
    const { server } = await ready();
    for (const id of ['7', 7, '']) server.wire.push({ jsonrpc: '2.0', id, method: 'ping' });
    await settled();
    expect(server.wire.taken.slice(-3).map(({ id, result }) => ({ id, result }))).toEqual([
      { id: '7', result: {} },
      { id: 7, result: {} },
      { id: '', result: {} },
    ]);
  });

  it('that cannot be passed on is refused, and people can see it until the next run', async () => {
    const { connection, clock, server } = await ready();
    server.wire.push({ jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: {} });
    await settled();
    expect(server.wire.taken.at(-1)).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(connection.refused).toMatchObject({ method: 'sampling/createMessage' });
    server.wire.lose();
    await clock.advance(1_000);
    expect(connection.refused).toBeUndefined();
  });

  it('or a notification that means nothing to us changes nothing', async () => {
    const parts = await twoCalls();
    const { wire } = parts.server;
    wire.notify('notifications/message', { level: 'info', data: 'hello' });
    wire.notify('notifications/resources/updated', { uri: 'file:///a' });
    wire.notify('notifications/cancelled', { requestId: parts.id });
    wire.notify('notifications/of/tomorrow');
    await settled();
    expect([parts.first.outcomes, parts.connection.session?.dropped]).toEqual([[], 0]);
    await unharmed(parts);
  });
});

describe('list_changed', () => {
  it('a thousand times is one reading, of what changed', async () => {
    const { clock, server, lists } = await ready();
    await clock.advance(TIMINGS.listEvery);
    for (let count = 0; count < 1_000; count += 1) server.wire.notify('notifications/tools/list_changed');
    await clock.advance(60_000);
    expect(server.wire.requests('tools/list')).toHaveLength(2);
    expect(lists.map(({ definitions }) => Object.keys(definitions))).toEqual([['tools'], ['tools']]);
  });

  it('while lists are read for the first time is not forgotten', async () => {
    const { connection, clock, server, lists } = await ready();
    await connection.stop();
    server.silent('tools/list');
    connection.start();
    await settled();
    server.wire.notify('notifications/tools/list_changed');
    await clock.advance(TIMINGS.listEvery * 2);
    server.on('tools/list', () => ({ result: { tools: [] } }));
    server.wire.respond(server.wire.requests('tools/list')[0]!.id, { result: { tools: [{ name: 'old' }] } });
    await clock.advance(TIMINGS.listEvery);
    expect(lists.map(({ definitions }) => definitions.tools?.length)).toEqual([1, 1, 0]);
  });

  it('never lets an older reading have the last word', async () => {
    const { clock, server, lists } = await ready();
    server.silent('tools/list');
    await clock.advance(TIMINGS.listEvery);
    server.wire.notify('notifications/tools/list_changed');
    await clock.advance(TIMINGS.listQuiet);
    const slow = server.wire.requests('tools/list').at(-1)!;
    server.on('tools/list', () => ({ result: { tools: [{ name: 'new' }] } }));
    server.wire.notify('notifications/tools/list_changed');
    await clock.advance(TIMINGS.listEvery * 2);
    server.wire.respond(slow.id, { result: { tools: [{ name: 'old' }] } });
    await clock.advance(TIMINGS.listEvery);
    expect(lists.at(-1)?.definitions.tools?.map(({ name }) => name)).toEqual(['new']);
  });

  it('of a list that the server does not declare is no problem', async () => {
    const { clock, server, lists } = await ready();
    server.wire.notify('notifications/prompts/list_changed');
    await clock.advance(60_000);
    expect(server.wire.requests('prompts/list')).toEqual([]);
    expect(lists).toHaveLength(1);
  });

  it('whose lists nobody can take is reported, and changes nothing else', async () => {
    let read = 0;
    const onLists = () => {
      if ((read += 1) > 1) throw new Error('the catalog is full');
    };
    const { clock, connection, server, log, call } = await ready({ onLists });
    server.wire.notify('notifications/tools/list_changed');
    await clock.advance(60_000);
    expect(log.lines.filter((line) => line.includes('the catalog is full'))).toHaveLength(1);
    const { outcomes } = call();
    await settled();
    expect([connection.state.phase, outcomes[0]?.kind]).toEqual(['ready', 'result']);
  });
});

it('frames are shown to whoever listens, in both directions', async () => {
  const seen: string[] = [];
  const { server } = await ready({
    observeFrame: ({ direction, kind, method, bytes }) =>
      void seen.push(`${direction} ${kind} ${method ?? ''} ${bytes > 0}`),
  });
  server.wire.notify('notifications/message', {});
  await settled();
  expect(seen).toEqual([
    'out request initialize true',
    'in response  true',
    'out notification notifications/initialized true',
    'out request tools/list true',
    'in response  true',
    'in notification notifications/message true',
  ]);
});

describe('an answer that is too large', () => {
  it('and hides its id is that of the request on whose stream it came', async () => {
    const parts = await twoCalls();
    parts.server.wire.pushOversize(`{"jsonrpc":"2.0","result":{"x":"${filler}${filler}`, parts.id);
    await settled();
    expect(parts.first.outcomes).toMatchObject([{ code: 'MESSAGE_TOO_LARGE', executed: 'yes' }]);
    await unharmed(parts);
  });
});

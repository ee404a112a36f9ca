import { describe, expect, it } from '@jest/globals';
import { LIST_LIMITS } from './list-reader.ts';
import { settled } from './spec-clock.ts';
import { connected } from './spec-connection.ts';
import { pagesOf, tool } from './spec-server.ts';
import { TIMINGS } from './timings.ts';

const page = (index: number, count: number) =>
  Array.from({ length: count }, (_, item) => tool(`tool-${index * count + item}`));

/** A connection whose server has been told what lists it has, started. */
async function reading(script: (server: ReturnType<typeof connected>['server']) => void) {
  const parts = connected();
  script(parts.server);
  await parts.started();
  await settled();
  return { ...parts, read: parts.lists[0], problems: parts.lists[0]?.problems };
}

describe('lists', () => {
  it('are published once, with all their pages, in order, byte for byte', async () => {
    const pages = Array.from({ length: 7 }, (_, index) => page(index, 100));
    const { lists, read, server, connection } = await reading((server) => {
      server.on('tools/list', pagesOf('tools', pages));
    });
    expect(lists).toHaveLength(1);
    expect(read!.definitions.tools!.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
      pages.flat().map((definition) => JSON.stringify(definition)),
    );
    expect(read).toMatchObject({ instructions: 'be kind' });
    expect(read).not.toHaveProperty('problems');
    expect(server.wire.requests('tools/list')).toHaveLength(7);
    expect(connection.state.phase).toBe('ready');
  });

  it('of all declared kinds are read, and of no other', async () => {
    const { read, server } = await reading((server) => {
      server.capabilities = { resources: {}, prompts: {} };
      server.on('prompts/list', () => ({ result: { prompts: [{ name: 'p' }] } }));
      server.on('resources/list', () => ({ result: { resources: [{ uri: 'file:///a', name: 'a' }] } }));
      server.on('resources/templates/list', () => ({
        result: { resourceTemplates: [{ uriTemplate: 'file:///{x}', name: 'x' }] },
      }));
    });
    const names = Object.entries(read!.definitions).map(([kind, list]) => [
      kind,
      list.map(({ name }) => name),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      prompts: ['p'],
      resources: ['file:///a'],
      resourceTemplates: ['file:///{x}'],
    });
    expect(server.wire.requests('tools/list')).toEqual([]);
  });

  it('take an empty cursor for a cursor', async () => {
    const { read } = await reading((server) => {
      server.on('tools/list', ({ params }) =>
        params?.['cursor'] === undefined
          ? { result: { tools: [tool('one')], nextCursor: '' } }
          : { result: { tools: [tool('two')] } },
      );
    });
    expect(read!.definitions.tools!.map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

describe('a list without an end', () => {
  it('because a cursor comes again is cut there, keeps what was read, and says so', async () => {
    const { read, problems, server, connection } = await reading((server) => {
      server.on('tools/list', () => ({ result: { tools: [tool('same')], nextCursor: 'again' } }));
    });
    expect(read!.definitions.tools).toHaveLength(2);
    expect(problems!.tools).toContain('the same cursor twice');
    expect(server.wire.requests('tools/list')).toHaveLength(2);
    expect(connection.state.phase).toBe('ready');
  });

  it('because there is always one more page is cut at the limit', async () => {
    const { read, problems } = await reading((server) => {
      let count = 0;
      server.on('tools/list', () => ({
        result: { tools: [tool(`t${(count += 1)}`)], nextCursor: `${count}` },
      }));
    });
    expect(read!.definitions.tools).toHaveLength(LIST_LIMITS.pages);
    expect(problems!.tools).toContain(`cut after ${LIST_LIMITS.pages} pages`);
  });

  it('because each page lets wait is cut when the time for all of them is over', async () => {
    const { clock, server, connection, lists } = await reading((server) => server.silent('tools/list'));
    let pages = 0;
    while (connection.state.phase !== 'ready' && pages < 100) {
      await clock.advance(TIMINGS.list - 1);
      const { id } = server.wire.requests('tools/list').at(-1)!;
      server.wire.respond(id, { result: { tools: [tool(`t${(pages += 1)}`)], nextCursor: `${pages}` } });
      await settled();
    }
    expect(pages).toBe(4);
    expect(lists[0]!.definitions.tools).toHaveLength(4);
    expect(lists[0]!.problems!.tools).toContain('cut after page 4: it took too long');
  });

  it('because its pages are full is cut at the most definitions that are kept', async () => {
    const size = 3_000;
    const { read, problems, server } = await reading((server) => {
      let index = 0;
      server.on('tools/list', () => ({
        result: { tools: page((index += 1), size), nextCursor: `${index}` },
      }));
    });
    expect(read!.definitions.tools).toHaveLength(LIST_LIMITS.definitions);
    expect(problems!.tools).toContain('cut after 20000 tools');
    expect(server.wire.requests('tools/list').length).toBeLessThanOrEqual(8);
  });
});

describe('a kind that fails', () => {
  const others = (server: ReturnType<typeof connected>['server']) => {
    server.capabilities = { tools: {}, prompts: {}, resources: {} };
    server.on('resources/list', () => ({ result: { resources: [] } }));
  };

  it('is left out, with the words of the server, and the others are there', async () => {
    const { read, problems, connection } = await reading((server) => {
      others(server);
      server.on('prompts/list', () => ({ error: { code: -32603, message: 'database locked' } }));
    });
    expect(read!.definitions).toMatchObject({ tools: [{ name: 'echo' }] });
    expect(read!.definitions).not.toHaveProperty('prompts');
    expect(problems).toEqual({ prompts: expect.stringContaining('database locked (-32603)') });
    expect(connection.state.phase).toBe('ready');
  });

  it('is explained in no more words than people read', async () => {
    const { problems } = await reading((server) => {
      server.on('tools/list', () => ({ error: { code: -32603, message: 'x'.repeat(100_000) } }));
    });
    expect(problems!.tools!.length).toBeLessThan(1_000);
  });

  it('is read again after a while, ever more rarely, until it is there', async () => {
    const { clock, server, lists } = await reading((server) => {
      others(server);
      server.on('prompts/list', () => ({ error: { code: -32603, message: 'database locked' } }));
    });
    const asked = () => server.wire.requests('prompts/list').length;
    await clock.advance(TIMINGS.listRetry - 1);
    expect(asked()).toBe(1);
    await clock.advance(1 + TIMINGS.listQuiet);
    expect(asked()).toBe(2);
    await clock.advance(2 * TIMINGS.listRetry - 1);
    expect(asked()).toBe(2);
    server.on('prompts/list', () => ({ result: { prompts: [{ name: 'p' }] } }));
    await clock.advance(1 + TIMINGS.listQuiet);
    expect(lists.at(-1)).toMatchObject({ definitions: { prompts: [{ name: 'p' }] } });
    expect(Object.keys(lists.at(-1)!.definitions)).toEqual(['prompts']);
    await clock.advance(10 * TIMINGS.listRetryMax);
    expect([asked(), server.wire.requests('tools/list').length]).toEqual([3, 1]);
  });

  it('is not asked for by a connection that is gone', async () => {
    const { clock, server, connection } = await reading((server) => {
      server.on('tools/list', () => ({ error: { code: -32603, message: 'no' } }));
    });
    await connection.stop();
    expect(clock.pending).toBe(0);
    await clock.advance(10 * TIMINGS.listRetryMax);
    expect(server.wires.map((wire) => wire.requests('tools/list').length)).toEqual([1]);
  });

  it('because the server does not know the method is empty, and not asked for again', async () => {
    const { clock, read, problems, server } = await reading((server) => {
      server.on('tools/list', () => ({ error: { code: -32601, message: 'no such method' } }));
    });
    expect(read!.definitions.tools).toEqual([]);
    expect(problems!.tools).toContain('no such method (-32601)');
    await clock.advance(10 * TIMINGS.listRetryMax);
    expect(server.wire.requests('tools/list')).toHaveLength(1);
  });

  it('may be the templates, of which a server need not know: that is no problem', async () => {
    const { read, problems } = await reading((server) => {
      others(server);
      server.on('prompts/list', () => ({ result: { prompts: [] } }));
    });
    expect(read!.definitions.resourceTemplates).toEqual([]);
    expect(problems).toBeUndefined();
  });

  it('half way keeps what was read before', async () => {
    const { read, problems } = await reading((server) => {
      server.on('tools/list', ({ params }) =>
        params?.['cursor'] === undefined
          ? { result: { tools: [tool('one')], nextCursor: '2' } }
          : { error: { code: -32603, message: 'lost the rest' } },
      );
    });
    expect(read!.definitions.tools!.map(({ name }) => name)).toEqual(['one']);
    expect(problems!.tools).toContain('lost the rest');
  });

  it.each([
    ['is damaged', '{"jsonrpc":"2.0","id":ID,"result":{},"error":{}}', 'not MCP'],
    ['is no list', '{"jsonrpc":"2.0","id":ID,"result":{"tools":7}}', 'tools'],
  ])('because its answer %s does not hold up the start', async (_why, text, words) => {
    const { connection, problems } = await reading((server) => {
      server.on('tools/list', ({ id }, wire) => {
        wire.push(text.replace('ID', String(id)));
        return undefined;
      });
    });
    expect(connection.state.phase).toBe('ready');
    expect(problems!.tools).toContain(words);
  });

  it('because it is never answered holds up the start no longer than its time', async () => {
    const { clock, connection, server, lists } = await reading((server) => server.silent('tools/list'));
    await clock.advance(TIMINGS.list - 1);
    expect(connection.state).toMatchObject({ phase: 'connecting', stage: 'list' });
    await clock.advance(1);
    expect(connection.state.phase).toBe('ready');
    expect(lists).toMatchObject([
      { definitions: {}, problems: { tools: expect.stringContaining('tools/list') } },
    ]);
    expect(lists[0]!.definitions).not.toHaveProperty('tools');
    server.wire.respond(server.wire.requests('tools/list')[0]!.id, { result: { tools: [] } });
    await settled();
    expect([lists.length, connection.session?.dropped]).toEqual([1, 1]);
  });
});

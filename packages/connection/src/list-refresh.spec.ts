import { describe, expect, it } from '@jest/globals';
import type { CatalogKind } from '@switchyard/plugin-api';
import fc from 'fast-check';
import { ListRefresh } from './list-refresh.ts';
import { settled, virtualClock } from './spec-clock.ts';
import { TIMINGS } from './timings.ts';
import { connected } from './spec-connection.ts';
import { pagesOf, tool } from './spec-server.ts';

const { listQuiet, listEvery } = TIMINGS;

/** A refresh whose readings take no time, with the moments at which they begin. */
function refreshing() {
  const clock = virtualClock(0);
  const reads: { at: number; kinds: readonly CatalogKind[] }[] = [];
  const refresh = new ListRefresh({ clock, timings: TIMINGS }, (kinds) => {
    reads.push({ at: clock.now(), kinds });
    refresh.begun();
    refresh.ended();
  });
  return { clock, reads, refresh };
}

describe('list_changed', () => {
  it('leads to a reading when it has been quiet for a while', async () => {
    const { clock, reads, refresh } = refreshing();
    refresh.changed(['tools']);
    await clock.advance(listQuiet - 1);
    refresh.changed(['prompts', 'tools']);
    await clock.advance(listQuiet - 1);
    expect(reads).toEqual([]);
    await clock.advance(1);
    expect(reads).toEqual([{ at: 2 * listQuiet - 1, kinds: ['tools', 'prompts'] }]);
  });

  it('waits until enough time has passed since the last reading', async () => {
    const { clock, reads, refresh } = refreshing();
    refresh.begun();
    refresh.ended();
    refresh.changed(['tools']);
    await clock.advance(listEvery - 1);
    expect(reads).toEqual([]);
    await clock.advance(1);
    expect(reads).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('during a reading leads to another one, after that has ended', async () => {
    const { clock, reads, refresh } = refreshing();
    refresh.begun();
    refresh.changed(['tools']);
    await clock.advance(10 * listEvery);
    expect(reads).toEqual([]);
    refresh.ended();
    await clock.advance(listQuiet);
    expect(reads.map(({ kinds }) => kinds)).toEqual([['tools']]);
  });

  it('is read even if it never falls quiet', async () => {
    const { clock, reads, refresh } = refreshing();
    for (let now = 0; now < 3 * listEvery; now += 100) {
      refresh.changed(['tools']);
      await clock.advance(100);
    }
    expect(reads.map(({ at }) => at)).toEqual(
      [listEvery, 2 * listEvery, 3 * listEvery].slice(0, reads.length),
    );
    expect(reads.length).toBeGreaterThanOrEqual(2);
  });

  it('is one reading though it comes a thousand times', async () => {
    const { clock, reads, refresh } = refreshing();
    for (let count = 0; count < 1_000; count += 1) refresh.changed(['tools']);
    expect(clock.pending).toBe(1);
    await clock.advance(60_000);
    expect(reads).toHaveLength(1);
  });

  it('always leads to a reading that begins after it, and readings keep their distance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_500), { maxLength: 30 }), async (gaps) => {
        const { clock, reads, refresh } = refreshing();
        let lastChange = -1;
        for (const gap of gaps) {
          await clock.advance(gap);
          refresh.changed(['tools']);
          lastChange = clock.now();
        }
        await clock.advance(2 * listEvery);
        if (gaps.length > 0) expect(reads.at(-1)!.at).toBeGreaterThan(lastChange);
        for (const [index, { at }] of reads.entries())
          if (index > 0) expect(at - reads[index - 1]!.at).toBeGreaterThanOrEqual(listEvery);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a list that failed', () => {
  const { listRetry, listRetryMax } = TIMINGS;

  it('is due again after waits that double up to a limit, and begin anew when all was read', async () => {
    const { clock, reads, refresh } = refreshing();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      refresh.outcome(['tools'], ['tools']);
      const before = clock.now();
      while (reads.length === attempt) await clock.advance(100);
      waits.push((reads[attempt]!.at - before - listQuiet) / listRetry);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, ...[0, 0, 0].map(() => listRetryMax / listRetry)]);
    refresh.outcome(['tools'], []);
    expect(clock.pending).toBe(0);
    refresh.outcome(['tools'], ['tools']);
    await clock.advance(listRetry + listQuiet);
    expect(reads).toHaveLength(9);
  });

  it('is due with all others that failed, whatever else is read meanwhile', async () => {
    const { clock, reads, refresh } = refreshing();
    refresh.outcome(['tools', 'prompts', 'resources'], ['tools', 'prompts']);
    refresh.outcome(['resources'], []);
    refresh.outcome(['tools'], []);
    await clock.advance(listRetry + listQuiet);
    expect(reads.map(({ kinds }) => kinds)).toEqual([['prompts']]);
  });

  it('is forgotten with its session', async () => {
    const { clock, reads, refresh } = refreshing();
    refresh.outcome(['tools'], ['tools']);
    refresh.changed(['prompts']);
    refresh.forget();
    expect(clock.pending).toBe(0);
    await clock.advance(listRetryMax);
    expect(reads).toEqual([]);
  });
});

describe('lists read by order', () => {
  it('are read anew, all of them, whatever the server says of changes', async () => {
    const { connection, server, started, lists } = connected();
    connection.start();
    await started();
    server.on('tools/list', pagesOf('tools', [[tool('one'), tool('two')]]));
    await connection.refresh();
    expect(lists.map(({ definitions }) => definitions.tools?.map(({ name }) => name))).toEqual([
      ['echo'],
      ['one', 'two'],
    ]);
  });

  it('wait for a reading that is under way: what was read last is what counts', async () => {
    const { connection, server, started, lists } = connected();
    connection.start();
    await started();
    let answers = 0;
    server.on('tools/list', () => {
      answers += 1;
      return { result: { tools: [tool(`read-${answers}`)] } };
    });
    const first = connection.refresh();
    // Its reading begins in the next turn.
    await Promise.resolve().then(() => {});
    await Promise.all([first, connection.refresh()]);
    expect(lists.map(({ definitions }) => definitions.tools?.[0]?.name)).toEqual([
      'echo',
      'read-1',
      'read-2',
    ]);
  });

  it('are read once for all who order it before that begins', async () => {
    const { connection, server, started } = connected();
    await started();
    server.silent('tools/list');
    const { length } = server.wire.requests('tools/list');
    const orders = Array.from({ length: 100 }, () => connection.refresh());
    await settled();
    const later = Array.from({ length: 100 }, () => connection.refresh());
    server.on('tools/list', pagesOf('tools', [[tool('one')]]));
    server.wire.respond(server.wire.requests('tools/list').at(-1)?.id, { result: { tools: [] } });
    await Promise.all([...orders, ...later]);
    expect(server.wire.requests('tools/list')).toHaveLength(length + 2);
  });

  it('that were refused are no success', async () => {
    const { connection, server, started } = connected();
    await started();
    server.on('tools/list', () => ({ error: { code: -32603, message: 'no disk' } }));
    await expect(connection.refresh()).rejects.toMatchObject({
      code: 'LISTS_UNREAD',
      message: 'sample did not give all of its lists: tools: the server refused its list: no disk (-32603)',
    });
  });

  it('of a server that is lost meanwhile are no success', async () => {
    const { connection, server, started } = connected();
    await started();
    server.silent('tools/list');
    const order = connection.refresh();
    order.catch(() => {});
    await settled();
    server.wire.lose();
    await expect(order).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('cannot be read of a server that is not ready', async () => {
    const { connection } = connected();
    await expect(connection.refresh()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

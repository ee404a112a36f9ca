import { describe, expect, it } from '@jest/globals';
import type { Clock, ServerTransition, ServerView } from '@switchyard/plugin-api';
import { recordingLog } from '../spec-log.ts';
import { fileOf } from './history-file.ts';
import { openHistory } from './history-keeper.ts';
import { SEQ_FILE } from './seq-reserve.ts';
import { specStore, type SpecStore } from './spec-store.ts';

function transition(seq: number, more: Partial<ServerTransition> = {}): ServerTransition {
  return { seq, from: 'idle', to: 'starting', event: 'start', at: 1_000 * seq, run: 1, ...more };
}

/** A view of which only what a keeper reads is there. */
function viewOf(name: string, ...transitions: readonly ServerTransition[]): ServerView {
  return { name, transitions, connections: [{}] } as unknown as ServerView;
}

/** A run of a gateway that knows these servers; its timers run when the test says so. */
async function opened(store: SpecStore, ...given: readonly (string | readonly string[])[]) {
  const timers = new Map<() => void, number>();
  const clock: Clock = {
    now: () => 0,
    date: () => 0,
    after(ms, run) {
      timers.set(run, ms);
      return () => void timers.delete(run);
    },
  };
  const log = recordingLog();
  const keeper = await openHistory({ store, clock, log, servers: () => given.flat() });
  return {
    keeper,
    log,
    timers,
    async timePasses() {
      for (const run of [...timers.keys()]) {
        timers.delete(run);
        run();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const LOST = { code: 'SWY-E206', cause: 'it exited', exitCode: 7, attempt: 1, retryAt: 5 } as const;

describe('a history', () => {
  it('goes on in the next run, in whose eyes it is earlier, and no number comes twice', async () => {
    const store = specStore();
    const first = await opened(store, 'files');
    expect([first.keeper.of('files'), first.keeper.lastSeq]).toEqual([[], 0]);
    first.keeper.follow(viewOf('files', transition(1), transition(2, LOST)));
    await first.keeper.close();

    const second = await opened(store, 'files', 'mail');
    expect(second.keeper.of('files')).toEqual([
      { ...transition(1), earlier: true },
      { ...transition(2), ...LOST, earlier: true },
    ]);
    expect(second.keeper.of('mail')).toEqual([]);
    expect(second.keeper.lastSeq).toBe(2);
    const now = transition(3);
    second.keeper.follow(viewOf('files', ...second.keeper.of('files'), now));
    expect(second.keeper.of('files').at(-1)).toBe(now);
    await second.keeper.close();
    expect((await opened(store, 'files')).keeper.of('files')).toHaveLength(3);
  });

  it('of a gateway that was killed goes on above all numbers that it may have told', async () => {
    const store = specStore();
    const first = await opened(store, 'files');
    // Told, and never written.
    first.keeper.follow(viewOf('files', transition(9_000)));
    const second = await opened(store, 'files');
    expect(second.keeper.lastSeq).toBeGreaterThan(9_000);
    const { lastSeq } = second.keeper;
    second.keeper.follow(viewOf('files', transition(lastSeq + 9_000)));
    await second.timePasses();
    expect((await opened(store, 'files')).keeper.lastSeq).toBeGreaterThan(lastSeq + 9_000);
  });

  it('is written a while after the first change, once for all of them, and only what changed', async () => {
    const store = specStore();
    const { keeper, timers, timePasses } = await opened(store, 'files', 'mail');
    store.written.length = 0;
    const [one, two, same] = [1, 2, 3].map((seq) => viewOf('files', transition(seq)));
    keeper.follow(one!);
    keeper.follow(two!);
    expect([store.written, [...timers.values()]]).toEqual([[], [2_000]]);
    await timePasses();
    expect(store.written).toEqual([fileOf('files')]);
    keeper.follow(two!);
    expect(timers.size).toBe(0);
    keeper.follow(same!);
    expect(timers.size).toBe(1);
    await keeper.close();
    expect(store.written).toEqual([fileOf('files'), fileOf('files'), SEQ_FILE]);
    keeper.follow(viewOf('files', transition(4)));
    expect(timers.size).toBe(0);
  });

  it('is kept of a server that a reload adds, and dropped of one that a reload takes away', async () => {
    const store = specStore();
    const configured = ['files'];
    const { keeper, timePasses } = await opened(store, configured);
    keeper.follow(viewOf('files', transition(1)));
    configured.splice(0, 1, 'mail');
    keeper.follow(viewOf('mail', transition(2)));
    await timePasses();
    expect([keeper.of('files'), keeper.of('mail')]).toEqual([[], [transition(2)]]);
    await keeper.close();
    expect([...store.entries.keys()].sort()).toEqual([SEQ_FILE, fileOf('mail')].sort());
  });

  it('of a server that is not configured any more is dropped; of one that is turned off it is kept', async () => {
    const store = specStore();
    const first = await opened(store, 'files', 'off', 'gone');
    for (const name of ['files', 'off', 'gone', 'stranger']) first.keeper.follow(viewOf(name, transition(1)));
    await first.keeper.close();
    const second = await opened(store, 'files', 'off');
    second.keeper.follow({ ...viewOf('off', transition(5)), connections: [] });
    await second.keeper.close();
    expect([...store.entries.keys()].sort()).toEqual([SEQ_FILE, fileOf('files'), fileOf('off')].sort());
    expect((await opened(store, 'off')).keeper.of('off')).toEqual([{ ...transition(1), earlier: true }]);
  });

  it.each(['', '{', '[]', '{"format":2}', '{"format":1,"server":"files","transitions":[{"seq":"1"}]}'])(
    'that cannot be read is dropped with one warning: %j',
    async (text) => {
      const store = specStore();
      store.entries.set(fileOf('files'), text);
      store.entries.set(fileOf('mail'), text);
      const { keeper, log } = await opened(store, 'files', 'mail');
      expect(keeper.of('files')).toEqual([]);
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { count: 2 } }]);
      expect([...store.entries.keys()]).toEqual([SEQ_FILE]);
    },
  );

  it('that cannot be written is said once, and written when that is possible again', async () => {
    const store = specStore();
    const { keeper, log, timePasses } = await opened(store, 'files');
    store.isBroken = true;
    for (const seq of [1, 2]) {
      keeper.follow(viewOf('files', transition(seq)));
      await timePasses();
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    store.isBroken = false;
    await keeper.close();
    expect((await opened(store, 'files')).keeper.of('files')).toEqual([{ ...transition(2), earlier: true }]);
  });
});

describe('the entry of a server', () => {
  it('is a name that the store takes, and its own', () => {
    const names = ['files', 'Files', 'my server', 'my.server', '.x', '-', 'ö'.repeat(3), 'a'.repeat(63)];
    const files = names.map(fileOf);
    expect(new Set(files).size).toBe(names.length);
    for (const file of files) expect(file).toMatch(/^history\/[a-z0-9][a-z0-9._-]*\.json$/);
    expect(Math.max(...files.map(({ length }) => length))).toBeLessThan(200);
  });
});

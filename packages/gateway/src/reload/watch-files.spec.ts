import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { silentLog } from '../silent-log.ts';
import { systemClock } from '../system-clock.ts';
import { removeFolders, specFolder } from './spec-folder.ts';
import { watchFiles, type FileWatch, type WatchOptions } from './watch-files.ts';

const watches: FileWatch[] = [];
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.close();
  await removeFolders();
});

/** Watches a file, and keeps what it said whenever there was news. */
async function watched(
  file: string,
  others: readonly string[] = [],
  clock: WatchOptions['clock'] = systemClock(),
) {
  const seen: string[] = [];
  let wake = (): void => {};
  const watch = watchFiles({
    files: () => [file, ...others],
    onChange: async () => {
      seen.push(said(file));
      wake();
    },
    clock,
    log: silentLog,
  });
  watches.push(watch);
  await watch.look();
  return {
    seen,
    watch,
    /** Resolves when the latest news is this. */
    async until(last: string): Promise<void> {
      while (seen.at(-1) !== last) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

/** Time that passes when a test says so. */
function standingTime() {
  let now = 0;
  let begun = 0;
  const waits = new Set<{ readonly at: number; readonly run: () => void }>();
  const clock: WatchOptions['clock'] = {
    now: () => now,
    after(ms, run) {
      begun += 1;
      const wait = { at: now + ms, run };
      waits.add(wait);
      return () => void waits.delete(wait);
    },
  };
  return {
    clock,
    /** How many waits began so far. */
    begun: () => begun,
    pass(ms: number) {
      now += ms;
      for (const wait of [...waits].filter(({ at }) => at <= now)) if (waits.delete(wait)) wait.run();
    },
  };
}

function said(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

async function folderWith(text: string): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await specFolder();
  const file = path.join(folder, 'switchyard.jsonc');
  await writeFile(file, text);
  return { folder, file };
}

describe('a watched file', () => {
  it('is told of when it is written', async () => {
    const { file } = await folderWith('one');
    const { until, seen } = await watched(file);
    // At once: between the first byte and the last there would be something to tell, too.
    writeFileSync(file, 'two');
    await until('two');
    expect(seen).toEqual(['two']);
  });

  it('is told of when an editor writes another one and gives it its name, again and again', async () => {
    const { file } = await folderWith('0');
    const { until } = await watched(file);
    for (const text of ['1', '2', '3']) {
      await writeFile(`${file}.new`, text);
      await rename(file, `${file}~`);
      await rename(`${file}.new`, file);
      await until(text);
    }
  });

  it('is told of when a link on its way leads elsewhere, as in a mounted ConfigMap', async () => {
    const folder = await specFolder();
    for (const version of ['..1', '..2', '..3']) {
      await mkdir(path.join(folder, version));
      await writeFile(path.join(folder, version, 'switchyard.jsonc'), version);
    }
    await symlink('..1', path.join(folder, '..data'));
    await symlink(path.join('..data', 'switchyard.jsonc'), path.join(folder, 'switchyard.jsonc'));
    const { until } = await watched(path.join(folder, 'switchyard.jsonc'));
    for (const version of ['..2', '..3']) {
      await symlink(version, path.join(folder, '..data_tmp'));
      await rename(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
      await until(version);
    }
  });

  it('is told of when a link leads to it and it is written where it is', async () => {
    const { folder, file } = await folderWith('one');
    const elsewhere = await specFolder();
    await symlink(file, path.join(elsewhere, 'link.jsonc'));
    expect(folder).not.toBe(elsewhere);
    const { until } = await watched(path.join(elsewhere, 'link.jsonc'));
    await writeFile(file, 'two');
    await until('two');
  });

  it('is told of once when it goes and once when it comes back, with its folder, too', async () => {
    const { folder, file } = await folderWith('one');
    const { until, seen, watch } = await watched(file);
    await rm(folder, { recursive: true });
    await until('ENOENT');
    await watch.look();
    await watch.look();
    expect(seen).toEqual(['ENOENT']);
    await mkdir(folder);
    await writeFile(file, 'two');
    await until('two');
  });

  it('is not told of when it is touched, gets other rights, or is written as it was', async () => {
    const { file } = await folderWith('one');
    const { seen, watch, until } = await watched(file);
    await utimes(file, new Date(), new Date());
    await chmod(file, 0o600);
    await writeFile(`${file}.new`, 'one');
    await rename(`${file}.new`, file);
    await watch.look();
    expect(seen).toEqual([]);
    writeFileSync(file, 'two');
    await until('two');
    expect(seen).toEqual(['two']);
  });

  it('is told of at least each second while it is written all the time, and of its last content', async () => {
    const { file } = await folderWith('0');
    const time = standingTime();
    const { until, seen } = await watched(file, [], time.clock);
    /** Writes, and lets so much time pass as soon as that was noticed. */
    const write = async (text: string, ms: number) => {
      const waits = time.begun();
      writeFileSync(file, text);
      while (time.begun() === waits) await nextTurn();
      time.pass(ms);
    };
    let writes = 0;
    while (seen.length < 2) await write(String((writes += 1)), 10);
    // Two looks are two seconds.
    expect(writes).toBeGreaterThan(150);
    await write('last', 1_000);
    await until('last');
    expect(seen.length).toBeLessThan(writes / 4);
  });

  it('may be one of several', async () => {
    const { folder, file } = await folderWith('one');
    const other = path.join(folder, 'variables.env');
    const { until, seen } = await watched(file, [other]);
    await writeFile(other, 'A=1');
    await until('one');
    expect(seen).toEqual(['one']);
  });

  it.each([
    ['nothing', 'one', [], []],
    ['that it changed', 'another', [], ['one']],
    ['that it may have changed, where there are others', 'one', ['variables.env'], ['one']],
  ])('says %s of what happened before it was watched', async (_what, known, others, expected) => {
    const { folder, file } = await folderWith('one');
    const seen: string[] = [];
    const watch = watchFiles({
      files: () => [file, ...others.map((name) => path.join(folder, name))],
      onChange: async () => void seen.push(said(file)),
      clock: systemClock(),
      log: silentLog,
      known: createHash('sha256').update(known).digest('hex').slice(0, 8),
    });
    watches.push(watch);
    await watch.look();
    expect(seen).toEqual(expected);
  });
});

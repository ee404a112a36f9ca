import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { logFile } from './log-file.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'switchyard-log-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('a log file', () => {
  it('is its owner’s, goes on where it was, and is made when there is something to write', async () => {
    const state = path.join(folder, 'state');
    const write = logFile(state);
    expect(await readdir(folder)).toEqual([]);
    write('one');
    logFile(state)('two');
    expect(await readFile(path.join(state, 'log'), 'utf8')).toBe('one\ntwo\n');
    expect((await stat(path.join(state, 'log'))).mode & 0o777).toBe(0o600);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
  });

  it('is two files at most, none larger than it may be', async () => {
    const write = logFile(folder, 100);
    for (let i = 10; i < 60; i += 1) write(`line ${i} ...`);
    expect((await readdir(folder)).sort()).toEqual(['log', 'log.1']);
    const [now, before] = await Promise.all(
      ['log', 'log.1'].map((name) => readFile(path.join(folder, name), 'utf8')),
    );
    expect(now).toMatch(/line 59 \.\.\.\n$/);
    expect(now!.length).toBeLessThanOrEqual(100);
    expect(before!.length).toBeLessThanOrEqual(100);
    // Nothing is lost between the two.
    expect(Number(/line (\d+)/.exec(now!)![1])).toBe(Number(/line (\d+) \.\.\.\n$/.exec(before!)![1]) + 1);
  });

  it('that cannot be written ends nobody', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect(() => logFile(path.join(folder, 'file'))('lost')).not.toThrow();
  });
});

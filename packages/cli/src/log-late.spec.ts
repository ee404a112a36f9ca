import { describe, expect, it } from '@jest/globals';
import { lateLog, type LateLog } from './log-late.ts';
import { textLog } from './log.ts';

/** Nothing is expected of it. */
const silent = textLog({ write: () => {}, now: () => 0 });

function late(): {
  readonly log: LateLog;
  readonly lines: string[];
  readonly loads: () => number;
  readonly arrive: () => Promise<void>;
} {
  const lines: string[] = [];
  let loads = 0;
  let arrive = (): void => undefined;
  const there = new Promise<void>((resolve) => (arrive = resolve));
  const log = lateLog(async () => {
    loads += 1;
    await there;
    return textLog({ write: (line) => void lines.push(line.slice(9)), now: () => 0 });
  }, silent);
  return {
    log,
    lines,
    loads: () => loads,
    arrive: async () => {
      arrive();
      await new Promise(setImmediate);
    },
  };
}

describe('a log that comes with its first line', () => {
  it('is loaded once, and has all lines in their order', async () => {
    const { log, lines, loads, arrive } = late();
    expect(loads()).toBe(0);
    log.with({ plugin: 'p' }).warn('one', { a: 1 });
    log.error('two');
    expect(loads()).toBe(1);
    expect(lines).toEqual([]);
    const written = log.written().then(() => [...lines]);
    await arrive();
    expect(await written).toEqual(['warn  [p] one a=1', 'error two']);
    log.info('three');
    expect(lines).toEqual(['warn  [p] one a=1', 'error two', 'info  three']);
    expect(loads()).toBe(1);
  });

  it('says how many lines it could not keep', async () => {
    const { log, lines, arrive } = late();
    for (let i = 0; i < 1_010; i += 1) log.info(`line ${i}`);
    await arrive();
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toContain('dropped=10');
  });

  it('is another one where it cannot be loaded: a host without descriptors still has its last words', async () => {
    const lines: string[] = [];
    const plain = textLog({ write: (line) => void lines.push(line.slice(9)), now: () => 0 });
    const log = lateLog(() => Promise.reject(new Error('EMFILE')), plain);
    log.warn('one');
    await log.written();
    log.warn('two');
    expect(lines).toEqual([
      expect.stringMatching(/^error the log could not be loaded.*EMFILE/),
      'warn  one',
      'warn  two',
    ]);
  });
});

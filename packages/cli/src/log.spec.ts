import { describe, expect, it } from '@jest/globals';
import { createLog } from './log.ts';

function logged(json: boolean, level: 'debug' | 'warn'): readonly string[] {
  const lines: string[] = [];
  const log = createLog({ level, json, write: (line) => void lines.push(line), now: () => 0 }).with({
    plugin: 'stdio',
  });
  log.debug('quiet');
  log.warn('two\nlines', { count: 2, cause: new Error('why'), name: 'x' });
  return lines;
}

describe('the log', () => {
  it('is text for people, one line each', () => {
    expect(logged(false, 'warn')).toEqual([
      '00:00:00 warn  [stdio] two\\u000alines count=2 cause=why name=x',
    ]);
    expect(logged(false, 'debug')).toHaveLength(2);
  });

  it('is JSON for programs', () => {
    expect(logged(true, 'warn').map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        message: 'two\nlines',
        plugin: 'stdio',
        count: 2,
        cause: 'why',
        name: 'x',
      },
    ]);
  });
});

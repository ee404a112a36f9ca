import { describe, expect, it } from '@jest/globals';
import type { Log } from '@switchyard/plugin-api';
import { jsonLog } from './log-json.ts';
import { textLog, type LogSink } from './log.ts';

function logged(make: (sink: LogSink) => Log, speak: (log: Log) => void): readonly string[] {
  const lines: string[] = [];
  speak(make({ write: (line) => void lines.push(line), now: () => 0 }));
  return lines;
}
const parsed = (lines: readonly string[]): readonly unknown[] =>
  lines.map((line) => JSON.parse(line) as unknown);

describe('the log as text', () => {
  it('is for people, one line each', () => {
    const lines = logged(textLog, (log) => {
      log.debug('quiet');
      log.with({ plugin: 'stdio' }).warn('two\nlines', {
        server: 'files',
        count: 2,
        error: new Error('why'),
        name: 'x',
        list: [1],
        none: undefined,
      });
    });
    expect(lines).toEqual([
      '00:00:00 debug quiet',
      '00:00:00 warn  [stdio] [files] two\\u000alines count=2 error=why name=x list=[1] none=undefined',
    ]);
  });
});

describe('the log as JSON', () => {
  it('is for programs, all facts beside the message', () => {
    const lines = logged(jsonLog, (log) =>
      log.with({ plugin: 'stdio' }).warn('two\nlines', {
        server: 'files',
        correlationId: 'a-1',
        count: 2,
        error: new Error('why'),
        none: undefined,
      }),
    );
    expect(parsed(lines)).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        message: 'two\nlines',
        plugin: 'stdio',
        server: 'files',
        correlationId: 'a-1',
        count: 2,
        error: 'why',
      },
    ]);
  });

  it('has all four levels, and a line without facts', () => {
    const lines = logged(jsonLog, (log) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level);
    });
    expect(parsed(lines)).toMatchObject(
      ['debug', 'info', 'warn', 'error'].map((level) => ({ level, message: level })),
    );
  });

  it('keeps a fact that is called like one of its own', () => {
    const [line] = logged(jsonLog, (log) => log.info('m', { level: 3, time: 'noon', message: 'other' }));
    expect(JSON.parse(line!)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'm',
      level_: 3,
      time_: 'noon',
      message_: 'other',
    });
    expect(line!.match(/"(level|time|message)":/g)).toHaveLength(3);
  });
});

describe.each([
  ['text', textLog],
  ['JSON', jsonLog],
])('a line as %s', (_name, make) => {
  it('holds no character that a terminal obeys', () => {
    const hostile = '\u001b[2J\u009b31m\u202e\u007f\r\n\u0000\u2066';
    const [line] = logged(make, (log) => log.error(hostile, { text: hostile, [hostile]: 1 }));
    // eslint-disable-next-line no-control-regex -- these are what it is about
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    if (make === jsonLog) expect(JSON.parse(line!)).toMatchObject({ message: hostile, text: hostile });
  });
});

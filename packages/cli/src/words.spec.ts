import { describe, expect, it } from '@jest/globals';
import { printable, printableLines } from './printable.ts';
import { table } from './table.ts';
import { bytes, counted, lasting, shortened, shownPath, took } from './words.ts';

describe('words', () => {
  it('for times', () => {
    expect([9.6, 99, 210, 900, 1_340, 21_600].map(took)).toEqual([
      '10 ms',
      '99 ms',
      '0.21 s',
      '0.90 s',
      '1.3 s',
      '21.6 s',
    ]);
    expect([-5, 0, 59_999, 60_000, 3_600_000, 8_040_000, 266_400_000, 86_400_000].map(lasting)).toEqual([
      ...['0s', '0s', '59s', '1m', '1h', '2h14m', '3d2h', '1d'],
    ]);
  });

  it('for memory', () => {
    expect([0, 640_000, 999_700, 4_260_000, 9_960_000, 64_400_000, 1_400_000_000].map(bytes)).toEqual([
      '0 kB',
      '640 kB',
      '1.0 MB',
      '4.3 MB',
      '10 MB',
      '64 MB',
      '1.4 GB',
    ]);
  });

  it('for counts and long texts', () => {
    expect([counted(1, 'tool'), counted(0, 'tool')]).toEqual(['1 tool', '0 tools']);
    expect([shortened('abcdef', 6), shortened('abcdef', 4), shortened('abc', 0)]).toEqual([
      'abcdef',
      'abc…',
      '',
    ]);
  });

  it('for paths', () => {
    const places = { cwd: '/home/ann/code', home: '/home/ann' };
    expect(
      ['/home/ann/code/a.jsonc', '/home/ann/b', '/home/ann/codex', '/etc/c'].map((file) =>
        shownPath(file, places),
      ),
    ).toEqual([...['./a.jsonc', '~/b', '~/codex', '/etc/c']]);
  });

  it('that cannot drive a terminal', () => {
    expect(printable('a\u001b[31m\u009b\u2067')).toBe('a\\u001b[31m\\u009b\\u2067');
    expect(printableLines('a\tb\r\nc\u0007')).toBe('a\tb\nc\\u0007');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'NAME', flexible: true },
    { title: 'TOOLS', right: true },
    { title: 'NOTE', flexible: true },
  ];

  it('lines up', () => {
    expect(
      table(
        columns,
        [
          ['files', '14', 'fine'],
          ['db', '3', ''],
        ],
        80,
      ),
    ).toEqual([...['NAME   TOOLS  NOTE', 'files     14  fine', 'db         3']]);
  });

  it('fits, whatever is in it', () => {
    const rows = [
      ['n'.repeat(60), '123456', 'words '.repeat(40)],
      ['é\u0000', '1', ''],
    ];
    for (const width of [80, 60, 40]) {
      const lines = table(columns, rows, width);
      expect(lines.every((line) => line.length <= width)).toBe(true);
      expect(lines[1]).toContain('…');
      expect(lines[1]).toContain('123456');
    }
  });
});

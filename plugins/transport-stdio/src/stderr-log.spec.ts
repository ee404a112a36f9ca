import { expect, it } from '@jest/globals';
import type { Log } from '@switchyard/plugin-api';
import { StderrLog } from './stderr-log.ts';

/** A log of stderr whose time is set by hand. */
function logAt() {
  const lines: string[] = [];
  const log: Log = {
    debug: (line) => void lines.push(line),
    info() {},
    warn() {},
    error() {},
    with: () => log,
  };
  let now = 0;
  const stderrLog = new StderrLog(log, { now: () => now, date: () => 0, after: () => () => {} });
  const push = (text: string, at: number) => {
    now = at;
    stderrLog.push(Buffer.from(text));
  };
  return { lines, stderrLog, push };
}

it('logs 50 lines a second and says how much it left out', () => {
  const { lines, stderrLog, push } = logAt();
  for (let number = 1; number <= 60; number += 1) push(`line ${number}\n`, 0);
  expect(lines).toHaveLength(50);
  push('late', 999);
  push('r', 1000);
  push(' than that\nnext\n', 1001);
  expect(lines.slice(50)).toEqual(['84 more bytes were not logged', 'next']);
  expect(stderrLog.suppressed).toBe(84 + 12);
});

it('logs lines as they were written, however they come', () => {
  const { lines, stderrLog, push } = logAt();
  push('on', 0);
  push('e\ntwo\u001b[0m\r\nla', 1);
  push('st', 2);
  expect(lines).toEqual(['one', 'two\\u001b[0m']);
  stderrLog.end();
  expect(lines.slice(2)).toEqual(['last']);
});

it('cuts a line that is too long', () => {
  const { lines, push } = logAt();
  push(`${'x'.repeat(100_000)}\n`, 0);
  expect(lines).toEqual(['x'.repeat(4096)]);
});

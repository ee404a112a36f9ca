import { expect } from '@jest/globals';
import type { Ended } from './command.ts';

/** What one message must say. */
export interface ExpectedError {
  readonly code: string;
  readonly exit: number;
  /** Words of its first line. */
  readonly says: string | RegExp;
  /** Words that stand anywhere in it. */
  readonly also?: readonly (string | RegExp)[];
}

/** One clear message in the shape that all errors have: what happened, where, why, what to do. No stack trace. */
export function expectOneError({ code: exit, stdout, stderr }: Ended, expected: ExpectedError): void {
  const [first, ...rest] = stderr.trimEnd().split('\n');
  expect(first).toMatch(new RegExp(`^✗ ${expected.code}  \\S`));
  expect(first).toMatch(expected.says);
  // Each further line is a labelled aspect or its continuation; lines of the source are indented like them.
  for (const line of rest) expect(line).toMatch(/^ {2}/);
  const labels = rest.flatMap((line) => /^ {2}(where|why|do) /.exec(line)?.[1] ?? []);
  expect(labels).toEqual(['where', 'why', 'do'].filter((label) => label === 'do' || labels.includes(label)));
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const words of expected.also ?? []) expect(stderr).toMatch(words);
  expect(stdout).toBe('');
  expect(exit).toBe(expected.exit);
}

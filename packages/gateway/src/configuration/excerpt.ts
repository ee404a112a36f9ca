import type { TextLines } from './text-lines.ts';

/** Where a mark goes: line and column from 1, length in characters. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Lines longer than this come from no editor; they are not shown. */
const LONGEST_LINE = 10_000;
const SHOWN_WIDTH = 70;

/**
 * The line with the fault, the one before it, and a mark:
 * ```
 *  13 │   // my servers
 *  14 │   "mcpServer": {
 *     │   ^^^^^^^^^^^
 * ```
 * Values are masked: a line beside the fault may hold a secret, and this text goes to terminals and logs.
 */
export function excerptOf(lines: TextLines, mark: Mark): string | undefined {
  const faulty = lines.text(mark.line);
  if (faulty === undefined || faulty.trim() === '' || faulty.length > LONGEST_LINE) return undefined;

  const gutter = String(mark.line).length;
  const from = Math.max(0, mark.column - SHOWN_WIDTH / 2);
  const row = (label: string | number, line: string): string =>
    ` ${String(label).padStart(gutter)} │ ${line}`.trimEnd();
  const window = (line: string): string => printable(masked(line).slice(from, from + SHOWN_WIDTH));

  const before = lines.text(mark.line - 1);
  const length = Math.max(1, Math.min(mark.length, faulty.length - mark.column + 1, SHOWN_WIDTH / 2));
  return [
    ...(before === undefined || before.length > LONGEST_LINE ? [] : [row(mark.line - 1, window(before))]),
    row(mark.line, window(faulty)),
    row('', ' '.repeat(mark.column - 1 - from) + '^'.repeat(length)),
  ].join('\n');
}

/** A string and whether it is a key; a comment; any other word. */
const PIECES = /("(?:[^"\\]|\\.)*(?:"|$))(\s*:)?|\/\/.*$|[^\s"{}[\],:]+/g;

/** All but keys and comments becomes `***` of the same width, so that the mark still stands under its word. */
function masked(line: string): string {
  return line.replace(PIECES, (piece, text: string | undefined, colon: string | undefined) => {
    if (piece.startsWith('//'))
      return piece.replace(/"[^"]*"(?!\s*:)/g, (value) => '"'.padEnd(value.length - 1, '*') + '"');
    if (text === undefined) return '*'.repeat(piece.length);
    return colon === undefined ? '"'.padEnd(text.length - 1, '*') + '"' : piece;
  });
}

function printable(line: string): string {
  // eslint-disable-next-line no-control-regex -- these are what it is about
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

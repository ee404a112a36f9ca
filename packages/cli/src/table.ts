import { printable } from './printable.ts';
import { shortened } from './words.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Gives way when the table is too wide. */
  readonly flexible?: boolean;
}

const GAP = '  ';
const LEAST_FLEXIBLE = 8;

/** Rows under their titles, in lines of at most `width` characters; flexible columns are shortened to fit. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const naturals = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const widths = fit(naturals, columns, width - GAP.length * (columns.length - 1));
  return cells.map((row) =>
    columns
      .map(({ right }, index) => {
        const cell = shortened(row[index] ?? '', widths[index]!);
        return right ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!);
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Those flexible columns that need least get what they need; the others share what is left. */
function fit(naturals: readonly number[], columns: readonly Column[], width: number): readonly number[] {
  const widths = [...naturals];
  const flexible = [...naturals.keys()].filter((index) => columns[index]?.flexible);
  let room = width - naturals.reduce((sum, each) => sum + each, 0);
  for (const index of flexible) room += naturals[index]!;
  flexible.sort((one, other) => naturals[one]! - naturals[other]!);
  for (const [position, index] of flexible.entries()) {
    const share = Math.floor(room / (flexible.length - position));
    widths[index] = Math.min(naturals[index]!, Math.max(LEAST_FLEXIBLE, share));
    room -= widths[index];
  }
  return widths;
}

/** A text as lines, found by offset without walking through the text again. Lines and columns count from 1. */
export interface TextLines {
  at(offset: number): { readonly line: number; readonly column: number };
  /** Without its line break; undefined where there is no such line. */
  text(line: number): string | undefined;
}

/** Indexes the lines of a text once. */
export function textLines(text: string): TextLines {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return {
    at(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]! <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - starts[low]! + 1 };
    },
    text(line) {
      const start = starts[line - 1];
      return start === undefined ? undefined : text.slice(start, starts[line]).replace(/\r?\n$/, '');
    },
  };
}

import { printable } from './printable.ts';
import type { Side } from './terminal.ts';

/** The labels of an error are padded to this width. */
const LABEL = 6;

/** `  do      install it`: a text beside its label, its lines below each other; with `columns`, wrapped at words. */
export function labelled(
  label: string,
  text: string,
  { paint, columns = Infinity }: Pick<Side, 'paint'> & { readonly columns?: number },
  labelWidth = LABEL,
): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => wrapped(printable(line), columns - labelWidth - 4))
    .map((line, index) => `  ${paint.dim((index === 0 ? label : '').padEnd(labelWidth))}  ${line}`);
}

/** Breaks between words only: a path or a command must stay whole, to be copied. */
function wrapped(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

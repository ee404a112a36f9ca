import type { Family } from './exposition.ts';
import { headLines } from './exposition.ts';

/** One line of a page. */
export interface Line {
  /** As the line has it, with `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text of families, as the page has it. */
export function textOf(families: Iterable<Family>): string {
  let text = '';
  for (const { head, pieces } of families) text += headLines(head) + [...pieces].join('');
  return text;
}

const SAMPLE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/s;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;

/**
 * Reads a page as strictly as the text format is written (Prometheus, exposition formats): each metric once, under its
 * HELP and TYPE, no series twice, no label twice. @throws Error naming the line that is wrong.
 */
export function parsePage(text: string): readonly Line[] {
  if (!text.endsWith('\n')) throw new Error('the page does not end with a line feed');
  const seen = new Set<string>();
  const series = new Set<string>();
  const lines: Line[] = [];
  let metric = '';
  for (const line of text.split('\n')) {
    const type = /^# TYPE ([a-z0-9_]+) (counter|gauge|histogram)$/.exec(line);
    if (type) {
      metric = type[1]!;
      if (seen.has(metric)) throw new Error(`${metric} stands twice`);
      seen.add(metric);
    }
    if (line === '' || line.startsWith('# ')) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? fail(line);
    if (name!.replace(/_(?:bucket|sum|count)$/, '') !== metric && name !== metric) fail(line);
    const key = `${name} ${Object.entries(labelsOf(labels, line)).sort().join(' ')}`;
    if (series.has(key)) throw new Error(`a series stands twice: ${line}`);
    series.add(key);
    lines.push({
      name: name!,
      labels: labelsOf(labels, line),
      value: Number(value!.replace('Inf', 'Infinity')),
    });
  }
  return lines;
}

/** The value of the one series of `name` whose labels include these; undefined if there is none. */
export function valueOf(lines: readonly Line[], name: string, labels: Line['labels'] = {}) {
  const found = lines.filter(
    (line) =>
      line.name === name && Object.entries(labels).every(([label, value]) => line.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} series of ${name} have these labels`);
  return found[0]?.value;
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (let match = LABEL.exec(text); match; match = LABEL.exec(text)) {
    const [, name, value] = match;
    if (Object.hasOwn(labels, name!)) fail(line);
    labels[name!] = value!.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    end = LABEL.lastIndex;
  }
  if (end !== text.length) fail(line);
  return labels;
}

function fail(line: string): never {
  throw new Error(`not a line of the text format: ${line}`);
}

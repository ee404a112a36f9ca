import type { Distribution } from './distribution.ts';
import { labelText } from './label.ts';

/** What stands above the samples of a metric. */
export interface Head {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
}

/** One metric as pieces of text, to be written at leisure: each piece is whole lines. */
export interface Family {
  readonly head: Head;
  /** Read once. Each piece is true at the moment in which it is taken. */
  readonly pieces: Iterable<string>;
}

/** A metric of plain numbers: label values in the order of the metric's labels, and the value. */
export function family(
  head: Head & { readonly labels: readonly string[] },
  samples: Iterable<readonly [values: readonly string[], value: number]>,
): Family {
  return {
    head,
    pieces: (function* () {
      for (const [values, value] of samples)
        yield sampleLine(head.name, labelText(head.labels, values), value);
    })(),
  };
}

/** A histogram of series whose labels are text already: they are many, and their labels never change. */
export function histogramFamily(
  head: Head,
  series: Iterable<readonly [labels: string, distribution: Distribution]>,
): Family {
  return {
    head,
    pieces: (function* () {
      for (const [labels, distribution] of series) yield histogramLines(head.name, labels, distribution);
    })(),
  };
}

/** `# HELP` and `# TYPE`. */
export function headLines({ name, help, type }: Head): string {
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${name} ${text}\n# TYPE ${name} ${type}\n`;
}

function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${numberText(value)}\n` : `${name}{${labels}} ${numberText(value)}\n`;
}

function histogramLines(name: string, labels: string, { bounds, counts, sum }: Distribution): string {
  const start = `${name}_bucket{${labels}${labels === '' ? '' : ','}le="`;
  let text = '';
  let count = 0;
  for (let index = 0; index < bounds.length; index += 1) {
    count += counts[index]!;
    text += `${start}${bounds[index]!}"} ${count}\n`;
  }
  count += counts[bounds.length]!;
  return `${text}${start}+Inf"} ${count}\n${sampleLine(`${name}_sum`, labels, sum)}${sampleLine(`${name}_count`, labels, count)}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

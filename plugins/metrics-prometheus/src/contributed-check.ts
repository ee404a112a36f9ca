import type { Metric } from '@switchyard/plugin-api';
import { METRICS, type MetricSpec } from './metric-table.ts';

const MAX_LABELS = 10;
const NAME = /^[a-z][a-z0-9_]{2,127}$/;
const LABEL = /^[a-z][a-z0-9_]{0,63}$/;
/** What histograms and summaries mean by these. */
const TAKEN_LABELS: ReadonlySet<string> = new Set(['le', 'quantile']);

/** A metric as it was when it was contributed: its head does not change any more. */
export interface CheckedMetric extends Required<Omit<Metric, 'read'>> {
  readonly plugin: string;
  /** What was contributed: its `read` is called on it. */
  readonly source: Metric;
}

/** The metric, or in words why it cannot be shown. Plain JavaScript may contribute anything. */
export function checkMetric(plugin: string, source: Metric): CheckedMetric | string {
  try {
    const { name, help, type, labels = [] } = source;
    const shown = JSON.stringify(name);
    if (typeof name !== 'string' || !NAME.test(name)) {
      return `its name ${shown} is not lower case with underscores: "switchyard_things_total"`;
    }
    if (typeof help !== 'string' || help.trim() === '') return `${shown} has no help`;
    if (type !== 'counter' && type !== 'gauge')
      return `the type of ${shown} is neither "counter" nor "gauge"`;
    if ((type === 'counter') !== name.endsWith('_total')) {
      return `${shown} is a ${type}: names of counters end in "_total", and no others do`;
    }
    const fault = labelFault(labels);
    if (fault !== undefined) return `${shown} ${fault}`;
    if (typeof source.read !== 'function') return `${shown} has no function "read"`;
    return { plugin, source, name, help: help.slice(0, 500), type, labels: [...labels] };
  } catch (error) {
    return `it cannot be looked at: ${String(error)}`;
  }
}

function labelFault(labels: readonly string[]): string | undefined {
  if (!Array.isArray(labels)) return 'has labels that are no list';
  if (labels.length > MAX_LABELS) return `has more than ${MAX_LABELS} labels`;
  const wrong = labels.find(
    (label) => typeof label !== 'string' || !LABEL.test(label) || TAKEN_LABELS.has(label),
  );
  if (wrong !== undefined) return `has a label ${JSON.stringify(wrong)}, which is not lower case, or taken`;
  return new Set(labels).size < labels.length ? 'names a label twice' : undefined;
}

const own: ReadonlySet<string> = new Set(
  Object.values<MetricSpec>(METRICS).flatMap(({ name, type }) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

/** Whether a name is this plugin's own, or that of the process and of Node.js. */
export function isOwnName(name: string): boolean {
  return own.has(name) || /^(?:process|nodejs)_/.test(name);
}

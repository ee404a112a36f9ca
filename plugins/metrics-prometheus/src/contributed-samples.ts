import type { Sample } from '@switchyard/plugin-api';
import type { CheckedMetric } from './contributed-check.ts';
import { isWellFormed } from './label.ts';

/** How many samples of one contributed metric are shown. */
export const MAX_SAMPLES = 1_000;
const MAX_VALUE_LENGTH = 1_024;

/** What one reading of a contributed metric gave. */
export interface Reading {
  /** Label values in the order of the metric's labels. */
  readonly samples: readonly (readonly [values: readonly string[], value: number])[];
  /** Samples over the limit; of a source that does not say how many it has, one. */
  readonly shed: number;
  /** What was wrong with it, if anything was; samples that are wrong are left out. */
  readonly fault: string | undefined;
}

/** Reads a metric that somebody else made. Never throws: one that is sick must not take the page with it. */
export function readMetric(metric: CheckedMetric): Reading {
  const samples = new Map<string, Reading['samples'][number]>();
  let shed = 0;
  let fault: string | undefined;
  try {
    const read: unknown = metric.source.read();
    if (read instanceof Promise) {
      read.catch(() => {});
      throw new TypeError('read() gave a promise, not a list');
    }
    let seen = 0;
    for (const sample of read as Iterable<unknown>) {
      seen += 1;
      if (seen > MAX_SAMPLES) {
        shed = Array.isArray(read) ? read.length - MAX_SAMPLES : 1;
        break;
      }
      const taken = takeSample(metric, sample);
      const key = typeof taken === 'string' ? undefined : JSON.stringify(taken[0]);
      if (typeof taken === 'string') fault ??= taken;
      else if (samples.has(key!)) fault ??= `two samples have the labels ${key}`;
      else samples.set(key!, taken);
    }
  } catch (error) {
    // What came before the fault may be half of the truth: better none of it.
    samples.clear();
    fault = error instanceof Error ? error.message : String(error);
  }
  return { samples: [...samples.values()], shed, fault };
}

/** A sample as it is shown, or in words what is wrong with it. */
function takeSample({ labels, type }: CheckedMetric, sample: unknown): Reading['samples'][number] | string {
  if (typeof sample !== 'object' || sample === null) return `a sample is ${String(sample)}`;
  const { value, labels: given } = sample as Sample;
  const named: Readonly<Record<string, unknown>> = typeof given === 'object' ? given : {};
  if (typeof value !== 'number' || !Number.isFinite(value)) return `a value is ${String(value)}`;
  if (type === 'counter' && value < 0) return 'a counter is below 0';
  if (Object.keys(named).length !== labels.length)
    return `a sample has other labels than ${labels.join(', ')}`;
  const values: string[] = [];
  for (const label of labels) {
    const text = Object.hasOwn(named, label) ? named[label] : undefined;
    if (typeof text !== 'string') return `a sample has no text for the label "${label}"`;
    if (text.length > MAX_VALUE_LENGTH || !isWellFormed(text))
      return `the label "${label}" has more than ${MAX_VALUE_LENGTH} characters, or half a one`;
    values.push(text);
  }
  return [values, value];
}

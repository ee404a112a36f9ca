import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { definePlugin, metrics, type AnyPlugin } from '@switchyard/plugin-api';
import { METRICS, type MetricSpec } from './metric-table.ts';
import { closeGateways, openGateway } from './spec-gateway.ts';
import { valueOf } from './spec-page.ts';
import { viewOf } from './spec-views.ts';

afterEach(closeGateways);

const page = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map((match) => match[1]!);

const specs: readonly MetricSpec[] = Object.values(METRICS);
const FUNCTIONS = /\b(?:sum|rate|increase|topk|histogram_quantile|by|on|unless)\b/g;

/** The metric that a name in a query means. */
function specOf(name: string): MetricSpec | undefined {
  return specs.find(
    (spec) =>
      spec.name === name ||
      (spec.type === 'histogram' &&
        ['_bucket', '_sum', '_count'].some((end) => `${spec.name}${end}` === name)),
  );
}

/** The names of metrics in a query, and the labels that it asks of them. */
function namesIn(query: string): { readonly metrics: readonly string[]; readonly labels: readonly string[] } {
  const grouped = [...query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(', '));
  const selected = [...query.matchAll(/(\w+)!?=~?"/g)].map((match) => match[1]!);
  const rest = query
    .replace(/\b(?:by|on) \([^)]*\)/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(FUNCTIONS, '');
  return { metrics: rest.match(/[a-z]\w+/g) ?? [], labels: [...grouped, ...selected] };
}

describe('docs/metrics.md', () => {
  it.each(blocks('promql'))('asks for metrics and labels that there are: %s', (query) => {
    const { metrics, labels } = namesIn(query);
    expect(metrics).not.toEqual([]);
    const found = metrics.map(specOf);
    expect(metrics.filter((_, index) => found[index] === undefined)).toEqual([]);
    const known = new Set(['le', ...found.flatMap((spec) => spec!.labels)]);
    expect(labels.filter((label) => !known.has(label))).toEqual([]);
  });

  it('has at least three queries, and reads them', () => {
    expect(blocks('promql').length).toBeGreaterThanOrEqual(3);
    expect(namesIn('sum by (le, a) (rate(x_total{b!="1"}[5m])) / y')).toEqual({
      metrics: ['x_total'],
      labels: ['le', 'a', 'b'],
    });
  });

  it('shows options that are taken', async () => {
    const options = /"@switchyard\/metrics-prometheus": (\{.*?\})/.exec(blocks('jsonc')[0]!)![1]!;
    const { read } = await openGateway({ metrics: JSON.parse(options) as object });
    expect(valueOf(await read(), 'switchyard_clients')).toBe(0);
  });

  it('shows a plugin whose metric is shown', async () => {
    // As a file it would import by name; what that gives it is the same.
    const body = blocks('js')[0]!
      .replace(/^import .*$/m, '')
      .replace('export default', 'return');
    const example = new Function('definePlugin', 'metrics', body) as (...given: unknown[]) => AnyPlugin;
    const { read } = await openGateway({ after: [example(definePlugin, metrics)] });
    expect(valueOf(await read(), 'acme_queue_length', { queue: 'mail' })).toBe(3);
  });

  it('names every metric that is on the page, and no other', async () => {
    const { scrape } = await openGateway({ servers: [viewOf('files')], metrics: { defaultMetrics: false } });
    const shown = [...(await (await scrape()).text()).matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]!);
    const named = [...page.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!);
    expect(named.sort()).toEqual(shown.sort());
  });
});

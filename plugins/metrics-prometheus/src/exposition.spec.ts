import { describe, expect, it } from '@jest/globals';
import { Counter, Histogram, Registry } from 'prom-client';
import { newDistribution, observe } from './distribution.ts';
import { family, histogramFamily } from './exposition.ts';
import { labelText } from './label.ts';
import { parsePage, textOf } from './spec-page.ts';

const HOSTILE = [
  'plain',
  'a "quoted" one',
  'two\nlines',
  'back\\slash',
  '\\n is no line feed',
  'ends with \\',
  '"} 1\nfake_total{x="',
  'a,b="c",',
  'crlf\r\n',
  'ünïcödé 😀',
  '',
];

/** As prom-client writes it; it puts an empty line between metrics. */
async function byLibrary(registry: Registry): Promise<string> {
  return (await registry.metrics()).replaceAll('\n\n', '\n');
}

describe('the text', () => {
  it('of a counter is what prom-client writes, whatever its labels say', async () => {
    const head = {
      name: 'things_total',
      help: 'Things\nwith a \\ in it.',
      type: 'counter',
      labels: ['a', 'b'],
    } as const;
    const registry = new Registry();
    const counter = new Counter({
      name: head.name,
      help: head.help,
      labelNames: head.labels,
      registers: [registry],
    });
    const samples = HOSTILE.map((value, index) => [[value, `${value}!`], index + 0.5] as const);
    for (const [[a, b], value] of samples) counter.inc({ a: a!, b: b! }, value);
    expect(textOf([family(head, samples)])).toBe(await byLibrary(registry));
  });

  it('of a histogram is what prom-client writes', async () => {
    const head = { name: 'time_seconds', help: 'Time.', type: 'histogram', labels: ['a'] } as const;
    const bounds = [0.1, 1, 10];
    const registry = new Registry();
    const histogram = new Histogram({
      name: head.name,
      help: head.help,
      labelNames: head.labels,
      buckets: bounds,
      registers: [registry],
    });
    const series = HOSTILE.map((value) => {
      const distribution = newDistribution(bounds);
      // On a bound, under all, over all, none.
      for (const seconds of [0.1, 0.05, 1, 3, 10, 11, 0]) {
        observe(distribution, seconds * 1_000);
        histogram.observe({ a: value }, seconds);
      }
      return [labelText(head.labels, [value]), distribution] as const;
    });
    const text = textOf([histogramFamily(head, series)]);
    // prom-client puts `le` first; the order of labels means nothing.
    expect(parsePage(text)).toEqual(parsePage(await byLibrary(registry)));
    expect(text.split('\n')).toHaveLength((await byLibrary(registry)).split('\n').length);
  });

  it('gives back every value that went in', () => {
    const head = { name: 'things_total', help: 'Things.', type: 'counter', labels: ['a'] } as const;
    const lines = parsePage(
      textOf([
        family(
          head,
          HOSTILE.map((value) => [[value], 1] as const),
        ),
      ]),
    );
    expect(lines.map(({ labels }) => labels['a'])).toEqual(HOSTILE);
  });

  it('writes a metric without labels and one without samples', () => {
    const head = { name: 'things', help: 'Things.', type: 'gauge', labels: [] } as const;
    expect(textOf([family(head, [[[], 3]])])).toBe('# HELP things Things.\n# TYPE things gauge\nthings 3\n');
    expect(textOf([family(head, [])])).toBe('# HELP things Things.\n# TYPE things gauge\n');
  });

  it.each([
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
  ])('writes %p as %s', (value, text) => {
    const head = { name: 'things', help: 'Things.', type: 'gauge', labels: [] } as const;
    expect(textOf([family(head, [[[], value]])])).toContain(`\nthings ${text}\n`);
  });
});

describe('a distribution', () => {
  it('is not spoilt by a clock that says nonsense', () => {
    const distribution = newDistribution([1]);
    for (const ms of [NaN, -5, 500]) observe(distribution, ms);
    expect(distribution).toEqual({ bounds: [1], counts: [3, 0], sum: 0.5 });
  });
});

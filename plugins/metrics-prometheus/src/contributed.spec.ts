import { afterEach, describe, expect, it } from '@jest/globals';
import { metrics, type Metric, type Sample } from '@switchyard/plugin-api';
import { MAX_SAMPLES } from './contributed-samples.ts';
import { closeGateways, contributing, openGateway } from './spec-gateway.ts';
import { valueOf } from './spec-page.ts';
import { viewOf } from './spec-views.ts';

afterEach(closeGateways);

const metric = (more: Partial<Metric> = {}): Metric => ({
  name: 'acme_widgets',
  help: 'Widgets.',
  type: 'gauge',
  labels: ['color'],
  read: () => [{ labels: { color: 'red' }, value: 3 }],
  ...more,
});
const acme = (...items: readonly unknown[]) => contributing('acme', metrics, ...(items as Metric[]));
const other = (...items: readonly unknown[]) => contributing('other', metrics, ...(items as Metric[]));

describe('a metric of another plugin', () => {
  it('is shown, whoever was set up first', async () => {
    const { read } = await openGateway({
      before: [acme(metric())],
      after: [
        other(
          metric({ name: 'other_things_total', type: 'counter', labels: [], read: () => [{ value: 1 }] }),
        ),
      ],
    });
    const lines = await read();
    expect(valueOf(lines, 'acme_widgets', { color: 'red' })).toBe(3);
    expect(valueOf(lines, 'other_things_total')).toBe(1);
  });

  it('is asked once for each page, and not while nobody asks', async () => {
    let reads = 0;
    const { scrape, read } = await openGateway({
      after: [acme(metric({ read: () => ((reads += 1), []) }))],
    });
    expect(reads).toBe(0);
    await Promise.all([read(), scrape(), scrape()]);
    expect(reads).toBe(1);
  });

  it('may say anything in its labels', async () => {
    const color = 'a "b"\n\\';
    const { read } = await openGateway({
      after: [acme(metric({ read: () => [{ labels: { color }, value: 1 }] }))],
    });
    expect(valueOf(await read(), 'acme_widgets', { color })).toBe(1);
  });

  it('is what it was when it was contributed', async () => {
    const changing = { ...metric(), labels: ['color'] };
    const { read } = await openGateway({ after: [acme(changing)] });
    Object.assign(changing, { name: 'process_pid', labels: changing.labels.splice(0) });
    expect(valueOf(await read(), 'acme_widgets', { color: 'red' })).toBe(3);
  });
});

const WRONG: readonly (readonly [what: string, item: unknown, reason: RegExp])[] = [
  ['nothing', null, /cannot be looked at/],
  ['no name', metric({ name: undefined as never }), /name/],
  ['a name in capitals', metric({ name: 'AcmeWidgets' }), /not lower case/],
  ['a name with a line feed', metric({ name: 'acme\nwidgets' }), /not lower case/],
  ['no help', metric({ help: '' }), /no help/],
  ['a type of its own', metric({ type: 'summary' as never }), /neither/],
  ['a counter that does not say so', metric({ type: 'counter' }), /_total/],
  ['a gauge that says it is a counter', metric({ name: 'acme_total' }), /_total/],
  ['a label that histograms use', metric({ labels: ['le'] }), /taken/],
  ['a label twice', metric({ labels: ['a', 'a'] }), /twice/],
  ['a label that is none', metric({ labels: ['a-b'] }), /lower case/],
  ['labels that are no list', metric({ labels: 'ab' as never }), /no list/],
  ['too many labels', metric({ labels: [...'abcdefghijk'] }), /more than 10/],
  ['nothing to read', metric({ read: undefined as never }), /read/],
  [
    'a trap',
    {
      get name(): never {
        throw new Error('trap');
      },
    },
    /trap/,
  ],
];

describe('a metric that cannot be shown', () => {
  it.each(WRONG)('%s: is refused at boot, by name', async (_what, item, reason) => {
    await expect(openGateway({ before: [acme(item)] })).rejects.toMatchObject({
      code: 'METRIC_INVALID',
      message: expect.stringMatching(/^acme /),
      details: { reason: expect.stringMatching(reason) },
    });
  });

  it.each(WRONG)('%s: is left out when it comes later, and told once', async (_what, item) => {
    const { read, lines } = await openGateway({
      after: [acme(item, metric({ name: 'acme_fine' })), other()],
    });
    expect(valueOf(await read(), 'acme_fine')).toBe(3);
    expect(lines.filter((line) => line.includes('SWY-E720'))).toHaveLength(1);
  });
});

describe('a name that two have', () => {
  it('is refused at boot, naming both', async () => {
    await expect(openGateway({ before: [acme(metric()), other(metric())] })).rejects.toMatchObject({
      code: 'METRIC_CLASH',
      message: 'acme and other both have the metric "acme_widgets"',
    });
  });

  it.each([
    'switchyard_server_state',
    'mcp_server_operation_duration_seconds_bucket',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ])('cannot be %s, which is ours', async (name) => {
    await expect(openGateway({ before: [acme(metric({ name }))] })).rejects.toMatchObject({
      code: 'METRIC_CLASH',
      message: `metrics-prometheus and acme both have the metric "${name}"`,
    });
  });

  it('is the first one’s when the second comes later', async () => {
    const { read, lines } = await openGateway({
      before: [acme(metric())],
      after: [other(metric({ read: () => [{ labels: { color: 'red' }, value: 99 }] }))],
    });
    expect(valueOf(await read(), 'acme_widgets')).toBe(3);
    expect(lines.filter((line) => /acme and other both/.test(line))).toHaveLength(1);
  });
});

describe('a sick contributor', () => {
  const sick: readonly (readonly [what: string, read: () => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('sick');
      },
    ],
    [
      'throws half-way',
      function* () {
        yield { labels: { color: 'red' }, value: 1 };
        throw new Error('sick');
      },
    ],
    ['promises', () => Promise.reject(new Error('sick'))],
    ['gives nothing', () => undefined],
    ['gives a number', () => 7],
  ];

  it.each(sick)('that %s takes nothing with it but its own metric', async (_what, read) => {
    const { read: readPage, lines } = await openGateway({
      servers: [viewOf('files')],
      after: [acme(metric({ read: read as Metric['read'] })), other(metric({ name: 'other_fine' }))],
    });
    await readPage();
    const page = await readPage();
    expect(valueOf(page, 'acme_widgets')).toBeUndefined();
    expect(valueOf(page, 'other_fine')).toBe(3);
    expect(valueOf(page, 'switchyard_requests_in_flight')).toBe(0);
    expect(lines.filter((line) => line.includes('acme_widgets'))).toHaveLength(1);
  });

  it('loses the samples that are wrong, and keeps the rest', async () => {
    const red = { color: 'red' };
    const samples: readonly unknown[] = [
      null,
      'red',
      { labels: { color: 'a' }, value: '1' },
      { labels: { color: 'b' }, value: NaN },
      { labels: { color: 'c' }, value: Infinity },
      { labels: { color: 1 }, value: 1 },
      { labels: { colour: 'd' }, value: 1 },
      { labels: { color: 'e', size: 'xl' }, value: 1 },
      { labels: { color: 'x'.repeat(2_000) }, value: 1 },
      { labels: { color: '\ud800' }, value: 1 },
      { value: 1 },
      { labels: red, value: 5 },
      { labels: red, value: 6 },
    ];
    const { read, lines } = await openGateway({
      after: [acme(metric({ read: () => samples as Sample[] }))],
    });
    const page = (await read()).filter(({ name }) => name === 'acme_widgets');
    expect(page).toEqual([{ name: 'acme_widgets', labels: red, value: 5 }]);
    await read();
    expect(lines.filter((line) => line.includes('acme_widgets'))).toHaveLength(1);
  });

  it('cannot fill the page', async () => {
    const { read } = await openGateway({
      after: [
        acme(
          metric({
            read: () =>
              Array.from({ length: MAX_SAMPLES + 7 }, (_, n) => ({ labels: { color: `${n}` }, value: n })),
          }),
          metric({
            name: 'acme_endless',
            read: function* () {
              for (let n = 0; ; n += 1) yield { labels: { color: `${n}` }, value: n };
            },
          }),
        ),
      ],
    });
    await read();
    const page = await read();
    expect(page.filter(({ name }) => name === 'acme_widgets')).toHaveLength(MAX_SAMPLES);
    expect(page.filter(({ name }) => name === 'acme_endless')).toHaveLength(MAX_SAMPLES);
    expect(valueOf(page, 'switchyard_metrics_shed_total', { what: 'samples' })).toBe(8);
  });
});

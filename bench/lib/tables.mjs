import { VARIANTS } from '../variants/all.mjs';
import { CASES } from './cases.mjs';

const title = Object.fromEntries(VARIANTS.map((variant) => [variant.name, variant.title]));

/** A table of Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** One case: a row for each variant. */
export function caseTable(variants, way, refused) {
  const floor = variants[way === 'http' ? 'floor' : 'minimal'];
  const sdk = variants['sdk-proxy'];
  const times = (row, other) => (other?.rate === undefined ? '-' : (row.rate / other.rate).toFixed(2));
  const rows = Object.entries({ ...variants, ...refused }).map(([name, row]) =>
    row.failed === undefined
      ? [
          title[name],
          calls(row.rate),
          times(row, sdk),
          times(row, floor),
          ms(row.p50),
          ms(row.p99),
          row.cpu?.toFixed(3) ?? '-',
          row.rss?.toFixed(0) ?? '-',
        ]
      : [title[name], 'none', '-', '-', '-', '-', '-', '-'],
  );
  const floorTitle = way === 'http' ? '× floor' : '× minimal';
  return table(['', 'calls/s', '× SDK', floorTitle, 'p50 ms', 'p99 ms', 'CPU ms/call', 'RSS peak MB'], rows);
}

/** The same arrivals, directly and through Switchyard. */
export function openLoopTable(openLoops) {
  const rows = Object.entries(openLoops).map(
    ([
      way,
      {
        rate,
        variants: { direct, switchyard },
      },
    ]) => [
      way === 'http' ? 'HTTP to HTTP' : 'HTTP to stdio',
      calls(rate),
      ms(direct?.p50),
      ms(switchyard?.p50),
      ms(switchyard?.p50 - direct?.p50),
      ms(direct?.p99),
      ms(switchyard?.p99),
      ms(switchyard?.p99 - direct?.p99),
    ],
  );
  return table(['', 'calls/s', 'direct p50', 'p50', 'Δp50', 'direct p99', 'p99', 'Δp99'], rows);
}

/** From spawn to the last list. */
export function startTable(starts) {
  const rows = starts.map(({ title: kind, count, direct, switchyard }) => [
    `${count} ${kind}`,
    direct.toFixed(0),
    switchyard.toFixed(0),
    (switchyard / direct).toFixed(2),
    (switchyard - direct).toFixed(0),
  ]);
  return table(['', 'directly, ms', 'Switchyard, ms', 'ratio', 'difference, ms'], rows);
}

/** What metrics cost a call, and the admin API a start. */
export function observedTable({ metrics, starts }) {
  const row = (what, { without, with: more, more: difference }) => [
    what,
    without.toFixed(2),
    more.toFixed(2),
    difference.toFixed(2),
  ];
  return table(
    ['', 'without', 'with', 'difference'],
    [
      row('metrics: processor time a call, µs', metrics),
      row('admin API: start until clients can connect, ms', starts),
    ],
  );
}

/** The same arrivals, with nobody watching and with many. */
export function watchedTable({ rate, plain, beside, watched, more, moreThanBeside }) {
  const row = (what, { p50, p99, cpu, rss }) => [
    what,
    calls(rate),
    ms(p50),
    ms(p99),
    cpu.toFixed(3),
    rss.toFixed(0),
  ];
  const difference = (what, value) => [what, '', '', ms(value), '', ''];
  return table(
    ['', 'calls/s', 'p50', 'p99', 'CPU ms/call', 'RSS peak MB'],
    [
      row('nobody watches', plain),
      row('they watch another gateway', beside),
      row('they watch this one', watched),
      difference('more than with nobody', more),
      difference('more than beside another', moreThanBeside),
    ],
  );
}

/** What the load generator itself costs: it must not be what is measured. */
export function generatorTable(cases) {
  const rows = Object.entries(cases).flatMap(([way, byCase]) =>
    CASES.flatMap(({ name, title: what }) => {
      const { direct, switchyard } = byCase[name] ?? {};
      if (direct?.generatorCpu === undefined) return [];
      const share =
        switchyard?.rate === undefined ? '-' : percent((switchyard.rate * switchyard.generatorCpu) / 1_000);
      const cost = direct.generatorCpu;
      return [
        [
          `${way === 'http' ? 'direct over HTTP' : 'direct over a pipe'}, ${what}`,
          cost.toFixed(3),
          calls(1_000 / cost),
          calls(direct.rate),
          share,
        ],
      ];
    }),
  );
  return table(
    ['', 'CPU ms/call', 'ceiling, calls/s', 'direct, calls/s', 'of a core, with Switchyard'],
    rows,
  );
}

export function figureTable(figures) {
  return table(
    ['figure', 'wanted', 'measured', 'met'],
    figures.map(({ what, wanted, measured, isMet }) => [what, wanted, measured, isMet ? 'yes' : '**no**']),
  );
}

function calls(rate) {
  return rate === undefined ? '-' : rate.toFixed(rate < 100 ? 1 : 0);
}

function ms(value) {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

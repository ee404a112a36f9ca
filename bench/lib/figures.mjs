import { CASES } from './cases.mjs';
import { PEERS } from '../variants/peers.mjs';

const WAY = { http: 'HTTP to HTTP', stdio: 'HTTP to stdio' };
const floorOf = (way) => (way === 'http' ? 'floor' : 'minimal');

/**
 * The figures to reach, from what was measured. What was not measured has no figure.
 * @returns a list of { id, what, wanted, measured, isMet }; `id` is the key of notes.mjs
 */
export function figures({ cases, compared, openLoops, starts, observed }) {
  const list = [];
  const add = (id, what, sign, bound, value, unit = '') => {
    if (Number.isNaN(value) || value === undefined) return;
    const isMet = sign === '≥' ? value >= bound : value <= bound;
    list.push({ id, what, wanted: `${sign} ${bound}${unit}`, measured: `${round(value)}${unit}`, isMet });
  };
  const ratio = (way, name, field, other) => {
    const variants = cases[way]?.[name];
    return (variants?.switchyard?.[field] ?? Number.NaN) / (variants?.[other]?.[field] ?? Number.NaN);
  };
  const timesSdk = (way, name, bound) => {
    const title = CASES.find((one) => one.name === name).title;
    add(
      `${way}-${name}-sdk`,
      `${WAY[way]}, ${title}: calls/s, of the SDK proxy's`,
      '≥',
      bound,
      ratio(way, name, 'rate', 'sdk-proxy'),
      ' ×',
    );
  };

  timesSdk('http', 'small-32', 7);
  add(
    'http-small-32-floor',
    "HTTP to HTTP, small calls, 32 at a time: calls/s, of the floor's",
    '≥',
    0.6,
    ratio('http', 'small-32', 'rate', 'floor'),
    ' ×',
  );
  timesSdk('stdio', 'small-32', 3.5);
  add(
    'stdio-small-32-cpu',
    "HTTP to stdio, small calls, 32 at a time: CPU a call, of minimal.mjs's",
    '≤',
    1.5,
    ratio('stdio', 'small-32', 'cpu', 'minimal'),
    ' ×',
  );
  for (const way of ['http', 'stdio']) {
    timesSdk(way, 'big-1', 2.2);
    timesSdk(way, 'big-32', 3.5);
    for (const name of ['big-1', 'big-32']) {
      const variants = cases[way]?.[name];
      const more = variants?.switchyard?.cpu - variants?.[floorOf(way)]?.cpu;
      const title = CASES.find((one) => one.name === name).title;
      add(`${way}-${name}-cpu`, `${WAY[way]}, ${title}: CPU a call over the floor's`, '≤', 2, more, ' ms');
    }
  }
  timesSdk('http', 'list', 12);
  timesSdk('stdio', 'list', 20);
  for (const way of ['http', 'stdio']) addCompared(list, way, compared[way]);
  for (const way of ['http', 'stdio']) {
    const variants = openLoops[way]?.variants;
    const more = (field) => variants?.switchyard?.[field] - variants?.direct?.[field];
    add(
      `${way}-half-p50`,
      `${WAY[way]}, at half of saturation: Δp50 over direct calls`,
      '≤',
      1,
      more('p50'),
      ' ms',
    );
    add(
      `${way}-half-p99`,
      `${WAY[way]}, at half of saturation: Δp99 over direct calls`,
      '≤',
      5,
      more('p99'),
      ' ms',
    );
  }
  for (const peer of PEERS) addPeer(list, cases, peer);
  for (const { kind, title, count, direct, switchyard } of starts) {
    if (count !== 10) continue;
    const what = `ten ${title} started and listed, of asking them directly in parallel`;
    add(`start-${kind}`, what, '≤', 1.3, switchyard / direct, ' ×');
  }
  if (observed) addObserved(add, observed);
  return list;
}

/** A quarter more, or two milliseconds where that is more. */
function addObserved(add, { metrics, starts, watched }) {
  add('metrics-cost', 'metrics on: processor time a call', '≤', 3, metrics.more, ' µs');
  const bound = Number(Math.max(2, watched.plain.p99 / 4).toFixed(2));
  const what =
    '50 subscribers of whom 10 never read, 10 scrapes and 20 queries a second, at half of saturation: Δp99';
  add('watched-p99', what, '≤', bound, watched.more, ' ms');
  add(
    'graphql-start',
    'the admin API installed: time until clients can connect',
    '≤',
    5,
    starts.more,
    ' ms more',
  );
}

function addCompared(list, way, variants) {
  const compared = variants?.switchyard;
  if (compared === undefined) return;
  list.push({
    id: `${way}-list-equal`,
    what: `${WAY[way]}: the list of 10,000, item by item`,
    wanted: 'all equal',
    measured: compared.text,
    isMet: compared.isEqual,
  });
}

/** Ahead is ahead in calls a second, in each row that the peer can run. */
function addPeer(list, cases, { name }) {
  const rows = ['http', 'stdio'].flatMap((way) =>
    Object.entries(cases[way] ?? {}).flatMap(([row, variants]) => {
      const [ours, theirs] = [variants.switchyard?.rate, variants[name]?.rate];
      return ours === undefined || theirs === undefined
        ? []
        : [{ row: `${WAY[way]}, ${row}`, ratio: ours / theirs }];
    }),
  );
  if (rows.length === 0) return;
  const least = rows.reduce((a, b) => (a.ratio <= b.ratio ? a : b));
  const ahead = rows.filter(({ ratio }) => ratio > 1).length;
  list.push({
    id: `peer-${name}`,
    what: `ahead of ${name} in calls/s, in every row that it can run`,
    wanted: `${rows.length} of ${rows.length}`,
    measured: `${ahead} of ${rows.length}; least: ${round(least.ratio)} × (${least.row})`,
    isMet: ahead === rows.length,
  });
}

function round(value) {
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

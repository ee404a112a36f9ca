import {
  CATALOG_KINDS,
  SERVER_PHASES,
  type ProcessUsage,
  type ReloadState,
  type Status,
} from '@switchyard/plugin-api';
import type { CallCounts } from './call-observer.ts';
import { family, histogramFamily, type Family } from './exposition.ts';
import { labelText } from './label.ts';
import { METRICS } from './metric-table.ts';
import { DIRECTIONS, type ServerRecord } from './server-record.ts';

/** What one page is made of. */
export interface PageParts {
  /** Taken once for the page, so that no two numbers of it disagree. */
  readonly status: Status;
  readonly reloads: ReloadState;
  readonly records: readonly ServerRecord[];
  readonly calls: CallCounts;
  /** Lines of the gateway's own log by level. */
  readonly logLines: Readonly<Record<string, number>>;
  /** What was left out or counted as `_other`, by what it is. */
  readonly shed: Readonly<Record<string, number>>;
}

/** All metrics of this plugin's own, in the order of the table. */
export function ownFamilies(parts: PageParts): readonly Family[] {
  return [...callFamilies(parts), ...gatewayFamilies(parts), ...serverFamilies(parts)];
}

function callFamilies({ calls, records }: PageParts): readonly Family[] {
  return [
    histogramFamily(METRICS.serverOperation, calls.operations),
    histogramFamily(
      METRICS.clientOperation,
      each(records, ({ operations }) => operations),
    ),
    histogramFamily(METRICS.overhead, calls.overhead),
    family(
      METRICS.transportBytes,
      each(records, ({ name, bytes }) => DIRECTIONS.map((way, index) => [[name, way], bytes[index]!])),
    ),
    family(
      METRICS.frames,
      each(records, ({ name, frames }) => DIRECTIONS.map((way, index) => [[name, way], frames[index]!])),
    ),
    family(METRICS.rejected, rejectedSamples({ calls, records })),
    family(
      METRICS.clientRequests,
      each(calls.clientRequests, ([client, methods]) =>
        each(methods, ([method, { count }]) => [[[client, method], count]]),
      ),
    ),
  ];
}

function gatewayFamilies({ status, reloads, logLines, shed }: PageParts): readonly Family[] {
  const { ledger, problems, version, nodeVersion } = status;
  // Two that failed may go by one name.
  const plugins = new Map(status.plugins.map(({ id, state }) => [`${state} ${id}`, [id, state] as const]));
  return [
    family(METRICS.callsAccepted, [[[], ledger.accepted]]),
    family(METRICS.calls, [
      [['answered'], ledger.answered],
      [['cancelled'], ledger.cancelled],
    ]),
    family(METRICS.callsInFlight, [[[], ledger.inFlight]]),
    family(METRICS.clients, [[[], status.clients]]),
    family(METRICS.catalogProblems, [[[], problems.length]]),
    family(
      METRICS.plugins,
      each(plugins.values(), (labels) => [[labels, 1]]),
    ),
    family(METRICS.build, [[[version, nodeVersion], 1]]),
    family(METRICS.reloadSuccessful, [[[], reloads.successful ? 1 : 0]]),
    family(METRICS.reloadSuccessAt, [[[], reloads.lastSuccessAt / 1_000]]),
    family(METRICS.reloads, countSamples(reloads.counts)),
    family(METRICS.logLines, countSamples(logLines)),
    family(METRICS.shed, countSamples(shed)),
  ];
}

function serverFamilies({ status, records }: PageParts): readonly Family[] {
  const { servers } = status;
  return [
    family(
      METRICS.inFlight,
      each(servers, ({ name, inFlight }) => [[[name], inFlight]]),
    ),
    family(
      METRICS.held,
      each(servers, ({ name, queue }) => (queue === undefined ? [] : [[[name], queue.held]])),
    ),
    family(
      METRICS.state,
      each(servers, ({ name, phase }) =>
        SERVER_PHASES.map((state) => [[name, state], state === phase ? 1 : 0]),
      ),
    ),
    family(
      METRICS.desiredRunning,
      each(servers, ({ name, desired }) => [[[name], desired === 'ready' ? 1 : 0]]),
    ),
    family(METRICS.transitions, each(records, transitionSamples)),
    family(
      METRICS.restarts,
      each(records, ({ name, restarts }) => [
        [[name, 'automatic'], restarts.automatic],
        [[name, 'ordered'], restarts.ordered],
      ]),
    ),
    histogramFamily(
      METRICS.startup,
      each(records, ({ name, startup }) => [[labelText(METRICS.startup.labels, [name]), startup]]),
    ),
    family(
      METRICS.lastReady,
      each(records, ({ name, lastReadyAt }) => [[[name], lastReadyAt / 1_000]]),
    ),
    family(
      METRICS.dropped,
      each(records, ({ name, dropped }) => [[[name], dropped]]),
    ),
    family(METRICS.residentMemory, usageSamples(servers, 'residentBytes')),
    family(
      METRICS.processorTime,
      each(records, ({ name, cpuSeconds }) => (cpuSeconds === undefined ? [] : [[[name], cpuSeconds]])),
    ),
    family(METRICS.threads, usageSamples(servers, 'threads')),
    family(METRICS.openDescriptors, usageSamples(servers, 'descriptors')),
    family(METRICS.processes, usageSamples(servers, 'processes')),
    family(
      METRICS.catalogItems,
      each(servers, ({ name, catalog }) => CATALOG_KINDS.map((kind) => [[name, kind], catalog[kind]])),
    ),
  ];
}

/** Counters whose only label is their key. */
function countSamples(counts: Readonly<Record<string, number>>): readonly LabelledSample[] {
  return Object.entries(counts).map(([label, count]) => [[label], count]);
}

type LabelledSample = readonly [values: readonly string[], value: number];

/** Of servers whose processes were looked at: what others use is not nothing, it is not known. */
function* usageSamples(
  servers: Status['servers'],
  figure: Exclude<keyof ProcessUsage, 'sampledAt' | 'cpuSeconds'>,
): Generator<LabelledSample> {
  for (const { name, connections } of servers) {
    const usages = connections.flatMap(({ usage }) => usage ?? []);
    if (usages.length > 0) yield [[name], usages.reduce((sum, usage) => sum + usage[figure], 0)];
  }
}

function* rejectedSamples({
  calls,
  records,
}: Pick<PageParts, 'calls' | 'records'>): Generator<LabelledSample> {
  for (const [reason, count] of calls.rejected) yield [['', reason], count];
  for (const { name, rejected } of records) {
    for (const [reason, count] of rejected) yield [[name, reason], count];
  }
}

function* transitionSamples({ name, transitions }: ServerRecord): Generator<LabelledSample> {
  for (const { from, to, reason, count } of transitions.values()) yield [[name, from, to, reason], count];
}

/** The samples of each item, one item after another, when they are wanted. */
function* each<Item, Sample>(
  items: Iterable<Item>,
  samplesOf: (item: Item) => Iterable<Sample>,
): Generator<Sample> {
  for (const item of items) yield* samplesOf(item);
}

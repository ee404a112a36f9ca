import type { Call, Observer, Outcome } from '@switchyard/plugin-api';
import { labelLimit, type LabelLimit } from './label-limit.ts';
import { labelText } from './label.ts';
import { METRICS } from './metric-table.ts';
import { methodLabel } from './methods.ts';
import { observe, type Distribution } from './distribution.ts';
import { errorType, rejection, SUCCESS } from './outcome-labels.ts';
import { newOutcomes, newSeries, observeOutcome, type Outcomes, type SeriesList } from './series.ts';
import type { ServerRecord } from './server-record.ts';
import type { ServerRecords } from './server-records.ts';
import type { ToolLabels } from './tool-labels.ts';

/** JSON-RPC codes are the servers' to choose, and names and versions the clients'. */
const MAX_ERROR_TYPES = 40;
const MAX_CLIENT_NAMES = 100;
const MAX_VERSIONS = 16;

/** What is counted of calls that belongs to no server. */
export interface CallCounts {
  readonly operations: SeriesList;
  readonly overhead: SeriesList;
  /** Client name → method. */
  readonly clientRequests: ReadonlyMap<string, ReadonlyMap<string, { readonly count: number }>>;
  /** Calls that were refused before a server was chosen, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly errorTypes: LabelLimit;
  readonly clientNames: LabelLimit;
  readonly versions: LabelLimit;
}

/** The observer, and what it counts. */
export interface CallObserver {
  readonly observer: Observer;
  readonly counts: CallCounts;
}

/**
 * Counts calls and messages. It runs in the path of every call: what is looked up here are plain maps by the strings
 * that a call brings along, and labels are made once for each series.
 */
export function createCallObserver(records: ServerRecords, tools: ToolLabels): CallObserver {
  const errorTypes = labelLimit(MAX_ERROR_TYPES);
  const clientNames = labelLimit(MAX_CLIENT_NAMES);
  const versions = labelLimit(MAX_VERSIONS);
  const operations: SeriesList = [];
  const overhead: SeriesList = [];
  const byMethod = new Map<string, Map<string, Outcomes>>();
  const overheadByMethod = new Map<string, Distribution>();
  const clientRequests = new Map<string, Map<string, { count: number }>>();
  const rejected = new Map<string, number>();
  // The end of an attempt is told before the end of the call that it decides, with nothing in between.
  let attempt = { id: '', ms: 0 };

  function shownType(outcome: Outcome): string {
    const type = errorType(outcome);
    return type === SUCCESS ? type : errorTypes.label(type);
  }

  function operationOf(record: ServerRecord, { method, name = '' }: Call): Outcomes {
    const tool = tools.named && method === 'tools/call' ? name : '';
    return record.byMethod.get(method)?.get(tool) ?? newOperation(record, methodLabel(method), tool);
  }

  function newOperation(record: ServerRecord, method: string, tool: string): Outcomes {
    const byTool = entry(record.byMethod, method, () => new Map<string, Outcomes>());
    const shown = method === 'tools/call' ? tools.label(record, tool) : '';
    const { name, transport, protocolVersion } = record;
    return entry(byTool, shown, () =>
      newOutcomes(record.operations, METRICS.clientOperation.buckets, (type) =>
        labelText(METRICS.clientOperation.labels, [name, method, shown, type, transport, protocolVersion]),
      ),
    );
  }

  function newServed(method: string, version: string): Outcomes {
    const shown = versions.label(version);
    return entry(
      entry(byMethod, method, () => new Map<string, Outcomes>()),
      shown,
      () =>
        newOutcomes(operations, METRICS.serverOperation.buckets, (type) =>
          labelText(METRICS.serverOperation.labels, [method, type, shown]),
        ),
    );
  }

  function countClient(name: string, method: string): void {
    const known = clientRequests.get(name)?.get(method);
    if (known) {
      known.count += 1;
      return;
    }
    const requests = entry(
      clientRequests,
      clientNames.label(name),
      () => new Map<string, { count: number }>(),
    );
    entry(requests, method, () => ({ count: 0 })).count += 1;
  }

  function observeOverhead(method: string, ms: number): void {
    const series = entry(overheadByMethod, method, () =>
      newSeries(overhead, METRICS.overhead.buckets, labelText(METRICS.overhead.labels, [method])),
    );
    observe(series, ms);
  }

  const observer: Observer = {
    name: 'metrics-prometheus',
    attemptEnded(call, outcome, ms) {
      attempt = { id: call.id, ms };
      const record = records.of(call.server ?? '');
      if (record === undefined) return;
      observeOutcome(operationOf(record, call), shownType(outcome), ms);
      if (outcome.kind === 'error') count(record.rejected, rejection(outcome));
    },
    callEnded(call, outcome, ms) {
      const method = methodLabel(call.method);
      const { name = '', protocolVersion } = call.client;
      const served = byMethod.get(method)?.get(protocolVersion) ?? newServed(method, protocolVersion);
      observeOutcome(served, shownType(outcome), ms);
      countClient(name, method);
      if (attempt.id === call.id) observeOverhead(method, ms - attempt.ms);
      else if (outcome.kind === 'error') count(rejected, rejection(outcome));
    },
    frame({ server, direction, bytes }) {
      const record = records.of(server);
      if (record === undefined) return;
      const way = direction === 'in' ? 0 : 1;
      record.bytes[way]! += bytes;
      record.frames[way]! += 1;
    },
  };
  const counts = { operations, overhead, clientRequests, rejected, errorTypes, clientNames, versions };
  return { observer, counts };
}

function count(counters: Map<string, number>, key: string | undefined): void {
  if (key !== undefined) counters.set(key, (counters.get(key) ?? 0) + 1);
}

/** The value of a key, made if there is none. */
function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

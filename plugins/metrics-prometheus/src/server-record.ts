import type { ServerTransition, ServerView } from '@switchyard/plugin-api';
import { newDistribution, observe, type Distribution } from './distribution.ts';
import { OTHER } from './label.ts';
import { METRICS } from './metric-table.ts';
import type { Outcomes, SeriesList } from './series.ts';

/** How many different transitions of one server have series of their own: a few dozen can happen, and no more. */
const MAX_TRANSITIONS = 32;

/** In the order of `bytes` and `frames`. */
export const DIRECTIONS = ['in', 'out'] as const;

/** What is counted of one server since it was first seen. */
export interface ServerRecord {
  readonly name: string;
  /** By direction. */
  readonly bytes: number[];
  readonly frames: number[];
  /** Refused calls by reason; the usual reasons from the beginning, so that their first increase is seen. */
  readonly rejected: Map<string, number>;
  /** All series of its calls. */
  readonly operations: SeriesList;
  /** Those of calls over the present transport and protocol version: method → tool → outcomes. */
  byMethod: Map<string, Map<string, Outcomes>>;
  /** The same for every transport and protocol version that there was. */
  readonly byWire: Map<string, Map<string, Map<string, Outcomes>>>;
  transport: string;
  protocolVersion: string;
  /** Tools that have series of their own. */
  readonly tools: Set<string>;
  /** By their labels. */
  readonly transitions: Map<string, TransitionCount>;
  readonly restarts: { automatic: number; ordered: number };
  readonly startup: Distribution;
  /** Milliseconds since 1970. */
  lastReadyAt: number;
  /** Of all sessions, and of the present one. */
  dropped: number;
  droppedInSession: number;
  sessionSince: number | undefined;
  /** Seconds of all its processes; undefined as long as none was looked at. */
  cpuSeconds: number | undefined;
  /** Those of them that are of a present process, by its connection. */
  cpuByConnection: ReadonlyMap<string, PresentProcess>;
  /** The latest transition that is counted. */
  lastSeq: number;
}

/** What a process that runs has used so far. */
interface PresentProcess {
  readonly startedAt: number | undefined;
  readonly cpuSeconds: number;
}

/** How often one change of phase happened. */
export interface TransitionCount {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  count: number;
}

/** A server of which nothing is known but its name. */
export function newServerRecord(name: string): ServerRecord {
  const byMethod: ServerRecord['byMethod'] = new Map();
  return {
    name,
    bytes: DIRECTIONS.map(() => 0),
    frames: DIRECTIONS.map(() => 0),
    rejected: new Map([
      ['not_ready', 0],
      ['queue_full', 0],
    ]),
    operations: [],
    byMethod,
    byWire: new Map([[wireKey('', ''), byMethod]]),
    transport: '',
    protocolVersion: '',
    tools: new Set(),
    transitions: new Map(),
    restarts: { automatic: 0, ordered: 0 },
    startup: newDistribution(METRICS.startup.buckets),
    lastReadyAt: 0,
    dropped: 0,
    droppedInSession: 0,
    sessionSince: undefined,
    cpuSeconds: undefined,
    cpuByConnection: new Map(),
    lastSeq: -1,
  };
}

/** Takes in what is new in a view. The same view twice counts once. */
export function followServer(record: ServerRecord, view: ServerView): void {
  followWire(record, view);
  followDropped(record, view);
  followProcessorTime(record, view);
  for (const transition of view.transitions) {
    if (transition.seq <= record.lastSeq) continue;
    record.lastSeq = transition.seq;
    // A counter begins with the gateway: what was before is counted already, by whoever asked then.
    if (!transition.earlier) followTransition(record, transition, view);
  }
}

/** OpenTelemetry's names of what MCP goes over; a transport that it does not know goes by its own. */
const NETWORK_TRANSPORTS: ReadonlyMap<string, string> = new Map([
  ['stdio', 'pipe'],
  ['http', 'tcp'],
]);

function followWire(record: ServerRecord, { transport: kind = '', protocolVersion }: ServerView): void {
  const transport = NETWORK_TRANSPORTS.get(kind) ?? kind;
  // Between sessions the version is not known: calls that fail meanwhile belong to the one that was.
  const version = protocolVersion ?? record.protocolVersion;
  if (transport === record.transport && version === record.protocolVersion) return;
  record.transport = transport;
  record.protocolVersion = version;
  const key = wireKey(transport, version);
  record.byMethod = record.byWire.get(key) ?? new Map();
  record.byWire.set(key, record.byMethod);
}

function wireKey(transport: string, protocolVersion: string): string {
  return `${protocolVersion} ${transport}`;
}

/** A view counts what the present session dropped; a counter never goes down. */
function followDropped(record: ServerRecord, { dropped, connections }: ServerView): void {
  const since = connections[0]?.startedAt;
  if (since !== record.sessionSince || dropped < record.droppedInSession) record.droppedInSession = 0;
  record.sessionSince = since;
  record.dropped += dropped - record.droppedInSession;
  record.droppedInSession = dropped;
}

/** What a process tells is of itself alone; a counter goes on when another takes its place. */
function followProcessorTime(record: ServerRecord, { connections }: ServerView): void {
  const present = new Map<string, PresentProcess>();
  for (const { key, startedAt, usage } of connections) {
    if (usage === undefined) continue;
    const { cpuSeconds } = usage;
    const before = record.cpuByConnection.get(key);
    const counted = before?.startedAt === startedAt ? (before?.cpuSeconds ?? 0) : 0;
    record.cpuSeconds = (record.cpuSeconds ?? 0) + Math.max(0, cpuSeconds - counted);
    present.set(key, { startedAt, cpuSeconds });
  }
  record.cpuByConnection = present;
}

function followTransition(record: ServerRecord, transition: ServerTransition, view: ServerView): void {
  const { from, to, event, code, run, at } = transition;
  countTransition(record, { from, to, reason: code ?? event });
  // Who calls a server that was closed for want of use starts it, and nothing went wrong before.
  if (to === 'starting' && run > 1 && event !== 'wanted') {
    if (event === 'start') record.restarts.ordered += 1;
    else record.restarts.automatic += 1;
  }
  // One that is ready again after it was silent did not start.
  if (to === 'ready' && from !== 'degraded') {
    record.lastReadyAt = at;
    if (view.readyAfterMs !== undefined) observe(record.startup, view.readyAfterMs);
  }
}

function countTransition(record: ServerRecord, labels: Omit<TransitionCount, 'count'>): void {
  const key = `${labels.from} ${labels.to} ${labels.reason}`;
  const known = record.transitions.get(key);
  if (known) known.count += 1;
  else if (record.transitions.size < MAX_TRANSITIONS) record.transitions.set(key, { ...labels, count: 1 });
  else {
    const other = record.transitions.get(OTHER) ?? { from: OTHER, to: OTHER, reason: OTHER, count: 0 };
    other.count += 1;
    record.transitions.set(OTHER, other);
  }
}

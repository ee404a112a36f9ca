import { createHash } from 'node:crypto';
import type { Clock, ConnectionView, Problem, ServerView } from '@switchyard/plugin-api';
import type { Connection } from './connection.ts';
import { crashLoopProblem } from './crash-loop.ts';
import { retryAt } from './history.ts';
import { phaseOf, problemOf } from './phase.ts';
import type { DesiredServer } from './desired-server.ts';

/** What one server looks like from here; the catalog's part is added by whoever knows it. */
export type UpstreamView = Omit<ServerView, 'catalog' | 'remembered'>;

/** What a view is made of. */
export interface ViewParts {
  readonly desired: DesiredServer;
  readonly wanted: ServerView['desired'];
  readonly primary: Connection;
  /** By the principal or session that each belongs to. */
  readonly own: ReadonlyMap<string, Connection>;
  /** How many calls were refused because too many waited, or for too long. */
  readonly shed: number;
  /** Of the server where nothing worse is wrong with it. */
  readonly remark: Problem | undefined;
  readonly era: string;
  readonly clock: Clock;
}

/** One server as people and programs see it, now. */
export function viewOf({ desired, wanted, primary, own, shed, remark, era, clock }: ViewParts): UpstreamView {
  const { state, session, history } = primary;
  const agreement = session?.agreement;
  const info = session?.wire.info;
  const usage = session?.wire.usage;
  const problem = desired.problem ?? crashLoopProblem(desired.name, state) ?? problemOf(state) ?? remark;
  const all = [primary, ...own.values()];
  // What is turned off, or cannot be started at all, has no life that could be told.
  const isAlive = desired.enabled && !desired.problem;
  const dueAt = retryAt(state, clock);
  return {
    name: desired.name,
    phase: !desired.enabled ? 'disabled' : desired.problem ? 'failed' : phaseOf(state),
    since: history.since,
    desired: wanted,
    conditions: isAlive ? history.conditions : [],
    transport: desired.transport,
    ...(desired.where !== undefined && { where: desired.where }),
    ...(problem && { problem: desired.where === undefined ? problem : { where: desired.where, ...problem } }),
    failures: state.record.failures,
    restarts: Math.max(0, state.record.run - 1),
    ...(dueAt !== undefined && { retryAt: dueAt }),
    ...(info?.pid !== undefined && { pid: info.pid }),
    ...(usage && { usage }),
    ...(info?.target !== undefined && { target: info.target }),
    ...(primary.readyAfterMs !== undefined && { readyAfterMs: Math.round(primary.readyAfterMs) }),
    ...(agreement && {
      era,
      protocolVersion: agreement.protocolVersion,
      serverInfo: agreement.serverInfo,
      capabilities: agreement.capabilities,
      ...(agreement.instructions !== undefined && { instructions: agreement.instructions }),
    }),
    dropped: session?.dropped ?? 0,
    inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0),
    queue: { held: all.reduce((sum, { held }) => sum + held, 0), shed },
    subscriptions: all.reduce((sum, { interests }) => sum + interests.subscriptions.size, 0),
    instances: own.size,
    connections: isAlive
      ? [
          connectionView('primary', primary, clock),
          ...[...own].map(([key, connection]) => connectionView(shownKey(key, desired), connection, clock)),
        ]
      : [],
    transitions: isAlive ? history.transitions : [],
  };
}

/** One server with those of its name beside it: what is to take its place, and what ends. */
export function withOthers(
  view: UpstreamView,
  others: readonly (readonly ['next' | 'old', UpstreamView])[],
): UpstreamView {
  if (others.length === 0) return view;
  const connections = others.flatMap(([what, other]) =>
    other.connections.map((connection) => ({ ...connection, key: `${what}:${connection.key}` })),
  );
  return {
    ...view,
    inFlight: others.reduce((sum, [, { inFlight }]) => sum + inFlight, view.inFlight),
    // What is turned off has none.
    connections: view.connections.length === 0 ? [] : [...view.connections, ...connections],
  };
}

/** One server that serves on because what its entry says now cannot be started. */
export function notAsConfigured(view: UpstreamView, next: UpstreamView): UpstreamView {
  const { since, problem, where } = next;
  return {
    ...view,
    ...(view.phase === 'ready' && { phase: 'degraded' as const, since: Math.max(view.since, since) }),
    ...(where !== undefined && { where }),
    ...(problem && { problem }),
    conditions: [
      ...view.conditions,
      { type: 'as_configured', status: 'false', reason: 'CannotStart', since },
    ],
  };
}

function connectionView(key: string, connection: Connection, clock: Clock): ConnectionView {
  const { state, history, session, sessionSince, inFlight } = connection;
  const pid = session?.wire.info.pid;
  const usage = session?.wire.usage;
  const dueAt = retryAt(state, clock);
  return {
    key,
    phase: phaseOf(state),
    since: history.since,
    ...(pid !== undefined && { pid }),
    ...(sessionSince !== undefined && { startedAt: sessionSince }),
    inFlight,
    attempt: state.record.failures,
    ...(dueAt !== undefined && { retryAt: dueAt }),
    ...(usage && { usage }),
  };
}

/** Who knows a session's id can speak as that session: people see a digest of it. */
function shownKey(key: string, { sharing }: DesiredServer): string {
  if (sharing !== 'session') return key;
  return `session:${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}

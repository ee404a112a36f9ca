import type { Call, Outcome, ServerTransition, ServerView, Status } from '@switchyard/plugin-api';
import { payloadOf } from '@switchyard/plugin-api';

/** A server that is ready and idle. */
export function viewOf(name: string, more: Partial<ServerView> = {}): ServerView {
  return {
    name,
    phase: 'ready',
    since: 0,
    desired: 'ready',
    conditions: [],
    transport: 'stdio',
    failures: 0,
    restarts: 0,
    protocolVersion: '2025-11-25',
    catalog: { tools: 1, prompts: 0, resources: 0, resourceTemplates: 0 },
    remembered: false,
    dropped: 0,
    inFlight: 0,
    queue: { held: 0, shed: 0 },
    subscriptions: 0,
    instances: 0,
    connections: [],
    transitions: [],
    ...more,
  };
}

/** A connection whose process was looked at; it uses so many times the same. */
export function connectionOf(key: string, times: number, startedAt = 1): ServerView['connections'][number] {
  const usage = {
    sampledAt: 0,
    processes: times,
    threads: 10 * times,
    residentBytes: 1_000 * times,
    cpuSeconds: times,
    descriptors: 20 * times,
  };
  return { key, phase: 'ready', since: 0, startedAt, inFlight: 0, attempt: 0, usage };
}

/** The first run of a server, until it is ready. */
export const STARTED = [
  transition(1, 'idle', 'starting', 'start'),
  transition(2, 'starting', 'negotiating', 'advanced'),
  transition(3, 'negotiating', 'ready', 'opened'),
];

export function transition(
  seq: number,
  from: ServerTransition['from'],
  to: ServerTransition['to'],
  event: string,
  more: Partial<ServerTransition> = {},
): ServerTransition {
  return { seq, from, to, event, at: 1_000 * seq, run: 1, ...more };
}

/** What a gateway with these servers tells of itself. */
export function statusOf(servers: readonly ServerView[], more: Partial<Status> = {}): Status {
  return {
    version: '1.2.3',
    pid: 1,
    nodeVersion: 'v20.19.0',
    startedAt: 0,
    uptimeMs: 0,
    ready: true,
    revision: 'abc',
    config: undefined,
    stateDir: undefined,
    endpoints: [],
    plugins: [],
    servers,
    problems: [],
    ledger: { accepted: 0, answered: 0, cancelled: 0, inFlight: 0 },
    clients: 0,
    ...more,
  };
}

/** A call of a tool as it was admitted. */
export function callOf(id: string, more: Partial<Call> = {}): Call {
  return {
    id,
    method: 'tools/call',
    name: 'files__read',
    principal: 'local',
    audience: 'session-1',
    client: { era: 'legacy', protocolVersion: '2025-11-25', name: 'spec', capabilities: {} },
    wantsProgress: false,
    canSuspend: false,
    canBeAsked: false,
    ...more,
  };
}

export const RESULT: Outcome = { kind: 'result', result: payloadOf({ content: [] }) };

/** An error as a server answers it. */
export function refusal(code: number): Outcome {
  return {
    kind: 'error',
    from: 'upstream',
    executed: 'yes',
    error: payloadOf({ code, message: 'no' }),
  };
}
